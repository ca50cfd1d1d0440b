"""Sealed blobs of people and of the site: replaced in place, one generation after the other."""

from __future__ import annotations

import pytest

from app.store import vaults
from app.store.tx import Store


def test_a_blob_is_replaced_by_its_next_generation(store: Store) -> None:
    with store.write() as tx:
        vaults.put_blob(tx, "u_1", "totp", 1, b"\0one")
        vaults.put_blob(tx, "u_1", "totp", 2, b"\0two")
    with store.read() as tx:
        assert vaults.blob(tx, "u_1", "totp") == (2, b"\0two")


def test_each_account_and_kind_has_its_own(store: Store) -> None:
    with store.write() as tx:
        for uid, kind in (("u_1", "sig"), ("u_1", "totp"), ("u_2", "sig")):
            vaults.put_blob(tx, uid, kind, 1, f"{uid} {kind}".encode())
        vaults.put_blob(tx, "u_1", "sig", 2, b"changed")
    with store.read() as tx:
        assert vaults.blob(tx, "u_1", "sig") == (2, b"changed")
        assert vaults.blob(tx, "u_1", "totp") == (1, b"u_1 totp")
        assert vaults.blob(tx, "u_2", "sig") == (1, b"u_2 sig")
        assert vaults.blob(tx, "u_2", "rc") is None


@pytest.mark.req("R-ACC-13")
def test_a_first_generation_never_takes_the_place_of_a_later_one(store: Store) -> None:
    with store.write() as tx:
        vaults.put_blob(tx, "u_1", "totp", 1, b"one")
        vaults.put_blob(tx, "u_1", "totp", 2, b"burned")
    with pytest.raises(Exception, match=r"(?i)unique"), store.write() as tx:
        vaults.put_blob(tx, "u_1", "totp", 1, b"one")
    with store.read() as tx:
        assert vaults.blob(tx, "u_1", "totp") == (2, b"burned")


@pytest.mark.req("R-ACC-13")
@pytest.mark.parametrize("gen", [2, 3, 5])
def test_a_generation_that_does_not_follow_is_refused(store: Store, gen: int) -> None:
    with store.write() as tx:
        for made in (1, 2, 3):
            vaults.put_blob(tx, "u_1", "totp", made, b"%d" % made)
    with pytest.raises(ValueError, match="does not follow"), store.write() as tx:
        vaults.put_blob(tx, "u_1", "totp", gen, b"back again")
    with pytest.raises(ValueError, match="does not follow"), store.write() as tx:
        vaults.put_blob(tx, "u_nobody", "totp", gen, b"out of nothing")
    with store.read() as tx:
        assert vaults.blob(tx, "u_1", "totp") == (3, b"3")


def test_a_root_key_is_kept_for_each_epoch(store: Store) -> None:
    with store.write() as tx:
        vaults.put_root_key(tx, 1, b"sealed 1")
        vaults.put_root_key(tx, 2, b"sealed 2")
    with store.read() as tx:
        assert [vaults.root_key(tx, epoch) for epoch in (1, 2, 3)] == [b"sealed 1", b"sealed 2", None]


def test_a_root_key_is_never_written_over(store: Store) -> None:
    with store.write() as tx:
        vaults.put_root_key(tx, 1, b"sealed")
    with pytest.raises(Exception, match=r"(?i)unique"), store.write() as tx:
        vaults.put_root_key(tx, 1, b"other")
    with store.read() as tx:
        assert vaults.root_key(tx, 1) == b"sealed"
