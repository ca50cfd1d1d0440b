"""Rows as they were known at an earlier instant (recorded time, never performed time).

- What was recorded later is taken away by folding the row's own entries again, up to that instant.
- A row whose newest change is old enough is taken as it stands.
- The entries of a row are found through its trace; `verify` judges the trace, nothing here does.
- Settings steer the rules themselves: of one in doubt the last value in no doubt holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.base.codec import b64u
from app.base.entry import read
from app.base.moment import Instant
from app.base.words import Row
from app.domain.wire import apply
from app.proof.chain import leaf
from app.store import history, state
from app.store.state import Held, doubts, places
from app.store.tx import Tx
from app.store.weave import Strand


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
    where = list(places(held.trace))
    if len({log for log, _ in where}) > 1:
        return _woven(tx, held.row["id"], where, utc)
    row: Row | None = None
    for log, seq in where:
        b = history.one(tx, log, seq)
        entry = None if b is None else read(b)
        if entry is None or entry.ts.utc > utc:
            break
        row = apply(row, held.row["id"], [list(change) for change in entry.chg])
    return row


def settings_in_force(tx: Tx) -> dict[str, Row]:
    """The setting rows by id; one that somebody without the right changed is the row before that, or not there."""
    found = ((item.row["id"], believed_row(tx, item)) for item in state.all_held(tx, "setting"))
    return {id: row for id, row in found if row is not None}


def believed_row(tx: Tx, held: Held) -> Row | None:
    """The row as those of its entries make it that are in no doubt, and stand on none that is."""
    doubtful = doubts(held.trace)
    if not doubtful:
        return held.row
    strand = Strand(held.row["id"])
    for place in places(held.trace):
        b = None if place in doubtful else history.one(tx, *place)
        if b is not None:
            strand.take(read(b), b64u(leaf(b)))
    left = strand.known()
    return None if left is None else left.row


def _woven(tx: Tx, id: str, where: Iterable[tuple[str, int]], utc: str) -> Row | None:
    """The same of a row that several devices changed: each log is followed up to the instant."""
    strand, over = Strand(id), set[str]()
    for log, seq in where:
        b = None if log in over else history.one(tx, log, seq)
        entry = None if b is None else read(b)
        if b is None or entry is None or entry.ts.utc > utc:
            over.add(log)
        else:
            strand.take(entry, b64u(leaf(b)))
    held = strand.known()
    return None if held is None else held.row
