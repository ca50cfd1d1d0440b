"""Tables that are part of no history and are made when they are first needed, so that every store can have them."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, column, select, table

from app.store.tx import Statement, Tx

_master = table("sqlite_master", column("name"))
_there = Statement(select(_master.c.name).where(_master.c.name == bindparam("table")))


def is_there(tx: Tx, table: Table) -> bool:
    """Whether the store has the table already."""
    return tx.run(_there, table=table.name).fetchone() is not None


def make(tx: Tx, table: Table) -> None:
    """Make the table where it is not there yet."""
    if not is_there(tx, table):
        tx.create_tables([table])
