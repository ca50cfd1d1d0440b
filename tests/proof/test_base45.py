"""Base45, as RFC 9285 §4.3 and §4.4 spell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proof.base45 import decode, encode


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
    ],
)
def test_the_examples_of_the_document(data, text):
    assert encode(data) == text and decode(text) == data


@given(st.binary(max_size=80))
def test_what_goes_in_comes_out(data):
    assert decode(encode(data)) == data


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "::", "ab1", "BB8B", "é00"])
def test_what_is_no_base45_is_refused(text):
    with pytest.raises(ValueError):
        decode(text)
