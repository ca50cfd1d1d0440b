"""Unsigned work: one row for an account and a name, in no table of history."""

from __future__ import annotations

from app.store.drafts import drop, of, put
from app.store.tx import Store


def test_a_newer_one_takes_the_place_of_the_older(cipher_store: Store) -> None:
    with cipher_store.write() as tx:
        assert of(tx, "u_1") == []
        put(tx, "u_1", "a", "2026-01-01T00:00:00.000Z", b"one")
        put(tx, "u_1", "a", "2026-01-02T00:00:00.000Z", b"two")
        put(tx, "u_1", "b", "2026-01-03T00:00:00.000Z", b"three")
        assert [(name, blob) for name, _, blob in of(tx, "u_1")] == [("b", b"three"), ("a", b"two")]


def test_another_account_has_its_own(cipher_store: Store) -> None:
    with cipher_store.write() as tx:
        put(tx, "u_1", "a", "2026-01-01T00:00:00.000Z", b"one")
        drop(tx, "u_2", "a")
        assert of(tx, "u_2") == [] and len(of(tx, "u_1")) == 1
        drop(tx, "u_1", "a")
        assert of(tx, "u_1") == []
