"""The one door into history.

- Takes finished bytes; never makes, changes or orders them.
- Entries, checkpoints and landmarks of a command go in together, in the caller's transaction.
- Imported by work.perform, work.sync and central.receive only (contract 5).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, update

from app.base.words import Value
from app.store.schema import batch, checkpoint, entry, frontier, landmark, receipt
from app.store.tx import Statement, Tx


class Line(Value, frozen=True):
    """One finished entry: its place, its bytes, and whether it is an act with a body only."""

    seq: int
    b: bytes
    rowless: bool


# OR FAIL keeps SQLite from journalling the statement (see fences.py); the transaction is rolled back as a whole anyway.
_entry = Statement(insert(entry).prefix_with("OR FAIL", dialect="sqlite"))
_checkpoint = Statement(insert(checkpoint).prefix_with("OR FAIL", dialect="sqlite"))
_batch = Statement(insert(batch).prefix_with("OR FAIL", dialect="sqlite"))
_receipt = Statement(insert(receipt).prefix_with("OR FAIL", dialect="sqlite"))
_landmark = Statement(insert(landmark))
_frontier = Statement(insert(frontier))
_new_frontier = Statement(
    update(frontier)
    .where(frontier.c.site_id == bindparam("site_id"), frontier.c.log == bindparam("of_log"))
    .values(n=bindparam("n"), peaks=bindparam("peaks"))
)


def append(tx: Tx, log: str, lines: Sequence[Line]) -> None:
    """Write entries at the end of `log`. A taken place is refused by the store's fences."""
    tx.many(_entry, ({"log": log, "seq": line.seq, "b": line.b} for line in lines))
    index(tx, log, [line.seq for line in lines if line.rowless])


def index(tx: Tx, log: str, acts: Sequence[int]) -> None:
    """Note where entries stand that have a body and no row; also used when the index is rebuilt."""
    if acts:
        tx.many(_landmark, ({"log": log, "seq": seq} for seq in acts))


def append_checkpoint(tx: Tx, log: str, n: int, note: str) -> None:
    """Write the checkpoint of size `n`."""
    tx.run(_checkpoint, log=log, n=n, note=note)


def append_batch(tx: Tx, log: str, first: int, last: int, manifest: str) -> None:
    """Keep line 1 (without LF) of the sealed batch of entries `first` to `last`; with the entries it is the whole batch."""
    tx.run(_batch, log=log, first=first, last=last, manifest=manifest)


def append_receipt(tx: Tx, log: str, n: int, note: str) -> None:
    """File the receipt (JWS) for size `n`; it was verified before."""
    tx.run(_receipt, log=log, n=n, note=note)


def keep_frontier(tx: Tx, log: str, n: int, peaks: bytes) -> None:
    """Keep the tree's frontier at the size of a checkpoint, so that the next opening need not hash every entry."""
    if tx.run(_new_frontier, of_log=log, n=n, peaks=peaks).rowcount == 0:
        tx.run(_frontier, log=log, n=n, peaks=peaks)
