"""Taking in what other devices of the site recorded (architecture §5, step 11; trust §5 "Downlink").

- Readers verify other devices' batches themselves: the centre is trusted for nothing but its own receipts.
- Between sessions only: what a session saw when it opened stays what it sees.
- A batch that stands on something that is not held yet waits; one that can't be believed goes into quarantine, as does
  what nobody's device sealed; either is told.
- A few batches received before, drawn by chance, are asked for again at each meeting: a centre that hands out anything
  else for them than what it gave a receipt for is told of. Nothing that is held here changes for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.audit.arrived import Weighing
from app.base.words import Refused
from app.proof.batch import Batch, BatchBad, Receipt, ReceiptBad, check_receipt, read_batch
from app.proof.chain import ZERO, leaf
from app.proof.descriptor import Descriptor
from app.proof.merkle import Frontier
from app.store import history, outbox
from app.store.tx import Tx
from app.work import quarantine
from app.work.centres import block
from app.work.incoming import Fork, Sound, Wait, judge, sealed_by_its_device
from app.work.office import Office, load_believed
from app.work.post import Courier, Delivered

AGAIN = 5
"""How many batches received before are asked for again."""

TakeIn = Callable[[Office, Sound, Receipt, str], None]
"""Keeps a sound batch and its receipt; ValueError where a change does not fit what it stands on."""


class Leaves:
    """The leaves of every log as far as they were asked for: the trees that batches are made and judged with."""

    def __init__(self) -> None:
        self.of: dict[str, list[bytes]] = {}
        self._trees: dict[str, Frontier] = {}

    def load(self, tx: Tx) -> None:
        """Read what was added since."""
        for log in history.logs(tx):
            known = self.of.setdefault(log, [])
            known.extend(leaf(b) for _, b in history.entries(tx, log, len(known)))

    def tree(self, log: str) -> Frontier:
        """The tree of all of a log's entries; each leaf is hashed once, however often it is asked for."""
        known, tree = self.of.get(log, []), self._trees.setdefault(log, Frontier())
        tree.extend(known[tree.size :])
        return tree


class Downlink:
    """What one meeting takes in: `taken` entries, `later` batches that wait, `forks` and `forged` batches found.

    `doubted` of the entries had been written without the right to; `lost` says that the centre no longer has what it
    gave receipts for.
    """

    def __init__(
        self, office: Office, courier: Courier, told: Descriptor, leaves: Leaves, take_in: TakeIn
    ) -> None:
        self.office, self.courier, self.told, self.leaves = office, courier, told, leaves
        self._take_in = take_in
        self._weighing: Weighing | None = None
        self._stopped = quarantine.held_logs(office.folder)
        self.taken = self.later = self.forged = self.doubted = 0
        self.lost = False
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
        return self._again(inc)

    def _again(self, inc: int | str) -> Refused | None:
        """Ask for some of what was received before, and hold it against what is held here."""
        with self.office.store.read() as tx:
            held = outbox.position(tx, inc)
        if not held:
            return None
        after = int.from_bytes(self.office.random(4)) % max(held - AGAIN + 1, 1)
        due = min(AGAIN, held)
        page = self.courier.feed(self.office.site, after, due)
        if isinstance(page, Refused):
            return page
        for place, one in enumerate(page.batches, after + 1):
            # Places that receipts were given for are numbered without gaps.
            if one.pos != place:
                self._forged(one, "RCPT_MISMATCH")
                return None
            self._take(one)
        self.lost = not page.more and len(page.batches) < due
        return None

    def _take_all(self, waiting: Sequence[Delivered]) -> list[Delivered]:
        """Take in what can be; again as long as that lets others in. What is left stands on something that is not held."""
        left, before = list(waiting), -1
        while left and len(left) != before:
            before = len(left)
            left = [one for one in left if not self._take(one)]
        return left

    @property
    def weighing(self) -> Weighing:
        """What the history held says; read once a meeting, and again only after a batch that could not be believed."""
        if self._weighing is None:
            with self.office.store.read() as tx:
                self._weighing = Weighing(load_believed(tx))
        return self._weighing

    def _take(self, one: Delivered) -> bool:
        """Whether this batch is dealt with: taken in, known already, or put in quarantine."""
        office = self.office
        try:
            batch = read_batch(one.batch)
            receipt = check_receipt(
                one.receipt, site=office.site, line=batch.line, tail=leaf(batch.entries[-1]), centre=self.told.keys
            )  # fmt: skip
        except (BatchBad, ReceiptBad):
            return self._forged(one, "RCPT_MISMATCH")
        m = batch.manifest
        own = self.leaves.of.get(m.log, [])
        if m.first < len(own) and [leaf(b) for b in batch.entries] == own[m.first : m.last + 1]:
            return True
        sealed = sealed_by_its_device(batch, self.weighing.believed.standing)
        if sealed is None:
            return False
        if not sealed:
            return self._forged(one, "SIG_BAD")
        if m.first < len(own) or m.log == office.tail.log:
            return self._fork(Fork(log=m.log, seq=_parting(batch, own), code="CENTRE_FORK"), one, batch)
        if m.log in self._stopped:
            return True
        return office.session is None and self._judged(batch, receipt, one)

    def _judged(self, batch: Batch, receipt: Receipt, one: Delivered) -> bool:
        log, weighing = batch.manifest.log, self.weighing
        held = self.leaves.of.get(log, [])
        prev = held[-1] if held else ZERO
        with self.office.store.read() as tx:
            found = judge(tx, batch, weighing, self.leaves.tree(log), prev, self.leaves.of)
        if isinstance(found, Wait):
            return False
        # What was learned on the way is good only if the batch is kept.
        self._weighing = None
        if isinstance(found, Fork):
            return self._fork(found, one, batch)
        try:
            self._take_in(self.office, found, receipt, one.receipt)
        except ValueError:
            return self._fork(Fork(log=log, seq=batch.manifest.first, code="BEFORE_MISMATCH"), one, batch)
        self._kept(found, weighing)
        return True

    def _kept(self, found: Sound, weighing: Weighing) -> None:
        """After the commit: what the batch says counts from now on, and what it had no right to say is told."""
        self._weighing, standing, log = weighing, weighing.believed.standing, found.batch.manifest.log
        self.office.standing = standing
        self.leaves.of.setdefault(log, []).extend(leaf(b) for b in found.batch.entries)
        self.taken += len(found.lines)
        refused = (standing.refused.get((entry.log, entry.seq)) for entry, _, _ in found.lines)
        codes = [*found.weighed.doubted.values(), *(code for code in refused if code is not None)]
        self.doubted += len(codes)
        self._alert(*codes)

    def _fork(self, fork: Fork, one: Delivered, batch: Batch) -> bool:
        quarantine.keep(self.office.folder, batch.hash, one.batch, one.receipt, fork.code, fork.seq)
        self._stopped |= {fork.log}
        self.forks.append(fork)
        self._alert(fork.code)
        return True

    def _forged(self, one: Delivered, code: str) -> bool:
        """Cut or made up on the way: nothing that a device had sealed, so no evidence against one."""
        quarantine.keep_forged(self.office.folder, one.batch, one.receipt, code)
        block(self.office, self.told.name, "receipt" if code == "RCPT_MISMATCH" else "batch")
        self.forged += 1
        self._alert("RCPT_MISMATCH")
        return True

    def _alert(self, *codes: str) -> None:
        self.office.alerts += [code for code in dict.fromkeys(codes) if code not in self.office.alerts]


def _parting(batch: Batch, own: Sequence[bytes]) -> int:
    """The first entry of a batch that is not the one held, or its first."""
    first = batch.manifest.first
    pairs = enumerate(zip(batch.entries, own[first:], strict=False), first)
    return next((seq for seq, (b, held) in pairs if leaf(b) != held), max(first, len(own)))
