"""The owner of a centre's database who switches every fence off and edits: what no grant can stop, and what must be seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

TABLES = ("entry", "checkpoint", "batch", "receipt", "arrival", "bundle", "frontier", "feed", "quarantine")


class Owner:
    """Of the SQLite file at `path`, or of the PostgreSQL at `url`. Statements have `?` for their values."""

    def __init__(self, path: Path, url: str | None = None) -> None:
        self._path, self._url = path, url

    def run(self, *statements: tuple[str, tuple[Any, ...]]) -> None:
        """Run (SQL, values) with triggers off and row security lifted; they stay so."""
        with self._open() as connection:
            for sql, values in statements:
                connection.execute(self._spelt(sql), values)

    def row(self, sql: str, *values: Any) -> tuple[Any, ...]:
        """One row."""
        with self._open() as connection:
            found: tuple[Any, ...] = connection.execute(self._spelt(sql), values).fetchone()
            return found

    def _spelt(self, sql: str) -> str:
        return sql.replace("?", "%s") if self._url else sql

    @contextmanager
    def _open(self) -> Iterator[Any]:
        if self._url:
            with psycopg.connect(self._url, autocommit=True) as owner:
                for table in TABLES:
                    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL, NO FORCE ROW LEVEL SECURITY")
                yield owner
            return
        with closing(sqlite3.connect(self._path, isolation_level=None)) as file:
            for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {name}")
            yield file
