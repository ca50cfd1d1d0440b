"""Reading history: runs of entries, heads, checkpoints, the acts that have no row.

- Entries leave here as the exact bytes that were stored.
- Rows are streamed in the order of their key; nothing here holds a whole log in memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BindParameter, bindparam, func, select

from app.store.schema import checkpoint, entry, frontier, landmark
from app.store.tx import Statement, Tx

SITE: BindParameter[str] = bindparam("site_id")
LOG: BindParameter[str] = bindparam("log")
END = 2**53

_next_log = Statement(select(func.min(entry.c.log)).where(entry.c.site_id == SITE, entry.c.log > LOG))
_size = Statement(select(func.max(entry.c.seq)).where(entry.c.site_id == SITE, entry.c.log == LOG))
_run = Statement(
    select(entry.c.seq, entry.c.b)
    .where(
        entry.c.site_id == SITE,
        entry.c.log == LOG,
        entry.c.seq >= bindparam("low"),
        entry.c.seq <= bindparam("high"),
    )
    .order_by(entry.c.site_id, entry.c.log, entry.c.seq)
)
_notes = Statement(
    select(checkpoint.c.n, checkpoint.c.note)
    .where(checkpoint.c.site_id == SITE, checkpoint.c.log == LOG, checkpoint.c.n >= bindparam("low"))
    .order_by(checkpoint.c.site_id, checkpoint.c.log, checkpoint.c.n)
)
_landmarks = Statement(
    select(entry.c.log, entry.c.seq, entry.c.b)
    .join(
        landmark,
        (landmark.c.site_id == entry.c.site_id)
        & (landmark.c.log == entry.c.log)
        & (landmark.c.seq == entry.c.seq),
    )
    .where(landmark.c.site_id == SITE)
    .order_by(entry.c.log, entry.c.seq)
)
_frontier = Statement(
    select(frontier.c.n, frontier.c.peaks).where(frontier.c.site_id == SITE, frontier.c.log == LOG)
)


def logs(tx: Tx) -> list[str]:
    """The origins of every log held, sorted. Each is sought behind the one before: they are few, entries are many."""
    found, log = list[str](), tx.run(_next_log, log="").fetchone()[0]
    while log is not None:
        found.append(log)
        log = tx.run(_next_log, log=log).fetchone()[0]
    return found


def size(tx: Tx, log: str) -> int:
    """How many entries the log would have if none were missing: highest seq + 1."""
    highest = tx.run(_size, log=log).fetchone()[0]
    return 0 if highest is None else highest + 1


def entries(tx: Tx, log: str, first: int = 0, last: int | None = None) -> Iterator[tuple[int, bytes]]:
    """(seq, bytes) from `first` to `last`, both inclusive, in order."""
    for seq, b in tx.run(_run, log=log, low=first, high=END if last is None else last):
        yield seq, bytes(b)


def one(tx: Tx, log: str, seq: int) -> bytes | None:
    """The bytes of one entry, or None."""
    found = tx.run(_run, log=log, low=seq, high=seq).fetchone()
    return None if found is None else bytes(found[1])


def checkpoints(tx: Tx, log: str, first: int = 0) -> Iterator[tuple[int, str]]:
    """(size, note) of every checkpoint of at least `first` entries, in order."""
    yield from tx.run(_notes, log=log, low=first)


def landmarks(tx: Tx) -> Iterator[tuple[str, int, bytes]]:
    """(log, seq, bytes) of the entries that have a body and no row: keys, roles, sessions, devices."""
    for log, seq, b in tx.run(_landmarks):
        yield log, seq, bytes(b)


def frontier_of(tx: Tx, log: str) -> tuple[int, bytes] | None:
    """The Merkle frontier that was kept with the newest checkpoint, to be checked against its note."""
    found = tx.run(_frontier, log=log).fetchone()
    return None if found is None else (found[0], bytes(found[1]))
