"""A centre's real engine: PostgreSQL through psycopg.

- The only importer of psycopg, and so never imported by what a desktop needs.
- Every transaction is serializable and names its site, so that row security shows that site's rows only.
"""

from __future__ import annotations

from psycopg import Error
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from app.base.faults import Fault
from app.store.fences import name_site
from app.store.tx import Connection, Store

POSTGRESQL = PGDialect_psycopg()  # type: ignore[no-untyped-call]

CODES = {"53100": "disk.full", "53200": "disk.full", "40001": "store.in_use", "40P01": "store.in_use"}
"""SQLSTATE of a full disk, of exhausted memory, and of a transaction that another one was in the way of."""


def postgresql_store(connection: Connection, site: str) -> Store:
    """A Store over a psycopg connection in autocommit mode."""
    return Store(
        connection,
        POSTGRESQL,
        site,
        begin="BEGIN ISOLATION LEVEL SERIALIZABLE",
        fault_of=fault_of,
        on_begin=lambda tx: name_site(tx, "postgresql"),
    )


def fault_of(error: Exception) -> Fault | None:
    """The Fault that a psycopg error means: SQLSTATE of its diagnostics, or the words of our own fences."""
    if "append-only" in str(error):
        return Fault("store.append_only")
    code = CODES.get(error.sqlstate or "") if isinstance(error, Error) else None
    return None if code is None else Fault(code)
