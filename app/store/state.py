"""State tables: the present, as the changes of history make it.

- One generic apply for every entity type; the tables know no rule.
- A Row is `id` and every non-null column (formats §4); columns ending in `_j` are unpacked.
- `_heads` holds the leaves of the entity's heads, `_utc` when its newest change was recorded.
- `_trace` names the entries that changed the row, and which of them nobody had the right to write.
- refold() makes every table anew from history and must give what was there.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Integer, Table, bindparam, insert, select, update

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
        self.whole = frozenset(name for name in self.columns if isinstance(table.c[name].type, Integer))
        wanted = [table.c[name] for name in (*self.columns, *BOOKS)]
        everything = select(*wanted).where(table.c.site_id == SITE)
        in_order = everything.order_by(table.c.id)
        self.one = Statement(everything.where(table.c.id == bindparam("id")))
        self.all = Statement(in_order)
        self.after = Statement(in_order.where(table.c.id > bindparam("after")))
        self.ids = Statement(select(table.c.id).where(table.c.site_id == SITE).order_by(table.c.id))
        self.doubted = Statement(in_order.where(table.c["_trace"].like(bindparam("mark"))))
        self.insert = Statement(insert(table))
        self._table = table
        self._everything = everything
        self._by: dict[tuple[str, ...], Statement] = {}
        self._updates: dict[tuple[str, ...], Statement] = {}

    def by(self, columns: tuple[str, ...]) -> Statement:
        """The rows with given values of these columns, which an index begins with. SQLite keeps no figures about a table
        and would walk all of it by its key instead: it is told the index."""
        if columns not in self._by:
            wanted = [self._table.c[name] == bindparam(f"of_{name}") for name in columns]
            found = self._everything.where(*wanted)
            if index := _index(self._table, columns[0]):
                found = found.with_hint(self._table, f"INDEXED BY {index}", "sqlite")
            self._by[columns] = Statement(found)
        return self._by[columns]

    def update(self, columns: tuple[str, ...]) -> Statement:
        """Writes these columns of one row and its bookkeeping."""
        if columns not in self._updates:
            table = self._table
            self._updates[columns] = Statement(
                update(table)
                .where(table.c.site_id == SITE, table.c.id == bindparam("of_id"))
                .values({name: bindparam(name) for name in (*columns, *BOOKS)})
            )
        return self._updates[columns]

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


def _index(table: Table, column: str) -> str:
    """The name of the index that begins with the site and `column`; empty where there is none."""
    names = (index.name for index in table.indexes if [one.name for one in index.columns][1] == column)
    return str(next(names, ""))


_SQL = {noun: _Sql(noun) for noun in STATE}


DOUBT = "!"
"""Behind a place in a trace: the entry was written without the right to, and nobody with the right has answered it."""


def traced(trace: str, log: str, seq: int) -> str:
    """The trace with one more place: `<log> <seq> <seq> …`, a log named again only where it changes."""
    words = trace.split(" ") if trace else []
    latest = next((word for word in reversed(words) if "/" in word), None)
    return " ".join([*words, str(seq)] if latest == log else [*words, log, str(seq)])


def places(trace: str) -> Iterator[tuple[str, int]]:
    """(log, seq) of each entry that changed the row, oldest first."""
    return (place for place, _ in _steps(trace))


def doubts(trace: str) -> frozenset[tuple[str, int]]:
    """The places of a trace that are in doubt."""
    return frozenset(place for place, doubtful in _steps(trace) if doubtful) if DOUBT in trace else frozenset()


def with_doubts(trace: str, doubtful: Container[tuple[str, int]]) -> str:
    """The trace with exactly these of its places in doubt."""
    words, log = [], ""
    for word in trace.split(" ") if trace else []:
        if "/" in word:
            log = word
            words.append(word)
        else:
            seq = word.removesuffix(DOUBT)
            words.append(seq + DOUBT if (log, int(seq)) in doubtful else seq)
    return " ".join(words)


def _steps(trace: str) -> Iterator[tuple[tuple[str, int], bool]]:
    log = ""
    for word in trace.split(" "):
        if "/" in word:
            log = word
        else:
            yield (log, int(word.removesuffix(DOUBT))), word.endswith(DOUBT)


def disputed(item: Held) -> bool:
    """Whether a row counts for nothing until QA decides: devices changed it apart, or somebody without the right did."""
    return len(item.heads) > 1 or (DOUBT in item.trace and not item.row.get("void"))


def takes(t: str, column: str, value: Json) -> bool:
    """Whether a column of that type can hold a value: whole numbers or text, anything where JSON is kept, null everywhere.

    True for types that have no table; False for columns that a type doesn't have.
    """
    sql = _SQL.get(t)
    if sql is None:
        return True
    if column not in sql.columns or column == "id":
        return False
    return value is None or column in sql.packed or type(value) is (int if column in sql.whole else str)


def kinds(_tx: Tx) -> list[str]:
    """The entity types that have a table."""
    return sorted(STATE)


def held(tx: Tx, t: str, id: str) -> Held | None:
    """One row with its bookkeeping, or None; read once a transaction."""
    known: Held | None = tx.memo.get((t, id))
    if known is not None:
        return known
    found = tx.run(_SQL[t].one, id=id).fetchone()
    return None if found is None else _remembered(tx, t, _SQL[t].held(found))


def row(tx: Tx, t: str, id: str) -> Row | None:
    """One row, or None."""
    found = held(tx, t, id)
    return None if found is None else found.row


def rows(tx: Tx, t: str) -> Iterator[dict[str, Json]]:
    """Every row of one type, by id."""
    sql = _SQL[t]
    for found in tx.run(sql.all):
        yield dict(sql.held(found).row)


def ids(tx: Tx, t: str) -> list[str]:
    """The ids of every row of one type, in order."""
    return [str(found[0]) for found in tx.run(_SQL[t].ids)]


def held_after(tx: Tx, t: str, id: str, most: int) -> list[Held]:
    """At most `most` rows of one type with ids after `id`, in order: for whoever reads all of them bit by bit."""
    sql = _SQL[t]
    return [sql.held(found) for found in islice(tx.run(sql.after, after=id), most)]


def all_held(tx: Tx, t: str) -> Iterator[Held]:
    """Every row of one type with its bookkeeping, by id."""
    sql = _SQL[t]
    return (sql.held(found) for found in tx.run(sql.all))


def held_by(tx: Tx, t: str, column: str, value: str, **more: str) -> list[Held]:
    """The rows whose indexed `column` (and further columns of that index) have these values, by id."""
    sql = _SQL[t]
    wanted = {column: value, **more}
    found = tx.run(sql.by(tuple(wanted)), **{f"of_{name}": one for name, one in wanted.items()})
    held = sorted((sql.held(one) for one in found), key=lambda item: str(item.row["id"]))
    return [_remembered(tx, t, item) for item in held]


def rivals(tx: Tx) -> frozenset[str]:
    """The ids of the rows read so far in this transaction, one by one, that are in dispute."""
    return frozenset(str(item.row["id"]) for item in tx.memo.values() if disputed(item))


def doubted(tx: Tx) -> list[tuple[str, str]]:
    """(type, id) of every row that somebody without the right changed, until it is void or QA changed it.

    Reads the trace of every row.
    """
    return [
        (noun, item.row["id"])
        for noun, sql in _SQL.items()
        for found in tx.run(sql.doubted, mark=f"%{DOUBT}%")
        if disputed(item := sql.held(found))
    ]


def add(tx: Tx, t: str, new: Iterable[Held]) -> None:
    """Write rows that are not there yet."""
    sql = _SQL[t]
    tx.many(sql.insert, (sql.values(_remembered(tx, t, item)) for item in new))


def change(tx: Tx, t: str, changed: Iterable[Held]) -> None:
    """Write rows that are there already: only the columns that differ, so that their indexes stay as they are."""
    sql = _SQL[t]
    for item in changed:
        before = held(tx, t, item.row["id"])
        old: Row = {} if before is None else before.row
        columns = tuple(name for name in sql.columns if item.row.get(name) != old.get(name))
        tx.run(sql.update(columns), **{**sql.values(item), "of_id": item.row["id"]})
        _remembered(tx, t, item)


def _remembered(tx: Tx, t: str, item: Held) -> Held:
    tx.memo[t, item.row["id"]] = item
    return item
