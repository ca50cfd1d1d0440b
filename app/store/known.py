"""Rows as they were known at an earlier instant (recorded time, never performed time).

- What was recorded later is taken away by folding the row's own entries again, up to that instant.
- A row whose newest change is old enough is taken as it stands.
- The entries of a row are found through its trace; `verify` judges the trace, nothing here does.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.base.entry import read
from app.base.moment import Instant
from app.base.words import Row
from app.domain.wire import apply
from app.store import history
from app.store.state import Held, places
from app.store.tx import Tx


def rows_as_known(tx: Tx, held: Iterable[Held], known_at: Instant | None) -> list[Row]:
    """The rows as they stood at `known_at`, without those that nobody knew yet; None: as they stand now."""
    if known_at is None:
        return [item.row for item in held]
    found = (row_as_known(tx, item, known_at.utc) for item in held)
    return [row for row in found if row is not None]


def row_as_known(tx: Tx, held: Held, utc: str) -> Row | None:
    """The row as its entries recorded until `utc` make it; None when there was none yet."""
    if held.utc <= utc:
        return held.row
    row: Row | None = None
    for log, seq in places(held.trace):
        b = history.one(tx, log, seq)
        entry = None if b is None else read(b)
        if entry is None or entry.ts.utc > utc:
            break
        row = apply(row, held.row["id"], [list(change) for change in entry.chg])
    return row
