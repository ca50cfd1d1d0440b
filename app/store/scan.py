"""Reading a whole store fast, believing nothing of it (decision 27: hot paths use the driver's connection).

- Rows leave in chunks, in the order of their key; a chunk holds what fits easily in memory.
- Every table is read as it lies there, whatever columns it has; the schema of this release is not consulted.
- What the driver can't read leaves as a Fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from app.base.faults import CannotDecide
from app.store import vault

CHUNK = 256
LOTS = 240
RUN = (
    "SELECT seq, b FROM entry WHERE site_id = ? AND log = ? AND seq >= ? AND seq < ? ORDER BY site_id, log, seq"
)
CHOSEN = (
    "SELECT seq, b FROM entry WHERE site_id = ? AND log = ? AND seq >= ? AND seq < ?"
    " AND substr(?, seq + ?, 1) = x'01' ORDER BY site_id, log, seq"
)
LOTTERY = "(ifnull(unicode(substr(id, -2)), 48) + ifnull(unicode(substr(id, -1)), 48)) % ? % ? = ?"
"""The rows of one share; in SQL, so that the others never become objects."""
LOGS = (
    "SELECT site_id, log, min(seq), max(seq), count(*) FROM entry GROUP BY site_id, log ORDER BY site_id, log"
)
NOTES = "SELECT n, note FROM checkpoint WHERE site_id = ? AND log = ? ORDER BY site_id, log, n"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 's\\_%' ESCAPE '\\' ORDER BY name"

KINDS = {
    "entry": (("site_id", "text"), ("log", "text"), ("seq", "integer"), ("b", "blob")),
    "checkpoint": (("site_id", "text"), ("log", "text"), ("n", "integer"), ("note", "text")),
    "batch": (("log", "text"), ("first", "integer"), ("last", "integer"), ("manifest", "text")),
    "receipt": (("log", "text"), ("n", "integer"), ("note", "text")),
    "user_vault": (("uid", "text"), ("kind", "text"), ("gen", "integer"), ("blob", "blob")),
    "site_key": (("e", "integer"), ("ct", "blob")),
    "dek": (("pid", "text"), ("ver", "integer"), ("dek", "blob")),
}
"""Columns of the permanent tables and what they hold."""
WRONG = {
    "text": "typeof({0}) <> 'text'",
    "blob": "typeof({0}) <> 'blob'",
    "integer": "typeof({0}) <> 'integer' OR {0} < 0 OR {0} > 9007199254740991",
}

Driver = vault.Driver


def reading(work: Callable[[], Any]) -> Any:
    """The result of `work`; whatever the driver objects to is a Fault."""
    try:
        return work()
    except Exception as error:
        raise fault_of(error) from error


def fault_of(error: Exception) -> Exception:
    """The Fault that a driver's error means; anything else is itself."""
    return (vault.fault_of(error) or CannotDecide("store.damaged")) if vault.is_driver_error(error) else error


def rows(connection: Driver, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Every row of a statement."""
    found: list[tuple[Any, ...]] = reading(lambda: connection.execute(sql, values).fetchall())
    return found


def chunks(connection: Driver, sql: str, *values: Any) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement, at most CHUNK at a time."""
    cursor = reading(lambda: connection.execute(sql, values))
    while chunk := reading(lambda: list(islice(cursor, CHUNK))):
        yield chunk


def logs(connection: Driver) -> list[tuple[str, str, int, int, int]]:
    """(site, log, lowest seq, highest seq, how many) of every log held."""
    return [(str(site), str(log), low, high, count) for site, log, low, high, count in rows(connection, LOGS)]


def entries(
    connection: Driver, site: str, log: str, first: int, last: int
) -> Iterator[list[tuple[int, bytes]]]:
    """(seq, exact bytes) from `first` up to and without `last`, in chunks."""
    yield from chunks(connection, RUN, site, log, first, last)


def chosen(
    connection: Driver, site: str, log: str, first: int, mask: bytes
) -> Iterator[list[tuple[int, bytes]]]:
    """(seq, exact bytes), in chunks, of those of the `len(mask)` entries from `first` on whose byte in `mask` is 1."""
    yield from chunks(connection, CHOSEN, site, log, first, first + len(mask), mask, 1 - first)


def entry(connection: Driver, site: str, log: str, seq: int) -> bytes | None:
    """The exact bytes of one entry, or None."""
    found = rows(connection, RUN, site, log, seq, seq + 1)
    return bytes(found[0][1]) if found else None


def notes(connection: Driver, site: str, log: str) -> Iterator[list[tuple[int, Any]]]:
    """(size, note) of every checkpoint of a log, in chunks."""
    yield from chunks(connection, NOTES, site, log)


def lot(id: str) -> int:
    """A number below LOTS for an id: the letters at its end are as good as drawn."""
    end = id[-2:] or "0"
    return (ord(end[0]) + ord(end[-1])) % LOTS


def share(
    connection: Driver, name: str, part: int, parts: int
) -> tuple[list[str], Iterator[list[tuple[Any, ...]]]]:
    """The columns of a table and, in chunks, the rows whose `lot(id) % parts` is `part`; every row is in one part."""
    return _wide(connection, f'SELECT * FROM "{name}" WHERE {LOTTERY}', LOTS, parts, part)


def _wide(connection: Driver, sql: str, *values: Any) -> tuple[list[str], Iterator[list[tuple[Any, ...]]]]:
    cursor = reading(lambda: connection.execute(sql, values))

    def chunked() -> Iterator[list[tuple[Any, ...]]]:
        while chunk := reading(lambda: list(islice(cursor, CHUNK))):
            yield chunk

    return [column[0] for column in cursor.description], chunked()


def table(connection: Driver, name: str) -> Iterator[dict[str, Any]]:
    """Every row of a table as column → value."""
    columns, found = _wide(connection, f'SELECT * FROM "{name}"')
    for chunk in found:
        for row in chunk:
            yield dict(zip(columns, row, strict=True))


def state_tables(connection: Driver) -> list[str]:
    """The names of the state tables, `s_…`."""
    return [str(row[0]) for row in rows(connection, TABLES)]


def odd_tables(connection: Driver) -> list[str]:
    """The permanent tables that hold NULL, another kind of value, or a number out of range (formats §4)."""
    names = {str(row[0]) for row in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    found = []
    for table, columns in KINDS.items():
        wrong = " OR ".join(WRONG[kind].format(column) for column, kind in columns)
        if table in names and rows(connection, f"SELECT 1 FROM {table} WHERE {wrong} LIMIT 1"):
            found.append(table)
    return found


def indexed(connection: Driver) -> set[tuple[str, str, int]] | None:
    """Where the store's own index says that entries without a row lie; None for a store without one."""
    if not rows(connection, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'landmark'"):
        return None
    return set(rows(connection, "SELECT site_id, log, seq FROM landmark"))


def page_faults(connection: Driver) -> list[str]:
    """What SQLCipher's check of every page objects to; empty when sound."""
    return [str(row[0]) for row in rows(connection, "PRAGMA cipher_integrity_check")]


def structure_faults(connection: Driver) -> list[str]:
    """What SQLite's own check of tables and indexes objects to; empty when sound."""
    return [str(row[0]) for row in rows(connection, "PRAGMA integrity_check") if row[0] != "ok"]
