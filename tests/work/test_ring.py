"""The person keys in memory."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from app.base.words import Personal
from app.proof.envelope import EnvelopeBad, NoKey
from app.work.ring import Ring, commitment

ANNA, BRAM = ("p_anna", 1, bytes(32)), ("p_bram", 1, bytes(range(32)))


@pytest.fixture
def ring() -> Ring:
    """The keys of two persons."""
    return Ring([ANNA, BRAM], os.urandom)


def test_what_was_sealed_opens_in_its_place_only(ring: Ring) -> None:
    sealed = ring.seal(Personal("p_anna", "Anna"), "person", "p_anna", "given_j")
    assert ring.open(sealed, "person", "p_anna", "given_j") == "Anna"
    for place in (
        ("account", "p_anna", "given_j"),
        ("person", "p_bram", "given_j"),
        ("person", "p_anna", "family_j"),
    ):
        with pytest.raises(EnvelopeBad):
            ring.open(sealed, *place)


def test_sealing_twice_shows_nothing_in_common(ring: Ring) -> None:
    one, two = (ring.seal(Personal("p_anna", "Anna"), "person", "p_anna", "given_j") for _ in range(2))
    assert one["c"] != two["c"] and one["n"] != two["n"]


def test_the_newest_version_seals_and_older_ones_still_open(ring: Ring) -> None:
    old = ring.seal(Personal("p_anna", "Anna"), "person", "p_anna", "given_j")
    ring.learn([("p_anna", 2, bytes(31) + b"\x01")])
    assert ring.newest("p_anna") == ("p_anna.2", bytes(31) + b"\x01")
    assert ring.seal(Personal("p_anna", "A"), "person", "p_anna", "given_j")["k"] == "p_anna.2"
    assert ring.open(old, "person", "p_anna", "given_j") == "Anna" and ring.key("p_anna.1") == bytes(32)


def test_a_row_opens_under_bare_names_and_leaves_the_rest(ring: Ring) -> None:
    sealed = ring.seal(Personal("p_anna", "Anna"), "person", "p_anna", "given_j")
    row = {"id": "p_anna", "given_j": sealed, "dept": "FIL", "files_j": [1]}
    assert ring.opened("person", row) == {"id": "p_anna", "given": "Anna", "dept": "FIL", "files_j": [1]}


def test_a_key_that_is_forgotten_seals_and_opens_nothing(ring: Ring) -> None:
    sealed = ring.seal(Personal("p_anna", "Anna"), "person", "p_anna", "given_j")
    ring.forget([ANNA])
    assert not ring.has("p_anna") and ring.has("p_bram")
    with pytest.raises(KeyError):
        ring.open(sealed, "person", "p_anna", "given_j")
    with pytest.raises(KeyError):
        ring.seal(Personal("p_anna", "Anna"), "person", "p_anna", "given_j")


def test_a_key_that_is_not_held_is_told_with_whose_it_is(ring: Ring) -> None:
    other = Ring([("p_dora", 1, bytes(32))], os.urandom)
    sealed = other.seal(Personal("p_dora", "Dora"), "person", "p_dora", "given_j")
    asked: tuple[Callable[[], object], ...] = (
        lambda: ring.open(sealed, "person", "p_dora", "given_j"),
        lambda: ring.seal(Personal("p_dora", "D"), "person", "p_dora", "given_j"),
        lambda: ring.newest("p_dora"),
        lambda: ring.key("p_dora.1"),
    )
    for ask in asked:
        with pytest.raises(NoKey) as caught:
            ask()
        assert caught.value.pid == "p_dora"


def test_an_older_key_that_comes_later_does_not_seal(ring: Ring) -> None:
    for ver in (10, 9):
        ring.learn([("p_dora", ver, bytes([ver]) * 32)])
    assert ring.newest("p_dora")[0] == "p_dora.10"
    assert ring.held() == [ANNA, BRAM, ("p_dora", 9, bytes([9]) * 32), ("p_dora", 10, bytes([10]) * 32)]


def test_a_new_key_is_random_and_kept_nowhere(ring: Ring) -> None:
    one, two = ring.make("p_carla"), ring.make("p_carla")
    assert one[:2] == ("p_carla", 1) and len(one[2]) == 32 and one[2] != two[2] and not ring.has("p_carla")


def test_the_commitment_tells_the_key_without_giving_it() -> None:
    body = commitment(BRAM)
    assert (body["pid"], body["ver"]) == ("p_bram", 1) and body["commit"] != commitment(
        ("p_bram", 1, bytes(32))
    )["commit"]
    assert bytes(range(32)).hex() not in str(body)
