"""Taking in what other devices of the site recorded (architecture §5, step 11; trust §5 "Downlink").

- Readers verify other devices' batches themselves: the centre is trusted for nothing but its own receipts.
- Between sessions only: what a session saw when it opened stays what it sees.
- A batch that stands on something that is not held yet waits; one that can't be believed goes into quarantine, as does
  what nobody's device sealed; either is told.
- The feed numbers its batches without gaps: a place that is left out, or one that a receipt held here tells of and that
  never comes, is told; so is a receipt that contradicts another about places.
- A feed without end, or of forgeries only, ends the meeting; what waits is held up to a number of bytes.
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
from app.work.places import Inc, Places
from app.work.post import Courier, Delivered, Page

AGAIN = 5
"""How many batches received before are asked for again."""

MOST_FORGED = 256
"""After so many forged batches nothing more is asked for at one meeting."""

MOST_WAITING = 64 * 1024 * 1024
"""So many bytes of batches wait in memory for what they stand on; the others are asked for again at the next meeting."""

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

    def tree_of(self, log: str, size: int) -> Frontier:
        """The tree of a log's first `size` entries."""
        known = self.of.get(log, [])
        if size >= len(known):
            return self.tree(log)
        tree = Frontier()
        tree.extend(known[:size])
        return tree


class Downlink:
    """What one meeting takes in: `taken` entries, `later` batches that wait, `forks` and `forged` batches found.

    `doubted` of the entries had been written without the right to; `lost` says that the centre no longer has what it
    gave receipts for; `hidden` places of the feed were left out.
    """

    def __init__(
        self, office: Office, courier: Courier, told: Descriptor, leaves: Leaves, take_in: TakeIn, places: Places
    ) -> None:  # fmt: skip
        self.office, self.courier, self.told, self.leaves = office, courier, told, leaves
        self._take_in = take_in
        self._weighing: Weighing | None = None
        self._stopped = quarantine.held_logs(office.folder)
        self._places = places
        self._inc: Inc = ""
        self.taken = self.later = self.forged = self.doubted = self.hidden = 0
        self.lost = False
        self.forks: list[Fork] = []

    def run(self, inc: Inc) -> Refused | None:
        """What other devices recorded, as far as everything of it holds; the centre says that it is in incarnation `inc`."""
        self._inc = inc
        with self.office.store.read() as tx:
            after = outbox.position(tx, inc)
        waiting: list[Delivered] = []
        more, ended = True, False
        while more:
            page = self.courier.feed(self.office.site, after)
            if isinstance(page, Refused):
                return page
            ended = not (page.more and page.batches)
            more = not ended and self.forged < MOST_FORGED
            after = self._counted(page, after)
            left = self._take_all([*waiting, *page.batches])
            waiting = as_many(left)
            self.later += len(left) - len(waiting)
        self.later += len(waiting)
        # A folder ends where whoever carries it was cut off: only what a centre itself answers is its whole feed.
        if ended and self.courier.address:
            self.hidden += max(0, self._places.end(inc) - after)
        if self.hidden:
            block(self.office, self.told.name, "feed")
            self._alert("RCPT_MISMATCH")
        return self._again(inc)

    def _counted(self, page: Page, after: int) -> int:
        """The last place of a page that begins after place `after`; places that were left out are counted."""
        for one in page.batches:
            self.hidden += max(0, one.pos - after - 1)
            after = max(after, one.pos)
        self.hidden += max(0, page.next - after)
        return after

    def _again(self, inc: Inc) -> Refused | None:
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
        for place, one in enumerate(page.batches[:due], after + 1):
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
        if receipt.pos != one.pos or not self._places.agrees(receipt, self._inc):
            return self._forged(one, "RCPT_MISMATCH")
        m = batch.manifest
        own = self.leaves.of.get(m.log, [])
        common = own[m.first : m.last + 1]
        agrees = [leaf(b) for b in batch.entries[: len(common)]] == common
        if common and agrees and len(common) == len(batch.entries):
            return True
        sealed = sealed_by_its_device(batch, self.weighing.believed.standing)
        if sealed is None:
            return False
        if not sealed:
            return self._forged(one, "SIG_BAD")
        # A folder that was copied for this device may hold the beginning of a batch that was sealed only afterwards.
        if not agrees or m.log == office.tail.log:
            return self._fork(Fork(log=m.log, seq=_parting(batch, own), code="CENTRE_FORK"), one, batch)
        if m.log in self._stopped:
            return True
        if not self._places.rises(receipt):
            return self._forged(one, "RCPT_MISMATCH")
        return office.session is None and self._judged(batch, receipt, one)

    def _judged(self, batch: Batch, receipt: Receipt, one: Delivered) -> bool:
        log, first, weighing = batch.manifest.log, batch.manifest.first, self.weighing
        held = self.leaves.of.get(log, [])[:first]
        prev = held[-1] if held else ZERO
        with self.office.store.read() as tx:
            found = judge(tx, batch, weighing, self.leaves.tree_of(log, first), prev, self.leaves.of)
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
        self._places.take(receipt)
        self._kept(found, weighing)
        return True

    def _kept(self, found: Sound, weighing: Weighing) -> None:
        """After the commit: what the batch says counts from now on, and what it had no right to say is told."""
        self._weighing, standing, log = weighing, weighing.believed.standing, found.batch.manifest.log
        self.office.standing = standing
        self.leaves.of.setdefault(log, []).extend(leaf(b) for _, b, _ in found.lines)
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


def as_many(waiting: list[Delivered]) -> list[Delivered]:
    """As many of the batches that wait as may be held in memory (`MOST_WAITING` bytes), the first ones."""
    room = MOST_WAITING
    for at, one in enumerate(waiting):
        room -= len(one.batch)
        if room < 0:
            return waiting[:at]
    return waiting


def _parting(batch: Batch, own: Sequence[bytes]) -> int:
    """The first entry of a batch that is not the one held, or its first."""
    first = batch.manifest.first
    pairs = enumerate(zip(batch.entries, own[first:], strict=False), first)
    return next((seq for seq, (b, held) in pairs if leaf(b) != held), max(first, len(own)))
