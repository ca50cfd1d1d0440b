"""What each engine refuses by itself, attacked with raw SQL."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from app.base.faults import Fault
from app.store import history, state
from app.store.append import Line, append, append_checkpoint
from app.store.fences import fence_state
from app.store.schema import APPEND_ONLY, NOUNS
from app.store.tx import Store
from tests.store.written import LOG, beside, rows_of


def filled(store: Store) -> Store:
    """With one entry, one checkpoint and one row."""
    with store.write() as tx:
        append(tx, LOG, [Line(seq=0, b=b"entry 0", rowless=True)])
        append_checkpoint(tx, LOG, 1, "one")
        rows_of(tx, "setting", {"id": "late_h", "value": 24})
    return store


def untouched(store: Store) -> bool:
    """Whether all of it is there, unchanged."""
    with store.read() as tx:
        there = list(history.entries(tx, LOG)) == [(0, b"entry 0")]
        noted = list(history.checkpoints(tx, LOG)) == [(1, "one")]
        return there and noted and state.row(tx, "setting", "late_h") == {"id": "late_h", "value": 24}


def refused(store: Store, *attack: str) -> str:
    """The code of the Fault that an attack ends with."""
    with pytest.raises(Fault) as caught, store.write() as tx:
        tx.script(*attack)
    return caught.value.code


@pytest.mark.req("R-AUD-05", "R-REC-12", "R-ACC-04")
@pytest.mark.parametrize("noun", NOUNS)
def test_no_row_of_any_type_is_ever_deleted(store: Store, noun: str) -> None:
    with store.write() as tx:
        rows_of(tx, noun, {"id": "x_1"})
    assert refused(store, f"DELETE FROM s_{noun} WHERE id = 'x_1'") == "store.append_only"
    with store.read() as tx:
        assert state.row(tx, noun, "x_1") == {"id": "x_1"}


@pytest.mark.req("R-AUD-05", "A-07")
@pytest.mark.parametrize(
    "attack",
    [
        "DROP TABLE entry",
        "DROP TRIGGER entry_no_update",
        "DROP TRIGGER entry_no_replace",
        "ALTER TABLE entry RENAME TO older",
        "ALTER TABLE entry RENAME COLUMN b TO c",
        "ALTER TABLE checkpoint DROP COLUMN note",
        "CREATE TEMP TRIGGER lose BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END",
        "UPDATE OR IGNORE entry SET b = x'00'",
        "UPDATE OR REPLACE entry SET seq = 7",
        "INSERT INTO entry VALUES ('leiden', '{log}', 0, x'00') ON CONFLICT DO UPDATE SET b = x'00'",
        "WITH one AS (SELECT 0 AS seq) DELETE FROM entry WHERE seq IN (SELECT seq FROM one)",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA Writable_Schema = 1",
        "PRAGMA rekey = 'known'",
        "DETACH main",
        "SELECT load_extension('x')",
    ],
)
def test_a_device_refuses_what_would_take_its_fences_down(cipher_store: Store, attack: str) -> None:
    store = filled(cipher_store)
    assert refused(store, attack.format(log=LOG)) == "store.append_only"
    assert untouched(store)


@pytest.mark.req("R-SEC-01")
@pytest.mark.parametrize(
    "attack", ["ATTACH '{0}/out.db' AS out", "ATTACH ':memory:' AS out", "VACUUM INTO '{0}/out.db'"]
)
def test_no_page_is_carried_out_of_a_device(cipher_store: Store, tmp_path: Path, attack: str) -> None:
    store = filled(cipher_store)
    with pytest.raises(Fault) as caught, store.faults():
        store.connection.cursor().execute(attack.format(tmp_path))
    assert caught.value.code == "store.append_only"
    assert not (tmp_path / "out.db").exists()
    assert untouched(store)


def test_the_catalogue_of_a_device_can_not_be_edited(cipher_store: Store) -> None:
    with pytest.raises(Exception, match="may not be modified"), cipher_store.write() as tx:
        tx.script("DELETE FROM sqlite_master WHERE name = 'entry_no_update'")


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("table", [*(table.name for table in APPEND_ONLY), "s_setting"])
def test_a_centre_empties_no_table(pg_store: Store, table: str) -> None:
    store = filled(pg_store)
    assert refused(store, f"TRUNCATE {table}") == "store.append_only"
    assert untouched(store)


@pytest.mark.req("R-AUD-05")
def test_a_centre_refuses_also_while_it_plays_a_replica(pg_store: Store, postgres: str) -> None:
    store = filled(pg_store)
    owner = psycopg.connect(postgres, autocommit=True)
    owner.execute(f"SET search_path = {store.connection.info.user}")  # type: ignore[attr-defined]
    owner.execute("SET session_replication_role = replica")
    for attack in ("DELETE FROM entry", "UPDATE entry SET b = ''", "TRUNCATE entry", "DELETE FROM s_setting"):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            owner.execute(attack)
    owner.close()
    assert untouched(store)


@pytest.mark.req("R-REP-07", "R-ACC-21")
def test_another_sites_rows_are_invisible_even_to_raw_sql(pg_store: Store) -> None:
    other = beside(filled(pg_store), "haarlem")
    for table in ("entry", "checkpoint", "landmark", "s_setting"):
        with other.read() as tx:
            assert tx._cursor().execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        # A session that names no site sees none.
        assert pg_store.connection.cursor().execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.req("R-ACC-21")
@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO entry VALUES ('leiden', 'l', 9, '')",
        "INSERT INTO s_setting (site_id, id, value) VALUES ('leiden', 'idle_min', 15)",
        "INSERT INTO user_vault VALUES ('leiden', 'u_1', 'sig', 1, '')",
    ],
)
def test_nothing_is_written_into_another_site(pg_store: Store, attack: str) -> None:
    other = beside(filled(pg_store), "haarlem")
    with pytest.raises(Fault) as caught, other.write() as tx:
        tx.script(attack)
    assert caught.value.code == "centre.not_owner"
    assert "row-level security" in str(caught.value.__cause__)
    with other.write() as tx:
        tx.script("UPDATE s_setting SET value = 1")
    assert untouched(pg_store)


def test_a_site_can_not_name_itself_into_another(pg_store: Store) -> None:
    odd = beside(filled(pg_store), "x'; SET LOCAL countersign.site = 'leiden")
    with odd.read() as tx:
        assert tx._cursor().execute("SELECT count(*) FROM entry").fetchone() == (0,)


def test_fences_come_back_with_tables_made_anew(store: Store) -> None:
    with store.write() as tx:
        for noun in NOUNS:
            tx.script(f"DROP TABLE s_{noun}", f"CREATE TABLE s_{noun} (site_id TEXT, id TEXT)")
        if store.dialect.name == "postgresql":
            tx.script("DROP TABLE landmark", "CREATE TABLE landmark (site_id TEXT)")
        fence_state(tx, store.dialect.name)
        tx.script(f"INSERT INTO s_job VALUES ('{store.site}', 'j_1')")
    assert refused(store, "DELETE FROM s_job") == "store.append_only"
