"""Deterministic CBOR: the examples of RFC 8949 appendix A, and nothing spelt otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proof.cbor import NotCbor, Tag, pack, unpack

EXAMPLES = [
    (0, "00"), (23, "17"), (24, "1818"), (100, "1864"), (1000, "1903e8"), (1000000, "1a000f4240"),
    (1000000000000, "1b000000e8d4a51000"), (18446744073709551615, "1bffffffffffffffff"), (-1, "20"), (-100, "3863"),
    (None, "f6"), (b"", "40"), (b"\1\2\3\4", "4401020304"), ("", "60"), ("IETF", "6449455446"), ("\u6c34", "63e6b0b4"),
    ([], "80"), ([1, [2, 3], [4, 5]], "8301820203820405"), ({}, "a0"), ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"), (Tag(number=1, item=1363896240), "c11a514b67b0"),
]  # fmt: skip
ITEMS = st.recursive(
    st.none() | st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=9) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-99, 99) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize(("item", "hexed"), EXAMPLES)
def test_the_examples_of_the_document(item, hexed):
    assert pack(item).hex() == hexed and unpack(bytes.fromhex(hexed)) == item


@given(ITEMS)
def test_what_goes_in_comes_out(item):
    assert unpack(pack(item)) == item


@pytest.mark.parametrize(
    ("hexed", "why"),
    [
        ("1800", "shortest"), ("190001", "shortest"), ("580161", "shortest"), ("0000", "trailing"), ("4401", "ends"),
        ("a201020103", "repeated"), ("a203040102", "order"), ("9fff", "indefinite"), ("5f4101ff", "indefinite"),
        ("f97e00", "float"), ("f5", "float"), ("61ff", "UTF-8"), ("", "ends"), ("9a7fffffff", "ends"),
        ("81" * 8 + "00", "deep"), ("a1810001", "another kind"),
    ],
)  # fmt: skip
def test_any_other_spelling_is_refused(hexed, why):
    with pytest.raises(NotCbor, match=why):
        unpack(bytes.fromhex(hexed))


@pytest.mark.parametrize("item", [1.5, True, object(), 2**64])
def test_other_kinds_do_not_go_out(item):
    with pytest.raises(TypeError):
        pack(item)
