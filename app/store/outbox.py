"""The outbox: a cursor over history, never a table of copies (architecture §5; formats §6 "Batch").

- A sealed batch is its manifest and the entries that lie in history: the same bytes for ever.
- The next thing to send is the first batch without a receipt; only when there is none is a new one sealed.
- A batch ends at the next signed entry, so that every signed entry's checkpoint travels in the batch that brings it.
- Three states of an entry: on this device, received, received provisionally; only receipts that were filed count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import BindParameter, bindparam, select

from app.base.entry import read
from app.base.words import Value
from app.proof.batch import Receipt, read_receipt
from app.store import history
from app.store.schema import batch, checkpoint, receipt
from app.store.tx import Statement, Tx

MOST_ENTRIES = 2000
MOST_BYTES = 4 * 1024 * 1024

HERE, RECEIVED, PROVISIONAL = "here", "received", "provisional"

SITE: BindParameter[str] = bindparam("site_id")
LOG: BindParameter[str] = bindparam("log")
_COLUMNS = (batch.c.first, batch.c.last, batch.c.manifest)
_newest = Statement(
    select(*_COLUMNS).where(batch.c.site_id == SITE, batch.c.log == LOG).order_by(batch.c.first.desc())
)
_of_first = Statement(
    select(*_COLUMNS).where(batch.c.site_id == SITE, batch.c.log == LOG, batch.c.first == bindparam("of_first"))
)
_receipt = Statement(
    select(receipt.c.note).where(
        receipt.c.site_id == SITE, receipt.c.log == LOG, receipt.c.n == bindparam("of_n")
    )
)
_receipts = Statement(
    select(receipt.c.note).where(receipt.c.site_id == SITE, receipt.c.log == LOG).order_by(receipt.c.n.desc())
)
_all_receipts = Statement(select(receipt.c.note).where(receipt.c.site_id == SITE))
_note = Statement(
    select(checkpoint.c.note).where(
        checkpoint.c.site_id == SITE, checkpoint.c.log == LOG, checkpoint.c.n == bindparam("of_n")
    )
)


class Sealed(Value, frozen=True):
    """A batch that was sealed: entries `first` to `last`, both inclusive, and its line 1 (without LF)."""

    log: str
    first: int
    last: int
    manifest: str


class Counts(Value, frozen=True):
    """How many entries of a log are only on this device, received, and received provisionally."""

    here: int
    received: int
    provisional: int


class Witnessed(Value, frozen=True):
    """Sizes of a log under its newest receipts: `whole` under the newest that lasts, `some` under the newest of any kind."""

    whole: int
    some: int

    def state(self, seq: int) -> str:
        """`received`, `provisional` or `here`: where the entry with that number is known to be."""
        if seq < self.whole:
            return RECEIVED
        return PROVISIONAL if seq < self.some else HERE

    def counts(self, size: int) -> Counts:
        """The states of the first `size` entries, counted."""
        some = max(self.whole, self.some)
        return Counts(here=size - some, received=self.whole, provisional=some - self.whole)


def newest(tx: Tx, log: str) -> Sealed | None:
    """The batch of a log that was sealed last, or None."""
    return _sealed(log, tx.run(_newest, log=log).fetchone())


def batch_at(tx: Tx, log: str, first: int) -> Sealed | None:
    """The batch that begins with entry `first`, or None."""
    return _sealed(log, tx.run(_of_first, log=log, of_first=first).fetchone())


def receipt_of(tx: Tx, log: str, n: int) -> str | None:
    """The receipt (JWS) that was filed for size `n` of a log, or None."""
    found = tx.run(_receipt, log=log, of_n=n).fetchone()
    return None if found is None else str(found[0])


def unsent(tx: Tx, log: str) -> Sealed | None:
    """The batch that was sealed and has no receipt yet: to be sent again, byte for byte."""
    held = newest(tx, log)
    return held if held is not None and receipt_of(tx, log, held.last + 1) is None else None


def sealed_bytes(tx: Tx, held: Sealed) -> bytes:
    """The bytes of a sealed batch (formats §6): line 1, then the exact entries, one per line."""
    entries = history.entries(tx, held.log, held.first, held.last)
    return held.manifest.encode("ascii") + b"\n" + b"".join(b + b"\n" for _, b in entries)


def next_run(tx: Tx, log: str, first: int) -> Sequence[bytes]:
    """The entries of the next batch, from `first` on; empty when history ends there."""
    taken: list[bytes] = []
    size = 0
    for _, b in history.entries(tx, log, first, first + MOST_ENTRIES - 1):
        size += len(b) + 1
        if taken and size > MOST_BYTES:
            break
        taken.append(b)
        if read(b).sig is not None:
            break
    return taken


def note_at(tx: Tx, log: str, n: int) -> str | None:
    """The checkpoint of size `n`, or None."""
    found = tx.run(_note, log=log, of_n=n).fetchone()
    return None if found is None else str(found[0])


def witnessed(tx: Tx, log: str) -> Witnessed:
    """What the filed receipts of a log say; zeros without any."""
    some = 0
    for (note,) in tx.run(_receipts, log=log):
        told = read_receipt(str(note))
        some = max(some, told.last + 1)
        if not told.prov:
            return Witnessed(whole=told.last + 1, some=some)
    return Witnessed(whole=0, some=some)


def receipts(tx: Tx) -> Iterator[Receipt]:
    """What every filed receipt of every log says."""
    return (read_receipt(str(note)) for (note,) in tx.run(_all_receipts))


def position(tx: Tx, inc: int | str) -> int:
    """Up to which place of the feed everything is held: the end of 1, 2, 3 … in the receipts of that incarnation."""
    held = {told.pos for told in receipts(tx) if told.inc == inc}
    at = 0
    while at + 1 in held:
        at += 1
    return at


def _sealed(log: str, found: Sequence[object] | None) -> Sealed | None:
    if found is None:
        return None
    first, last, manifest = found
    return Sealed(log=log, first=int(str(first)), last=int(str(last)), manifest=str(manifest))
