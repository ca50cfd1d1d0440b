"""Quarantine: each piece once, weighed, never changed."""

from __future__ import annotations

from contextlib import closing

import pytest

from app.base.faults import Fault
from app.store.engines import found_centre, sqlite_store
from app.store.evidence import keep_evidence, weight


@pytest.fixture
def store(tmp_path):
    """A centre's empty store."""
    with closing(sqlite_store(tmp_path / "centre.db", "leiden")) as store:
        found_centre(store)
        yield store


def kept(tx, raw, hash="aa"):
    return keep_evidence(tx, hash=hash, log="l", code="fork", at=3, ms=1, raw=raw)


def test_evidence_is_kept_once_and_weighed(store):
    with store.write() as tx:
        assert weight(tx) == (0, 0)
        assert kept(tx, b"12345")
        assert not kept(tx, b"12345")
        assert kept(tx, b"678", "bb")
        assert weight(tx) == (2, 8)


def test_evidence_of_another_site_is_not_weighed(store, tmp_path):
    with store.write() as tx:
        kept(tx, b"12345")
    with closing(sqlite_store(tmp_path / "centre.db", "other")) as other, other.read() as tx:
        assert weight(tx) == (0, 0)


def test_evidence_can_not_be_changed(store):
    with store.write() as tx:
        kept(tx, b"12345")
    for statement in ("UPDATE quarantine SET code = 'x'", "DELETE FROM quarantine"):
        with pytest.raises(Fault) as fault, store.write() as tx:
            tx.script(statement)
        assert fault.value.code == "store.append_only"
