"""Every table has its site in its key, the types of formats §4, and the same shape in each dialect."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import dialect as postgresql
from sqlalchemy.schema import CreateTable

from app.base.faults import Fault
from app.store import vault
from app.store.engines import SQLITE
from app.store.schema import (
    APPEND_ONLY,
    APPLICATION_MAIN,
    APPLICATION_PKEYS,
    NOUNS,
    SCH,
    STATE,
    books,
    permanent,
    pkeys,
    state,
    trees,
)
from app.store.tx import Store

TABLES = [table for metadata in (permanent, state, books, trees, pkeys) for table in metadata.sorted_tables]
PERMANENT = {
    "entry": "site_id log seq b",
    "checkpoint": "site_id log n note",
    "batch": "site_id log first last manifest",
    "receipt": "site_id log n note",
    "user_vault": "site_id uid kind gen blob",
    "site_key": "site_id e ct",
    "dek": "site_id pid ver dek",
}
"""Copied by hand from formats §4."""

every = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@every
def test_the_site_is_the_first_column_of_every_key(table: Table) -> None:
    assert next(iter(table.primary_key)).name == "site_id"
    assert all(next(iter(index.columns)).name == "site_id" for index in table.indexes)


@every
def test_the_engine_adds_nothing_of_its_own(table: Table) -> None:
    for column in table.columns:
        assert column.server_default is column.default is column.onupdate is column.computed is None
        assert column.identity is None
        assert table.autoincrement_column is None
        assert isinstance(column.type, Text | Integer | BigInteger | LargeBinary)


@every
def test_every_table_is_strict_on_sqlite(table: Table) -> None:
    assert "STRICT" in str(CreateTable(table).compile(dialect=SQLITE))


@every
def test_the_dialects_name_the_same_columns(table: Table) -> None:
    for made in (SQLITE, postgresql()):
        ddl = str(CreateTable(table).compile(dialect=made)).upper().replace('"', "")
        assert [column.name for column in table.columns if f"\t{column.name} ".upper() not in ddl] == []
        assert not {"JSON", "SERIAL", "DEFAULT", "GENERATED", "TIMESTAMP", "AUTOINCREMENT"} & set(ddl.split())


def test_the_permanent_tables_are_those_of_the_formats() -> None:
    made = {
        table.name: " ".join(column.name for column in table.columns)
        for table in (*permanent.sorted_tables, *pkeys.sorted_tables)
    }
    assert made == PERMANENT
    assert {table.name for table in APPEND_ONLY} == {"entry", "checkpoint", "batch", "receipt"} == vault.HISTORY


@pytest.mark.parametrize("noun", NOUNS)
def test_state_columns_are_text_or_whole_numbers_and_may_be_empty(noun: str) -> None:
    marked = {spec.split(":")[0]: spec.endswith(":i") for spec in NOUNS[noun].split()}
    table = STATE[noun]
    assert {name: isinstance(table.c[name].type, BigInteger) for name in marked} == marked
    assert all(table.c[name].nullable for name in marked)
    assert {column.name for column in table.columns} - set(marked) == {
        "site_id",
        "id",
        "_heads",
        "_utc",
        "_trace",
    }


def test_the_numbers_on_the_file_are_those_of_the_formats() -> None:
    assert (APPLICATION_MAIN, APPLICATION_PKEYS) == (0x43534731, 0x43534732)
    assert vault.APPLICATION == {"main": APPLICATION_MAIN, "pkeys": APPLICATION_PKEYS}
    assert vault.SCH == SCH


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO s_setting (site_id, id, value) VALUES ('leiden', 'late_h', 'many')",
        "INSERT INTO entry VALUES ('leiden', 'l', 'first', NULL)",
        "INSERT INTO entry VALUES ('leiden', NULL, 1, NULL)",
    ],
)
def test_a_value_of_another_type_is_refused_by_the_engine(store: Store, sql: str) -> None:
    said = r"(?i)cannot store|datatype|constraint|invalid input|null value"
    with pytest.raises(Exception, match=said) as no, store.write() as tx:
        tx.script(sql)
    assert not isinstance(no.value, Fault)
