"""Identifiers: their form, and that the same randomness gives the same ones."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.ids import ALPHABET, is_id, new_id, new_sid

RFC9562_A6 = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def given_bytes(data: bytes):
    def random(count: int) -> bytes:
        assert count == len(data)
        return data

    return random


def test_the_alphabet_is_crockfords():
    assert len(set(ALPHABET)) == 32
    assert list(ALPHABET) == sorted(ALPHABET)
    assert not set(ALPHABET) & set("ilou")


@pytest.mark.req("R-ACC-02")
@given(st.binary(min_size=10, max_size=10), st.sampled_from(["p", "u", "d", "q", "r", "s"]))
def test_eighty_bits_become_sixteen_characters_and_none_is_lost(data, prefix):
    made = new_id(prefix, given_bytes(data))
    assert is_id(made)
    number = 0
    for char in made.removeprefix(f"{prefix}_"):
        number = number * 32 + ALPHABET.index(char)
    assert number == int.from_bytes(data, "big")


def test_the_same_randomness_gives_the_same_id():
    assert new_id("p", given_bytes(bytes(10))) == "p_" + "0" * 16
    assert new_id("p", given_bytes(b"\xff" * 10)) == "p_" + "z" * 16


def test_a_signature_id_is_the_uuid_of_rfc_9562():
    tail = 0xCC3 << 68 | 0x18C4DC0C0C07398F
    assert new_sid(0x017F22E279B0, given_bytes(tail.to_bytes(10, "big"))) == RFC9562_A6


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_a_signature_id_is_a_version_7_uuid_of_its_moment(ms, data):
    made = uuid.UUID(new_sid(ms, given_bytes(data)))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == ms


@given(st.integers(0, 2**48 - 2), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_signature_ids_sort_by_time(ms, one, two):
    assert new_sid(ms, given_bytes(one)) < new_sid(ms + 1, given_bytes(two))


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("p_site", True), ("u_7f3k2m9q0c4d5e6f", True), ("p_" + "0" * 26, True), ("p_" + "0" * 15, False),
        ("p_" + "0" * 27, False), ("u_site", False), ("p_sites", False), ("p_7f3k2m9q0c4d5e6i", False),
        ("p_7f3k2m9q0c4d5e6l", False), ("p_7f3k2m9q0c4d5e6o", False), ("p_7f3k2m9q0c4d5e6u", False),
        ("P_7f3k2m9q0c4d5e6f", False), ("p_7F3K2M9Q0C4D5E6F", False), ("p-7f3k2m9q0c4d5e6f", False),
        ("p_7f3k2m9q0c4d5e6f\n", False), ("p_7f3k2m9q|c4d5e6f", False), ("p_7f3k2m9q/c4d5e6f", False),
        ("p_7f3k2m9q c4d5e6f", False), ("_7f3k2m9q0c4d5e6f", False), ("abcde_7f3k2m9q0c4d5e6f", False),
        ("", False), ("p_" + "\u0660" * 16, False),
    ],
)  # fmt: skip
def test_only_ids_of_the_format_are_ids(text, fine):
    assert is_id(text) is fine
