"""One of several writers: counts a row up and appends at the end it sees, again and again (see test_tx)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psycopg

from app.base.faults import Fault
from app.store import history, state, vault
from app.store.append import Line, append
from app.store.engines import sqlcipher_store, sqlite_store
from app.store.postgres import postgresql_store
from app.store.state import Held
from app.store.tx import Store, Tx
from tests.store.written import KEY, LOG


def opened(engine: str, place: str) -> Store:
    """The store at `place`."""
    if engine == "postgresql":
        return postgresql_store(psycopg.connect(place, autocommit=True), "leiden")
    if engine == "sqlite":
        store = sqlite_store(Path(place), "leiden")
    else:
        store = sqlcipher_store(vault.connect(Path(place), KEY, kind="main"), "leiden")
    store.connection.cursor().execute("PRAGMA busy_timeout = 60000")
    return store


def count_up(tx: Tx) -> None:
    """Read the value, then write one more: what a lost write would show."""
    row = state.row(tx, "setting", "late_h") or {"id": "late_h", "value": 0}
    held = Held(row={**row, "value": row["value"] + 1}, heads=("h",), utc="", trace=f"{LOG} 0")
    (state.add if row["value"] == 0 else state.change)(tx, "setting", [held])


def write(store: Store, name: str) -> str:
    """One committed entry; begun anew while others are in the way."""
    while True:
        try:
            with store.write() as tx:
                seq = history.size(tx, LOG)
                append(tx, LOG, [Line(seq=seq, b=name.encode(), rowless=False)])
                count_up(tx)
        except psycopg.errors.UniqueViolation:
            continue  # PostgreSQL's word for a place that another transaction has just taken.
        except Fault as fault:
            if fault.code != "store.in_use":
                raise
        else:
            return name


if __name__ == "__main__":
    engine, place, number, count = sys.argv[1:]
    here = opened(engine, place)
    sys.stdout.write(json.dumps({"written": [write(here, f"{number}:{n}") for n in range(int(count))]}))
    here.close()
