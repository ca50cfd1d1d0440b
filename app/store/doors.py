"""Statements that the centre's ingest role may have carried out, and nothing else (decision 25).

- A Door is a Core statement. On SQLite it is run as it stands; on PostgreSQL it is the body of a SECURITY DEFINER
  function with a fixed search path, and running it calls that function: one text for both engines.
- The ingest role may execute these functions and has no right on any table.
- Entries go in through one function of their own (store/received.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from app.store.received import DEFINER, PG_ENTRIES, PREFIX, SIGNATURE
from app.store.tx import Statement, Tx

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Door(Statement):
    """A statement that the ingest role may have carried out under `name`."""

    def __init__(self, name: str, clause: Select[Any] | Insert | Update | Delete) -> None:
        super().__init__(clause)
        self.name = PREFIX + name

    def compiled(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        """SQL text and parameter names: the statement itself, or the call of its function."""
        if dialect.name != "postgresql":
            return super().compiled(dialect)
        if dialect.name not in self._compiled:
            names = self._spelt(dialect)[1]
            call = ", ".join(f"%({name})s::{kind}" for name, kind in names.items())
            self._compiled[dialect.name] = (f"SELECT * FROM {self.name}({call})", None)
        return self._compiled[dialect.name]

    def function(self, dialect: Dialect) -> str:
        """The statement that makes the function."""
        body, names = self._spelt(dialect)
        order = list(names)
        text = PLACEHOLDER.sub(lambda match: f"${order.index(match[1]) + 1}", body).replace("%%", "%")
        arguments = ", ".join(f"of_{name} {kind}" for name, kind in names.items())
        head = f"CREATE FUNCTION {self.name}({arguments}) RETURNS {self._answer(dialect)}"
        return f"{head} {DEFINER.format(language='sql')} AS $$ {text} $$"

    def signature(self, dialect: Dialect) -> str:
        """How grants name the function."""
        return f"{self.name}({', '.join(self._spelt(dialect)[1].values())})"

    def _spelt(self, dialect: Dialect) -> tuple[str, dict[str, str]]:
        """The statement's text, and its parameters with their types."""
        done = self.clause.compile(dialect=dialect)
        assert isinstance(done, SQLCompiler)
        return str(done), {name: bind.type.compile(dialect) for name, bind in done.binds.items()}

    def _answer(self, dialect: Dialect) -> str:
        if not isinstance(self.clause, Select):
            return "void"
        columns = [f"{one.name} {one.type.compile(dialect)}" for one in self.clause.selected_columns]
        return f"TABLE ({', '.join(columns)})"


def make_doors(tx: Tx, dialect: Dialect, doors: Sequence[Door], role: str) -> None:
    """Make every function, and let `role` execute them; nobody else but their owner may."""
    for made in (PG_ENTRIES, *(door.function(dialect) for door in doors)):
        tx.script(made)
    quoted = '"' + role.replace('"', '""') + '"'
    for signature in (SIGNATURE, *(door.signature(dialect) for door in doors)):
        tx.script(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        tx.script(f"GRANT EXECUTE ON FUNCTION {signature} TO {quoted}")
