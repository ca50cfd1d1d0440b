"""What holds the site: rows in the store, replaced as a whole."""

from __future__ import annotations

from app.store.holds import keep, of
from app.store.tx import Store


def test_the_newest_verification_counts_alone(cipher_store: Store) -> None:
    with cipher_store.write() as tx:
        assert of(tx) == ()
        keep(tx, (), "2026-01-01T00:00:00.000Z")
        assert of(tx) == ()
        keep(tx, ("STATE_DIFF", "CHAIN_BREAK"), "2026-01-02T00:00:00.000Z")
        assert [code for code, _ in of(tx)] == ["CHAIN_BREAK", "STATE_DIFF"]
        keep(tx, ("RBAC",), "2026-01-03T00:00:00.000Z")
        assert of(tx) == (("RBAC", "2026-01-03T00:00:00.000Z"),)
        keep(tx, (), "2026-01-04T00:00:00.000Z")
        assert of(tx) == ()
