"""One schema on three engines: the same tables and columns, the session's settings, one site per store."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store import history, pkeys, scan, state, vault, vaults
from app.store.append import Line, append
from app.store.engines import found_pkeys, sqlcipher_store, sqlite_store
from app.store.schema import books, permanent, trees
from app.store.schema import state as state_tables
from app.store.tx import Store
from tests.store.written import KEY, LOG, beside, rows_of

HELD = {
    table.name: [column.name for column in table.columns]
    for metadata in (permanent, state_tables, books, trees)
    for table in metadata.sorted_tables
}


def columns(store: Store, table: str) -> list[str]:
    """The columns as the engine itself lists them."""
    cursor = store.connection.cursor()
    if store.dialect.name == "postgresql":
        sql = (
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
        )
        return [row[0] for row in cursor.execute(sql, [table]).fetchall()]
    return [row[1] for row in cursor.execute(f"PRAGMA table_info({table})").fetchall()]


def tables(store: Store) -> set[str]:
    """The tables as the engine itself lists them."""
    if store.dialect.name == "postgresql":
        sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return {row[0] for row in store.connection.cursor().execute(sql).fetchall()}


def test_every_engine_holds_the_same_tables_and_columns(store: Store) -> None:
    assert tables(store) == set(HELD)
    assert {name: columns(store, name) for name in HELD} == HELD


@pytest.mark.req("R-SYN-08")
def test_two_sites_in_one_database_never_meet(store: Store) -> None:
    other = beside(store, "haarlem")
    for each in (store, other):
        with each.write() as tx:
            append(tx, LOG, [Line(seq=0, b=each.site.encode(), rowless=True)])
            rows_of(tx, "person", {"id": "p_1", "lang": each.site})
            vaults.put_blob(tx, "u_1", "sig", 1, each.site.encode())
    for each in (store, other):
        with each.read() as tx:
            assert list(history.landmarks(tx)) == [(LOG, 0, each.site.encode())]
            assert list(state.rows(tx, "person")) == [{"id": "p_1", "lang": each.site}]
            assert vaults.blob(tx, "u_1", "sig") == (1, each.site.encode())


def test_person_keys_lie_in_a_file_of_their_own(tmp_path: Path) -> None:
    connection = vault.connect(tmp_path / "pkeys.db", KEY, kind="pkeys", create=True)
    store = sqlcipher_store(connection, "leiden")
    found_pkeys(store)
    assert tables(store) == {"dek"}
    with store.read() as tx:
        assert list(pkeys.deks(tx)) == []
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_a_plain_file_is_as_careful_as_an_encrypted_one(plain_store: Store) -> None:
    asked = ("journal_mode", "synchronous", "recursive_triggers", "trusted_schema")
    found = [plain_store.connection.cursor().execute(f"PRAGMA {one}").fetchone()[0] for one in asked]
    assert found == ["wal", 2, 1, 0]


def test_a_second_opening_finds_what_was_committed(tmp_path: Path, plain_store: Store) -> None:
    with plain_store.write() as tx:
        append(tx, LOG, [Line(seq=0, b=b"x", rowless=False)])
    again = sqlite_store(tmp_path / "centre.db", "leiden")
    assert again.only_site() == "leiden"
    assert scan.entry(again.connection, "leiden", LOG, 0) == b"x"
    again.close()
