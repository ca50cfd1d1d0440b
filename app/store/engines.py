"""The engines that one schema serves: how each is opened, begun and how its failures read.

- SQLCipher for a device, SQLite for an embedded centre, PostgreSQL for a real one.
- Everything above works on a Store and can't tell which it is.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from app.base.faults import Fault
from app.store import vault
from app.store.fences import name_site, raise_fences
from app.store.schema import books, permanent, pkeys, state, trees
from app.store.tx import Connection, Store

SQLITE = sqlite_dialect(paramstyle="qmark")
POSTGRESQL = PGDialect_psycopg()

PG_FULL = ("53100", "53200")


def sqlcipher_store(connection: Connection, site: str) -> Store:
    """A Store over a connection of store.vault."""
    return Store(connection, SQLITE, site, fault_of=vault.fault_of)


def sqlite_store(path: Path, site: str) -> Store:
    """A Store in a plain SQLite file: for a centre, never for a device."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "recursive_triggers=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return Store(connection, SQLITE, site, fault_of=vault.fault_of)


def postgresql_store(connection: Connection, site: str) -> Store:
    """A Store over a psycopg connection in autocommit mode."""
    return Store(
        connection,
        POSTGRESQL,
        site,
        begin="BEGIN ISOLATION LEVEL SERIALIZABLE",
        fault_of=_pg_fault,
        on_begin=lambda tx: name_site(tx, "postgresql"),
    )


def _pg_fault(error: Exception) -> Fault | None:
    """The Fault that a psycopg error means: SQLSTATE of its diagnostics, or the words of our own fences."""
    if "append-only" in str(error):
        return Fault("store.append_only")
    return Fault("disk.full") if getattr(error, "sqlstate", None) in PG_FULL else None


def found_main(store: Store) -> None:
    """Make every table of main.db (or of a centre) and put the fences up."""
    with store.write() as tx:
        tx.create(permanent, state, books, trees)
        raise_fences(tx, store.dialect.name)


def found_pkeys(store: Store) -> None:
    """Make the table of pkeys.db."""
    with store.write() as tx:
        tx.create(pkeys)
