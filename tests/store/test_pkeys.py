"""Person keys: kept apart, given back exactly, destroyed for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import pkeys, vault
from app.store.engines import found_pkeys, sqlcipher_store
from app.store.tx import Store
from tests.store.written import KEY

ANN, BOB = ("p_ann", 1, bytes([1]) * 32), ("p_bob", 1, bytes([2]) * 32)
ANN_NEXT = ("p_ann", 2, bytes([3]) * 32)


@pytest.fixture
def persons(tmp_path: Path) -> Iterator[Store]:
    """A pkeys.db with three keys."""
    store = sqlcipher_store(vault.connect(tmp_path / "pkeys.db", KEY, kind="pkeys", create=True), "leiden")
    found_pkeys(store)
    with store.write() as tx:
        pkeys.add(tx, [BOB, ANN_NEXT, ANN])
    yield store
    store.close()


def held(store: Store) -> list[tuple[str, int, bytes]]:
    with store.read() as tx:
        return list(pkeys.deks(tx))


def test_keys_come_back_by_person_and_version(persons: Store) -> None:
    assert held(persons) == [ANN, ANN_NEXT, BOB]


@pytest.mark.req("R-PRV-06")
def test_a_destroyed_key_is_gone_and_no_other_is(persons: Store, tmp_path: Path) -> None:
    with persons.write() as tx:
        pkeys.remove(tx, [ANN[:2], ("p_nobody", 1)])
    assert held(persons) == [ANN_NEXT, BOB]
    persons.close()
    again = sqlcipher_store(vault.connect(tmp_path / "pkeys.db", KEY, kind="pkeys"), "leiden")
    assert held(again) == [ANN_NEXT, BOB]
    again.close()


@pytest.mark.req("R-PRV-06")
def test_no_journal_remembers_a_key(persons: Store, tmp_path: Path) -> None:
    with persons.write() as tx:
        pkeys.remove(tx, [ANN[:2]])
    assert [one.name for one in tmp_path.iterdir()] == ["pkeys.db"]


def test_a_key_is_never_written_over(persons: Store) -> None:
    with pytest.raises(vault.dbapi2.IntegrityError), persons.write() as tx:
        pkeys.add(tx, [("p_new", 1, bytes(32)), ("p_ann", 1, bytes(32))])
    assert held(persons) == [ANN, ANN_NEXT, BOB]


def test_keys_of_another_site_are_not_listed(persons: Store) -> None:
    assert held(sqlcipher_store(persons.connection, "haarlem")) == []
