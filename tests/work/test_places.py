"""What receipts say of places in a feed, held against each other."""

from __future__ import annotations

from typing import Any

import pytest

from app.proof.batch import Receipt
from app.work.places import Places


def receipt(pos: int, *, last: int | None = None, **about: Any) -> Receipt:
    """The payload of a receipt; batch `b<pos>` of log `one` unless told otherwise."""
    told: dict[str, Any] = {
        "v": 1, "site": "site", "log": "one", "first": 0, "last": pos if last is None else last, "tail": "t",
        "batch": f"b{pos}", "pos": pos, "at": "x", "inc": "i1", "prov": False, "cosig": "c",
    }  # fmt: skip
    return Receipt(**{**told, **about})


@pytest.fixture
def held() -> Places:
    """Receipts for the places 1 to 3 of incarnation i1."""
    return Places(receipt(pos) for pos in (1, 2, 3))


@pytest.mark.req("R-SYN-02")
def test_what_was_said_before_may_be_said_again(held: Places) -> None:
    assert all(held.agrees(receipt(pos), "i1") for pos in (1, 2, 3, 4))
    assert held.end("i1") == 3 and held.end("i2") == 0


@pytest.mark.req("R-SYN-02")
@pytest.mark.parametrize(
    "other", [receipt(2, batch="b9"), receipt(9, batch="b2"), receipt(0), receipt(-1), receipt(4, inc="i0")]
)
def test_another_batch_at_a_place_and_another_place_of_a_batch_contradict(held: Places, other: Receipt) -> None:
    assert not held.agrees(other, "i1")


@pytest.mark.req("R-SYN-02")
def test_a_restored_centre_hands_out_its_old_receipts(held: Places) -> None:
    assert held.agrees(receipt(2), "i2")
    held.take(receipt(4, inc="i2"))
    assert held.agrees(receipt(3), "i2")
    assert not held.agrees(receipt(5, inc="i1"), "i2")
    assert held.agrees(receipt(5, inc="i1"), None)


@pytest.mark.req("R-SYN-02")
def test_the_batches_of_a_log_have_rising_places(held: Places) -> None:
    assert held.rises(receipt(4)) and held.rises(receipt(1, log="two")) and held.rises(receipt(1, inc="i2"))
    assert not held.rises(receipt(3, last=4)) and not held.rises(receipt(1, last=4))
