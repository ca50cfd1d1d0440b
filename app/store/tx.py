"""One transaction on any engine.

- Statements are written once in SQLAlchemy Core, compiled once per dialect, and run on the driver's own
  cursor: the speed of hand-written SQL, one schema, no dialect branches (app/DECISIONS.md 2).
- A write transaction takes the writer's place at once (BEGIN IMMEDIATE), commits whole or not at all.
- `site_id` is bound by the transaction, so no statement can forget it.
- The driver's errors leave as Faults; what is no failure of the world passes through unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Delete, Dialect, Insert, Select, Table, Update
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.compiler import SQLCompiler

from app.base.faults import CannotDecide, Fault


class Cursor(Protocol):
    """What every driver's cursor has."""

    rowcount: int

    def execute(self, sql: str, values: Any = ...) -> Any: ...
    def executemany(self, sql: str, values: Any) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """What every driver's connection has; it commits only when told in SQL."""

    def cursor(self) -> Any: ...
    def close(self) -> None: ...


class Statement:
    """A Core statement, compiled for each dialect at its first use."""

    def __init__(self, clause: Select[Any] | Insert | Update | Delete) -> None:
        self.clause = clause
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def compiled(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        """SQL text and, for positional dialects, the parameters' names in order."""
        key = dialect.name
        if key not in self._compiled:
            done = self.clause.compile(dialect=dialect)
            assert isinstance(done, SQLCompiler)
            names = tuple(done.positiontup) if done.positional and done.positiontup is not None else None
            self._compiled[key] = (str(done), names)
        return self._compiled[key]


class Tx:
    """A transaction of one site. Not to be kept after its `with` block; `memo` holds what was read in it."""

    def __init__(self, connection: Connection, dialect: Dialect, site: str) -> None:
        self.site = site
        self.memo: dict[tuple[str, str], Any] = {}
        self._cursor = connection.cursor
        self._dialect = dialect

    @property
    def engine(self) -> str:
        """The dialect's name: `sqlite` or `postgresql`."""
        return self._dialect.name

    def run(self, statement: Statement, **values: Any) -> Cursor:
        """Run one statement; `site_id` is bound already. Returns the driver's cursor."""
        sql, names = statement.compiled(self._dialect)
        values["site_id"] = self.site
        cursor: Cursor = self._cursor()
        cursor.execute(sql, values if names is None else [values[name] for name in names])
        return cursor

    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for many rows, each a mapping without `site_id`."""
        sql, names = statement.compiled(self._dialect)
        site = self.site
        if names is None:
            self._cursor().executemany(sql, [{**row, "site_id": site} for row in rows])
        else:
            self._cursor().executemany(
                sql, ([site if name == "site_id" else row[name] for name in names] for row in rows)
            )

    def call(self, sql: str, *values: Any) -> None:
        """Run the one call that Core has no words for (a function that takes an array)."""
        self._cursor().execute(sql, values)

    def script(self, *statements: str) -> None:
        """Run SQL without parameters, one statement each (schema and fences only)."""
        for sql in statements:
            self._cursor().execute(sql)

    def create(self, *metadatas: Any) -> None:
        """Create every table and index of the given schemas."""
        for metadata in metadatas:
            self.create_tables(metadata.sorted_tables)

    def create_tables(self, tables: Iterable[Table]) -> None:
        """Create the tables given, with their indexes."""
        for table in tables:
            self.script(str(CreateTable(table).compile(dialect=self._dialect)))
            self.script(*(str(CreateIndex(index).compile(dialect=self._dialect)) for index in table.indexes))


class Store:
    """One open database of one site, owned by one thread."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        site: str,
        *,
        begin: str = "BEGIN IMMEDIATE",
        fault_of: Callable[[Exception], Fault | None],
        on_begin: Callable[[Tx], None] | None = None,
        end: Callable[[Connection], None] | None = None,
    ) -> None:
        self.connection = connection
        self.dialect = dialect
        self.site = site
        self._begin = begin
        self._fault_of = fault_of
        self._on_begin = on_begin
        self._end = end

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A write transaction: committed at the end of the block, rolled back by anything raised in it."""
        cursor = self.connection.cursor()
        with self.faults():
            cursor.execute(self._begin)
            try:
                yield self._tx()
                cursor.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view that writes nothing."""
        cursor = self.connection.cursor()
        with self.faults():
            cursor.execute("BEGIN")
            try:
                yield self._tx()
            finally:
                self._roll_back()

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn the driver's failures into Faults."""
        try:
            yield
        except Exception as error:
            fault = self._fault_of(error)
            if fault is None:
                raise
            raise fault from error

    def only_site(self) -> str:
        """The site whose history a device's store holds; CannotDecide `store.damaged` when there is none or several."""
        with self.faults():
            found = self.connection.cursor().execute("SELECT DISTINCT site_id FROM entry LIMIT 2").fetchall()
        if len(found) != 1:
            raise CannotDecide("store.damaged")
        return str(found[0][0])

    def close(self) -> None:
        """Close the connection; the last one tidies the write-ahead log away."""
        if self._end is not None:
            self._end(self.connection)
        else:
            self.connection.close()

    def _tx(self) -> Tx:
        tx = Tx(self.connection, self.dialect, self.site)
        if self._on_begin is not None:
            self._on_begin(tx)
        return tx

    def _roll_back(self) -> None:
        """Undo; when the engine has rolled back by itself (disk full) there is nothing left to undo."""
        if getattr(self.connection, "in_transaction", True):
            self.connection.cursor().execute("ROLLBACK")
