"""A centre's real engine: PostgreSQL through psycopg.

- The only importer of psycopg, and so never imported by what a desktop needs.
- A centre's transaction locks its site's counter row first, so that it needs no more than READ COMMITTED; any other
  transaction of a store is serializable.
- Every transaction names its site, so that row security shows that site's rows only.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import Error, OperationalError
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from app.base.faults import Fault
from app.store.doors import Door, make_doors
from app.store.fences import name_site
from app.store.tx import Connection, Store, Tx

POSTGRESQL = PGDialect_psycopg()  # type: ignore[no-untyped-call]

CODES = {
    "53100": "disk.full",
    "53200": "disk.full",
    "40001": "store.in_use",
    "40P01": "store.in_use",
    "42501": "centre.not_owner",
    "42P07": "centre.has_tables",
}
"""SQLSTATE of a full disk, of exhausted memory, of a transaction that another one was in the way of, of a right that the
role hasn't, and of a table that is there already."""

NO_MORE = """DO $$ DECLARE f regprocedure; BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
    AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea') AND pg_has_role(proowner, 'USAGE')
  LOOP EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || f || ' FROM PUBLIC'; END LOOP;
END $$"""
"""Nobody but the owner makes temporary tables, and nobody large objects: these would fill the disk beside every door.
The latter only where the owner may say so (a superuser); elsewhere an administrator says it once (README)."""

PATIENCE = "SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '20s'"


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


def connect(url: str, password: str | None = None) -> psycopg.Connection:
    """A connection in autocommit mode. Faults `centre.database` when it can't be had within 5 s.

    Nothing is prepared in it, so that a pooler may stand between.
    """
    try:
        return psycopg.connect(
            url, autocommit=True, connect_timeout=5, prepare_threshold=None, password=password
        )
    except OperationalError as error:
        raise Fault("centre.database") from error


def centre_store(connection: Connection, site: str) -> Store:
    """A centre's Store over a psycopg connection in autocommit mode."""
    return Store(
        connection,
        POSTGRESQL,
        site,
        begin="BEGIN ISOLATION LEVEL READ COMMITTED",
        fault_of=fault_of,
        on_begin=_begun,
    )


def _begun(tx: Tx) -> None:
    name_site(tx, "postgresql")
    tx.script(PATIENCE)


def open_doors(store: Store, doors: Sequence[Door], role: str) -> None:
    """Make the functions of the doors and let the role `role` execute them: the owner's act, once."""
    with store.write() as tx:
        make_doors(tx, store.dialect, doors, role)
        tx.script(NO_MORE)


def refuse_database(url: str) -> None:
    """Faults `centre.told_password` for a URL that carries a password, `centre.database` for one that is none."""
    try:
        told = conninfo_to_dict(url)
    except Error:
        raise Fault("centre.database") from None
    if told.get("password"):
        raise Fault("centre.told_password")


def refuse_role(connection: psycopg.Connection, role: str) -> None:
    """Fault `centre.no_role` when the database knows no such role."""
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        raise Fault("centre.no_role", role=role)


def place(connection: psycopg.Connection) -> tuple[str, bool]:
    """(timeline, whether a synchronous standby is configured): a receipt's incarnation, and whether it is final."""
    sql = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), current_setting('synchronous_standby_names')"
    try:
        timeline, standby = connection.execute(sql).fetchone() or ("", "")
    except Error as error:
        raise fault_of(error) or error from error
    return timeline, bool(standby)


def fault_of(error: Exception) -> Fault | None:
    """The Fault that a psycopg error means: SQLSTATE of its diagnostics, or the words of our own fences."""
    if "append-only" in str(error):
        return Fault("store.append_only")
    if not isinstance(error, Error):
        return None
    code = CODES.get(error.sqlstate or "")
    if code is None and isinstance(error, OperationalError):
        code = "centre.database"
    return None if code is None else Fault(code)
