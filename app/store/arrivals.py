"""What a centre keeps: batches that arrived, their receipts, and the order in which they came (a site's feed).

- Each site's arrivals are numbered by a counter row that the receiving transaction locks first: one writer a site,
  positions without gaps, on either engine.
- Every statement is a Door: all that the ingest role can do stands in this file.
- Entries leave as the exact bytes that came.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BindParameter, bindparam, insert, literal_column, select, update

from app.base.words import Value
from app.store.doors import Door
from app.store.schema import arrival, batch, checkpoint, entry, feed, frontier, receipt, whole
from app.store.tx import Cursor, Tx

SITE: BindParameter[str] = bindparam("site_id")
LOG: BindParameter[str] = bindparam("log")

_locked = Door("locked", select(feed.c.pos, feed.c.inc).where(feed.c.site_id == SITE).with_for_update())
_counter = Door("counter", select(feed.c.pos, feed.c.inc).where(feed.c.site_id == SITE))
_advance = Door("advance", update(feed).where(feed.c.site_id == SITE).values(pos=bindparam("pos")))
_arrival = Door("arrived", insert(arrival))
_batch = Door("batch", insert(batch))
_receipt = Door("receipt", insert(receipt))
_note = Door("note", insert(checkpoint))
_tree = Door(
    "tree", select(frontier.c.n, frontier.c.peaks).where(frontier.c.site_id == SITE, frontier.c.log == LOG)
)
_plant = Door("plant", insert(frontier))
_grow = Door(
    "grow",
    update(frontier)
    .where(frontier.c.site_id == SITE, frontier.c.log == bindparam("origin"))
    .values(n=bindparam("n"), peaks=bindparam("peaks")),
)
_end = Door(
    "end",
    select(entry.c.seq, entry.c.b)
    .where(entry.c.site_id == SITE, entry.c.log == LOG)
    .order_by(entry.c.seq.desc())
    .limit(literal_column("1"))
    .offset(literal_column("0")),
)
_run = Door(
    "run",
    select(entry.c.seq, entry.c.b)
    .where(
        entry.c.site_id == SITE,
        entry.c.log == LOG,
        entry.c.seq >= bindparam("low"),
        entry.c.seq <= bindparam("high"),
    )
    .order_by(entry.c.seq),
)
_logs = Door("logs", select(frontier.c.log).where(frontier.c.site_id == SITE).order_by(frontier.c.log))
_joined = (
    select(arrival.c.pos, arrival.c.log, arrival.c.first, arrival.c.last, batch.c.manifest, receipt.c.note)
    .join(
        batch,
        (batch.c.site_id == arrival.c.site_id)
        & (batch.c.log == arrival.c.log)
        & (batch.c.first == arrival.c.first),
    )
    .join(
        receipt,
        (receipt.c.site_id == arrival.c.site_id)
        & (receipt.c.log == arrival.c.log)
        & (receipt.c.n == arrival.c.last + literal_column("1")),
    )
    .where(arrival.c.site_id == SITE)
    .order_by(arrival.c.pos)
)
_by_hash = Door("by_hash", _joined.where(arrival.c.hash == bindparam("hash")))
_page = Door(
    "page",
    _joined.where(arrival.c.pos > bindparam("after"))
    .limit(bindparam("most", type_=whole))
    .offset(literal_column("0")),
)
_of_log = Door(
    "of_log",
    _joined.where(arrival.c.log == LOG, arrival.c.last >= bindparam("after"))
    .limit(bindparam("most", type_=whole))
    .offset(literal_column("0")),
)
_at_size = Door(
    "at_size",
    select(checkpoint.c.note).where(
        checkpoint.c.site_id == SITE, checkpoint.c.log == LOG, checkpoint.c.n == bindparam("n")
    ),
)
_noted = Door("noted", select(checkpoint.c.log, checkpoint.c.n).where(checkpoint.c.site_id == SITE))
_sealed = Door("sealed", select(batch.c.log, batch.c.first).where(batch.c.site_id == SITE))
_countersigned = Door("countersigned", select(receipt.c.log, receipt.c.n).where(receipt.c.site_id == SITE))
_entered = Door("entered", select(entry.c.log).where(entry.c.site_id == SITE).distinct())

DOORS: tuple[Door, ...] = (
    _locked, _counter, _advance, _arrival, _batch, _receipt, _note, _tree, _plant, _grow, _end, _run, _logs, _by_hash,
    _page, _of_log, _at_size, _noted, _sealed, _countersigned, _entered,
)  # fmt: skip


class Arrival(Value, frozen=True):
    """A batch that was received: its place in the feed, its entries' range, line 1 and the receipt."""

    pos: int
    log: str
    first: int
    last: int
    line: str
    receipt: str


def lock(tx: Tx) -> tuple[int, str] | None:
    """(last position, incarnation) of the site, locked until the end of the transaction; None for no site of ours."""
    return _pair(tx, _locked)


def counter(tx: Tx) -> tuple[int, str] | None:
    """As `lock`, without waiting for anybody."""
    return _pair(tx, _counter)


def tree(tx: Tx, log: str) -> tuple[int, bytes] | None:
    """(size, frontier) that was kept with the newest batch of the log."""
    found = tx.run(_tree, log=log).fetchone()
    return None if found is None else (found[0], bytes(found[1]))


def end(tx: Tx, log: str) -> tuple[int, bytes] | None:
    """(seq, bytes) of the newest entry, or None."""
    found = tx.run(_end, log=log).fetchone()
    return None if found is None else (found[0], bytes(found[1]))


def run(tx: Tx, log: str, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """(seq, bytes) from `first` to `last`, inclusive."""
    for seq, b in tx.run(_run, log=log, low=first, high=last):
        yield seq, bytes(b)


def logs(tx: Tx) -> list[str]:
    """Every log of the site, sorted."""
    return [row[0] for row in tx.run(_logs)]


def entered(tx: Tx) -> list[str]:
    """Every log that has an entry, whether a batch brought it or not."""
    return [row[0] for row in tx.run(_entered)]


def noted(tx: Tx) -> Iterator[tuple[str, int]]:
    """(log, size) of every checkpoint."""
    return ((log, n) for log, n in tx.run(_noted))


def sealed(tx: Tx) -> Iterator[tuple[str, int]]:
    """(log, first) of every batch."""
    return ((log, first) for log, first in tx.run(_sealed))


def countersigned(tx: Tx) -> Iterator[tuple[str, int]]:
    """(log, size) of every receipt."""
    return ((log, n) for log, n in tx.run(_countersigned))


def keep(tx: Tx, new: Arrival, *, hash: str, note: str, peaks: bytes) -> None:
    """Keep what belongs to a batch whose entries are kept: line 1, checkpoint, receipt, place in the feed, frontier."""
    n = new.last + 1
    tx.run(_batch, log=new.log, first=new.first, last=new.last, manifest=new.line)
    tx.run(_note, log=new.log, n=n, note=note)
    tx.run(_receipt, log=new.log, n=n, note=new.receipt)
    tx.run(_arrival, pos=new.pos, log=new.log, first=new.first, last=new.last, hash=hash)
    tx.run(_advance, pos=new.pos)
    if new.first == 0:
        tx.run(_plant, log=new.log, n=n, peaks=peaks)
    else:
        tx.run(_grow, origin=new.log, n=n, peaks=peaks)


def by_hash(tx: Tx, hash: str) -> Arrival | None:
    """The arrival of the batch of that hash, or None."""
    return next(iter(_arrivals(tx.run(_by_hash, hash=hash))), None)


def page(tx: Tx, after: int, most: int) -> list[Arrival]:
    """At most `most` arrivals behind position `after`, in order."""
    return list(_arrivals(tx.run(_page, after=after, most=most)))


def of_log(tx: Tx, log: str, after: int, most: int) -> list[Arrival]:
    """At most `most` arrivals of one log whose last entry is `after` or later, in order."""
    return list(_arrivals(tx.run(_of_log, log=log, after=after, most=most)))


def note_of(tx: Tx, log: str, n: int) -> str | None:
    """The device's checkpoint of size `n`, if a batch ended there."""
    found = tx.run(_at_size, log=log, n=n).fetchone()
    return None if found is None else str(found[0])


def _pair(tx: Tx, door: Door) -> tuple[int, str] | None:
    found = tx.run(door).fetchone()
    return None if found is None else (found[0], str(found[1]))


def _arrivals(rows: Cursor) -> Iterator[Arrival]:
    for pos, log, first, last, line, note in rows:
        yield Arrival(pos=pos, log=log, first=first, last=last, line=line, receipt=note)
