"""The engines that one schema serves: how each is opened, begun and how its failures read.

- SQLCipher for a device, SQLite for an embedded centre; PostgreSQL for a real one is opened by store.postgres.
- Everything above works on a Store and can't tell which it is.
- A desktop imports this file and needs no PostgreSQL library.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect

from app.base.faults import CannotDecide
from app.store import vault
from app.store.fences import fence_centre, raise_fences
from app.store.schema import CENTRE, books, permanent, pkeys, state, trees
from app.store.tx import Connection, Store


class _Compiler(SQLiteCompiler):
    """Writes the index that a statement names (`INDEXED BY`); SQLAlchemy's own leaves it out."""

    def get_from_hint_text(self, _table: object, text: str | None) -> str | None:
        """What stands behind a table's name."""
        return text


class _Dialect(SQLiteDialect):
    statement_compiler = _Compiler


SQLITE = _Dialect(paramstyle="qmark")


def sqlcipher_store(connection: Connection, site: str) -> Store:
    """A Store over a connection of store.vault."""
    return Store(connection, SQLITE, site, fault_of=vault.fault_of, end=vault.close)


def sqlite_store(path: Path, site: str) -> Store:
    """A Store in a plain SQLite file: for a centre, never for a device. CannotDecide `store.damaged` for no such file."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "recursive_triggers=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise CannotDecide("store.damaged") from error
    return sqlite_seen(connection, site)


def sqlite_seen(connection: Connection, site: str) -> Store:
    """Another site's view of a connection that `sqlite_store` opened."""
    return Store(connection, SQLITE, site, fault_of=vault.fault_of)


def found_main(store: Store) -> None:
    """Make every table of main.db (or of a centre) and put the fences up."""
    with store.write() as tx:
        tx.create(permanent, state, books, trees)
        raise_fences(tx, store.dialect.name)


def found_centre(store: Store) -> None:
    """Make every table of a centre and put its fences up, on either engine."""
    with store.write() as tx:
        tx.create_tables(CENTRE)
        fence_centre(tx, store.dialect.name)


def found_pkeys(store: Store) -> None:
    """Make the table of pkeys.db."""
    with store.write() as tx:
        tx.create(pkeys)
