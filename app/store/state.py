"""State tables: the present, as the changes of history make it.

- One generic apply for every entity type; the tables know no rule.
- A Row is `id` and every non-null column (formats §4); columns ending in `_j` are unpacked.
- `_heads` holds the leaves of the entity's heads, `_utc` when its newest change was recorded.
- refold() makes every table anew from history and must give what was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, select, update

from app.base.codec import pack_checked, peek
from app.base.words import Json, Row, Value
from app.store.schema import STATE
from app.store.tx import Statement, Tx

SITE: BindParameter[str] = bindparam("site_id")


BOOKS = ("_heads", "_utc", "_trace")


class Held(Value, frozen=True):
    """A row with its bookkeeping: heads (b64u leaves, sorted), when it was last changed (UTC text), its trace."""

    row: Row
    heads: tuple[str, ...]
    utc: str
    trace: str


class _Sql:
    """The statements of one state table."""

    def __init__(self, noun: str) -> None:
        table = STATE[noun]
        # SQLAlchemy gives names as a kind of str of its own; a row holds plain ones.
        self.columns = [str(column.name) for column in table.c if column.name not in ("site_id", *BOOKS)]
        self.packed = frozenset(name for name in self.columns if name.endswith("_j"))
        wanted = [table.c[name] for name in (*self.columns, *BOOKS)]
        everything = select(*wanted).where(table.c.site_id == SITE).order_by(table.c.id)
        self.one = Statement(everything.where(table.c.id == bindparam("id")))
        self.all = Statement(everything)
        self.insert = Statement(insert(table))
        self.update = Statement(
            update(table)
            .where(table.c.site_id == SITE, table.c.id == bindparam("of_id"))
            .values({name: bindparam(name) for name in (*self.columns[1:], *BOOKS)})
        )
        self.by = {
            index.columns[1].name: Statement(everything.where(index.columns[1] == bindparam("value")))
            for index in table.indexes
        }

    def held(self, found: Any) -> Held:
        row = {
            name: peek(value) if name in self.packed else value
            for name, value in zip(self.columns, found, strict=False)
            if value is not None
        }
        return Held(row=row, heads=tuple(found[-3].split(" ")), utc=found[-2], trace=found[-1])

    def values(self, held: Held) -> dict[str, Any]:
        row = held.row
        values: dict[str, Any] = {
            name: (None if row.get(name) is None else pack_checked(row[name]).decode())
            if name in self.packed
            else row.get(name)
            for name in self.columns
        }
        return {**values, "_heads": " ".join(held.heads), "_utc": held.utc, "_trace": held.trace}


_SQL = {noun: _Sql(noun) for noun in STATE}


def traced(trace: str, log: str, seq: int) -> str:
    """The trace with one more place: `<log> <seq> <seq> …`, a log named again only where it changes."""
    words = trace.split(" ") if trace else []
    latest = next((word for word in reversed(words) if "/" in word), None)
    return " ".join([*words, str(seq)] if latest == log else [*words, log, str(seq)])


def places(trace: str) -> Iterator[tuple[str, int]]:
    """(log, seq) of each entry that changed the row, oldest first."""
    log = ""
    for word in trace.split(" "):
        if "/" in word:
            log = word
        else:
            yield log, int(word)


def kinds(_tx: Tx) -> list[str]:
    """The entity types that have a table."""
    return sorted(STATE)


def held(tx: Tx, t: str, id: str) -> Held | None:
    """One row with its bookkeeping, or None."""
    found = tx.run(_SQL[t].one, id=id).fetchone()
    return None if found is None else _SQL[t].held(found)


def row(tx: Tx, t: str, id: str) -> Row | None:
    """One row, or None."""
    found = held(tx, t, id)
    return None if found is None else found.row


def rows(tx: Tx, t: str) -> Iterator[dict[str, Json]]:
    """Every row of one type, by id."""
    sql = _SQL[t]
    for found in tx.run(sql.all):
        yield dict(sql.held(found).row)


def all_held(tx: Tx, t: str) -> Iterator[Held]:
    """Every row of one type with its bookkeeping, by id."""
    sql = _SQL[t]
    return (sql.held(found) for found in tx.run(sql.all))


def held_by(tx: Tx, t: str, column: str, value: str) -> list[Held]:
    """The rows whose indexed `column` has `value`."""
    sql = _SQL[t]
    return [sql.held(found) for found in tx.run(sql.by[column], value=value)]


def add(tx: Tx, t: str, new: Iterable[Held]) -> None:
    """Write rows that are not there yet."""
    sql = _SQL[t]
    tx.many(sql.insert, (sql.values(item) for item in new))


def change(tx: Tx, t: str, changed: Iterable[Held]) -> None:
    """Write rows that are there already."""
    sql = _SQL[t]

    def values() -> Iterator[Mapping[str, Any]]:
        for item in changed:
            found = sql.values(item)
            yield {**found, "of_id": found.pop("id")}

    tx.many(sql.update, values())
