"""The places that a centre gave out in a site's feed, as its receipts tell them (formats §6 "Receipt"; trust §5).

- In one incarnation a place belongs to one batch, and a batch has one place.
- A log's batches stand in the feed in the order of the log.
- An incarnation that ended comes before the one that the centre is in now: a restored centre hands its old receipts out.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.proof.batch import Receipt

Inc = int | str


class Places:
    """What the receipts held say of places; grows with every receipt that is taken in."""

    def __init__(self, receipts: Iterable[Receipt] = ()) -> None:
        self._batch: dict[tuple[Inc, int], str] = {}
        self._pos: dict[tuple[Inc, str], int] = {}
        self._last: dict[tuple[Inc, str], int] = {}
        self._ends: dict[Inc, tuple[int, int]] = {}
        for receipt in receipts:
            self.take(receipt)

    def take(self, receipt: Receipt) -> None:
        """Take over what a receipt says."""
        inc, pos, log = receipt.inc, receipt.pos, (receipt.inc, receipt.log)
        self._batch.setdefault((inc, pos), receipt.batch)
        self._pos.setdefault((inc, receipt.batch), pos)
        self._last[log] = max(pos, self._last.get(log, 0))
        low, high = self._ends.get(inc, (pos, pos))
        self._ends[inc] = min(low, pos), max(high, pos)

    def agrees(self, receipt: Receipt, inc: Inc | None) -> bool:
        """Whether a receipt fits those held; `inc` is the incarnation that the centre is in, None: not asked."""
        mine, pos = receipt.inc, receipt.pos
        if self._batch.get((mine, pos), receipt.batch) != receipt.batch:
            return False
        if self._pos.get((mine, receipt.batch), pos) != pos or pos < 1:
            return False
        return inc is None or mine == inc or inc not in self._ends or pos < self._ends[inc][0]

    def rises(self, receipt: Receipt) -> bool:
        """Whether the receipt of a log's next batch has a later place than those of the log's batches before."""
        return receipt.pos > self._last.get((receipt.inc, receipt.log), 0)

    def end(self, inc: Inc) -> int:
        """The last place of an incarnation that a receipt tells of; 0 without any."""
        return self._ends.get(inc, (0, 0))[1]
