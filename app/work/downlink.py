"""Taking in what other devices of the site recorded (architecture §5, step 11; trust §5 "Downlink").

- Readers verify other devices' batches themselves: the centre is trusted for nothing but its own receipts.
- Between sessions only: what a session saw when it opened stays what it sees.
- A batch that stands on something that is not held yet waits; one that can't be believed goes into quarantine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.base.words import Refused
from app.proof.batch import Batch, BatchBad, Receipt, ReceiptBad, check_receipt, read_batch
from app.proof.chain import ZERO, leaf
from app.proof.descriptor import Descriptor
from app.proof.merkle import Frontier
from app.store import history, outbox
from app.store.tx import Tx
from app.work import quarantine
from app.work.centres import block
from app.work.incoming import Fork, Sound, Wait, judge
from app.work.office import Office, load_standing
from app.work.post import Courier, Delivered

TakeIn = Callable[[Office, Sound, Receipt, str], None]
"""Keeps a sound batch and its receipt; ValueError where a change does not fit what it stands on."""


class Leaves:
    """The leaves of every log as far as they were asked for: the trees that batches are made and judged with."""

    def __init__(self) -> None:
        self.of: dict[str, list[bytes]] = {}

    def load(self, tx: Tx) -> None:
        """Read what was added since."""
        for log in history.logs(tx):
            known = self.of.setdefault(log, [])
            known.extend(leaf(b) for _, b in history.entries(tx, log, len(known)))

    def tree(self, log: str, size: int) -> Frontier:
        """The tree of the first `size` entries."""
        tree = Frontier()
        tree.extend(self.of.get(log, [])[:size])
        return tree


class Downlink:
    """What one meeting takes in: `taken` entries, `later` batches that wait, `forks` found."""

    def __init__(
        self, office: Office, courier: Courier, told: Descriptor, leaves: Leaves, take_in: TakeIn
    ) -> None:
        self.office, self.courier, self.told, self.leaves = office, courier, told, leaves
        self._take_in = take_in
        self.taken = self.later = 0
        self.forks: list[Fork] = []

    def run(self, inc: int | str) -> Refused | None:
        """What other devices recorded, as far as everything of it holds."""
        with self.office.store.read() as tx:
            after = outbox.position(tx, inc)
        waiting: list[Delivered] = []
        more = True
        while more:
            page = self.courier.feed(self.office.site, after)
            if isinstance(page, Refused):
                return page
            waiting += page.batches
            more, after = page.more and page.next > after, page.next
            waiting = self._take_all(waiting)
        self.later += len(waiting)
        return None

    def _take_all(self, waiting: Sequence[Delivered]) -> list[Delivered]:
        """Take in what can be; again as long as that lets others in. What is left stands on something that is not held."""
        left, before = list(waiting), -1
        while left and len(left) != before:
            before = len(left)
            left = [one for one in left if not self._take(one)]
        return left

    def _take(self, one: Delivered) -> bool:
        """Whether this batch is dealt with: taken in, known already, or put in quarantine."""
        office = self.office
        try:
            batch = read_batch(one.batch)
            receipt = check_receipt(
                one.receipt, site=office.site, line=batch.line, tail=leaf(batch.entries[-1]), centre=self.told.keys
            )  # fmt: skip
        except (BatchBad, ReceiptBad):
            # Cut or made up on the way: nothing a device had sealed, so no evidence against one.
            block(office, self.told.name, "receipt")
            return True
        m = batch.manifest
        own = self.leaves.of.get(m.log, [])
        if m.first < len(own):
            return self._overlaps(batch, own, one)
        if m.log == office.tail.log:
            return self._fork(Fork(log=m.log, seq=m.first, code="CENTRE_FORK"), one, batch)
        if m.log in quarantine.held_logs(office.folder):
            return True
        if office.session is not None:
            return False
        return self._judged(batch, receipt, one)

    def _judged(self, batch: Batch, receipt: Receipt, one: Delivered) -> bool:
        log = batch.manifest.log
        held = self.leaves.of.get(log, [])
        with self.office.store.read() as tx:
            standing = load_standing(tx)
        prev = held[-1] if held else ZERO
        found = judge(batch, standing, self.leaves.tree(log, len(held)), prev, self.leaves.of)
        if isinstance(found, Fork):
            return self._fork(found, one, batch)
        if isinstance(found, Wait):
            return False
        try:
            self._take_in(self.office, found, receipt, one.receipt)
        except ValueError:
            return self._fork(Fork(log=log, seq=batch.manifest.first, code="BEFORE_MISMATCH"), one, batch)
        self.leaves.of.setdefault(log, []).extend(leaf(b) for b in batch.entries)
        self.taken += len(batch.entries)
        return True

    def _overlaps(self, batch: Batch, own: Sequence[bytes], one: Delivered) -> bool:
        """A batch of entries that are held: the same bytes are nothing new, others a fork."""
        for place, b in enumerate(batch.entries, batch.manifest.first):
            if place >= len(own) or leaf(b) != own[place]:
                return self._fork(Fork(log=batch.manifest.log, seq=place, code="CENTRE_FORK"), one, batch)
        return True

    def _fork(self, fork: Fork, one: Delivered, batch: Batch) -> bool:
        quarantine.keep(self.office.folder, batch.hash, one.batch, one.receipt)
        self.forks.append(fork)
        if fork.code not in self.office.alerts:
            self.office.alerts.append(fork.code)
        return True
