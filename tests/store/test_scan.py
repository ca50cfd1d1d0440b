"""Reading a whole store for verification: nothing is missed, whatever lies there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from app.base.faults import CannotDecide, Fault
from app.store import scan, vault
from app.store.append import Line, append, append_checkpoint
from app.store.schema import NOUNS
from app.store.tx import Store
from tests.store.written import KEY, LOG, rows_of

COUNT = 2 * scan.CHUNK + 3


@pytest.fixture
def filled(cipher_store: Store) -> Store:
    """More than two chunks of entries."""
    with cipher_store.write() as tx:
        append(tx, LOG, [Line(seq=seq, b=b"%d" % seq, rowless=False) for seq in range(COUNT)])
        append_checkpoint(tx, LOG, 3, "three")
        append_checkpoint(tx, LOG, 20, "twenty")
        rows_of(tx, "setting", {"id": "late_h", "value": 24}, {"id": "idle_min", "value": 10})
    return cipher_store


def test_a_log_leaves_in_chunks_with_nothing_left_out(filled: Store) -> None:
    chunks = list(scan.entries(filled.connection, "leiden", LOG, 0, COUNT))
    assert [len(chunk) for chunk in chunks] == [scan.CHUNK, scan.CHUNK, 3]
    flat = [(seq, bytes(b)) for chunk in chunks for seq, b in chunk]
    assert flat == [(seq, b"%d" % seq) for seq in range(COUNT)]


def test_chosen_entries_are_those_that_a_mask_names(filled: Store) -> None:
    chunks = scan.chosen(filled.connection, "leiden", LOG, 3, b"\1\0\1\2")
    assert [(seq, bytes(b)) for chunk in chunks for seq, b in chunk] == [(3, b"3"), (5, b"5")]
    assert list(scan.chosen(filled.connection, "leiden", LOG, 3, b"")) == []
    everything = scan.chosen(filled.connection, "leiden", LOG, 0, b"\1" * COUNT)
    assert sum(len(chunk) for chunk in everything) == COUNT


def test_a_range_ends_before_its_last(filled: Store) -> None:
    (chunk,) = scan.entries(filled.connection, "leiden", LOG, 5, 8)
    assert [seq for seq, _ in chunk] == [5, 6, 7]
    assert list(scan.entries(filled.connection, "leiden", LOG, 8, 8)) == []
    assert list(scan.entries(filled.connection, "haarlem", LOG, 0, 8)) == []


def test_single_entries_logs_and_notes_are_found(filled: Store) -> None:
    connection = filled.connection
    assert scan.entry(connection, "leiden", LOG, 7) == b"7"
    assert scan.entry(connection, "leiden", LOG, COUNT) is None
    assert scan.logs(connection) == [("leiden", LOG, 0, COUNT - 1, COUNT)]
    assert list(scan.notes(connection, "leiden", LOG)) == [[(3, "three"), (20, "twenty")]]


def test_state_tables_are_those_that_begin_with_s_and_an_underscore(filled: Store) -> None:
    filled.connection.cursor().execute("CREATE TABLE s_tomorrow (site_id TEXT, id TEXT, colour TEXT)")
    assert scan.state_tables(filled.connection) == sorted([*(f"s_{noun}" for noun in NOUNS), "s_tomorrow"])


def test_columns_that_this_release_does_not_know_are_read_too(filled: Store) -> None:
    filled.connection.cursor().execute("ALTER TABLE s_setting ADD COLUMN later TEXT")
    rows = list(scan.table(filled.connection, "s_setting"))
    assert [(row["id"], row["value"], row["later"]) for row in rows] == [
        ("idle_min", 10, None),
        ("late_h", 24, None),
    ]
    columns, chunks = scan.share(filled.connection, "s_setting", 0, 1)
    assert columns == list(rows[0])
    assert sorted(row for chunk in chunks for row in chunk) == sorted(tuple(row.values()) for row in rows)


def test_a_name_is_no_sql(filled: Store) -> None:
    with pytest.raises(vault.dbapi2.OperationalError, match="no such table"), filled.faults():
        filled.connection.cursor().execute('SELECT * FROM "s_x; DROP TABLE s_job"')
    with pytest.raises(CannotDecide):
        list(scan.table(filled.connection, "s_x; DROP TABLE s_job"))
    assert "s_job" in scan.state_tables(filled.connection)


def test_a_sound_store_has_no_faults(filled: Store) -> None:
    assert scan.page_faults(filled.connection) == []
    assert scan.structure_faults(filled.connection) == []


@pytest.mark.req("R-AUD-07", "A-07")
def test_a_damaged_page_is_found_and_is_a_fault_for_each_reader(tmp_path: Path, filled: Store) -> None:
    filled.close()
    path = tmp_path / "main.db"
    whole = bytearray(path.read_bytes())
    for page in range(6, len(whole) // 4096):
        whole[page * 4096 + 2000] ^= 1
    path.write_bytes(whole)
    connection, end = vault.connect_reading(path, KEY, kind="main")
    assert scan.page_faults(connection)
    for reader in (
        scan.entries(connection, "leiden", LOG, 0, COUNT),
        scan.chosen(connection, "leiden", LOG, 0, b"\1" * COUNT),
    ):
        with pytest.raises(CannotDecide) as caught:
            list(reader)
        assert caught.value.code == "store.damaged"
    end()


def test_only_what_the_driver_says_becomes_a_fault() -> None:
    bug = ZeroDivisionError()
    assert scan.fault_of(bug) is bug
    full = scan.fault_of(vault.dbapi2.OperationalError("database or disk is full"))
    assert isinstance(full, Fault)
    assert full.code == "disk.full"
    odd = scan.fault_of(vault.dbapi2.OperationalError("something new"))
    assert isinstance(odd, CannotDecide)


def test_a_bug_while_reading_stays_a_bug() -> None:
    with pytest.raises(ZeroDivisionError):
        scan.reading(lambda: 1 / 0)


ODD = {
    "entry": [("site_id", b"x"), ("log", 1), ("seq", -1), ("seq", 2**53), ("b", "text")],
    "checkpoint": [("site_id", b"x"), ("log", 1.5), ("n", -1), ("n", "one"), ("note", b"note")],
    "receipt": [("log", b"x"), ("n", 0.5), ("note", 7)],
    "user_vault": [("uid", 1), ("kind", b"k"), ("gen", -2), ("blob", "text")],
    "site_key": [("e", -1), ("ct", "text")],
}
"""Columns of permanent tables with what must not lie in them."""


@pytest.mark.parametrize(
    ("table", "column", "value"), [(table, *one) for table, some in ODD.items() for one in some]
)
def test_a_permanent_table_with_another_kind_of_value_is_named(table: str, column: str, value: object) -> None:
    """In tables without fences and types, as somebody with the store's key may make them anew."""
    sound: dict[str, object] = {
        name: {"text": "t", "blob": b"b", "integer": 1}[kind] for name, kind in scan.KINDS[table]
    }
    with closing(vault.dbapi2.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE {table} ({', '.join(sound)})")
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(sound))})", tuple(sound.values()))
        assert scan.odd_tables(connection) == []
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
        assert scan.odd_tables(connection) == [table]


def test_the_index_of_entries_without_a_row_is_what_was_appended(cipher_store: Store) -> None:
    with cipher_store.write() as tx:
        append(tx, LOG, [Line(seq=seq, b=b"%d" % seq, rowless=seq % 3 == 0) for seq in range(8)])
    assert scan.indexed(cipher_store.connection) == {("leiden", LOG, seq) for seq in (0, 3, 6)}
    cipher_store.connection.cursor().execute("DROP TABLE landmark")
    assert scan.indexed(cipher_store.connection) is None
