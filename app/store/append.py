"""The one door into history.

- Takes finished bytes; never makes, changes or orders them.
- Entries, checkpoints, traces and landmarks of a command go in together, in the caller's transaction.
- Imported by work.perform, work.sync and central.receive only (contract 5).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, update

from app.base.words import Value
from app.store.schema import checkpoint, entry, frontier, landmark, trace
from app.store.tx import Statement, Tx


class Line(Value, frozen=True):
    """One finished entry: its place, its bytes, and what it changes (`rowless` for acts with a body only)."""

    seq: int
    b: bytes
    t: str
    id: str
    rowless: bool


_entry = Statement(insert(entry))
_checkpoint = Statement(insert(checkpoint))
_trace = Statement(insert(trace))
_landmark = Statement(insert(landmark))
_frontier = Statement(insert(frontier))
_new_frontier = Statement(
    update(frontier)
    .where(frontier.c.site_id == bindparam("site_id"), frontier.c.log == bindparam("of_log"))
    .values(n=bindparam("n"), peaks=bindparam("peaks"))
)


def append(tx: Tx, log: str, lines: Sequence[Line]) -> None:
    """Write entries at the end of `log`. An existing place is refused by the store's fences."""
    tx.many(_entry, ({"log": log, "seq": line.seq, "b": line.b} for line in lines))
    index(tx, log, lines)


def index(tx: Tx, log: str, lines: Sequence[Line]) -> None:
    """Write the traces and landmarks of entries; also used when they are rebuilt."""
    changed = [line for line in lines if not line.rowless]
    acts = [line for line in lines if line.rowless]
    if changed:
        tx.many(_trace, ({"t": line.t, "id": line.id, "log": log, "seq": line.seq} for line in changed))
    if acts:
        tx.many(_landmark, ({"log": log, "seq": line.seq} for line in acts))


def append_checkpoint(tx: Tx, log: str, n: int, note: str, peaks: bytes) -> None:
    """Write the checkpoint of size `n` and keep the tree's frontier with it."""
    tx.run(_checkpoint, log=log, n=n, note=note)
    if tx.run(_new_frontier, of_log=log, n=n, peaks=peaks).rowcount == 0:
        tx.run(_frontier, log=log, n=n, peaks=peaks)
