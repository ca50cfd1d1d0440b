"""Addresses are text and back again, whatever number or id stands in them."""

from __future__ import annotations

import pytest

from ui.address import Address, parse


@pytest.mark.parametrize(
    "told",
    [
        Address(page="home"),
        Address(page="person", id="HB10032"),
        Address(page="document", id="SOP-0142/7 <b>&?#", part="read%2f"),
        Address(page="person", id="\u202e abc ü"),
    ],
)
def test_an_address_is_text_and_back(told: Address) -> None:
    assert parse(str(told)) == told


@pytest.mark.parametrize("text", ["", "person/HB1", "http://person", "countersign:", "countersign:a/b/c/d"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse(text) is None
