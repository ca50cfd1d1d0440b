"""Sending what was recorded here, filing receipts, taking in what other devices recorded (architecture §5, steps 9 and 11).

- A batch is sealed once and kept until its receipt is filed; cut off anywhere, the very same bytes go again.
- Only a receipt whose two signatures hold against the recorded centre counts; a false one is refused and told.
- Where the region is not allowed nothing is sent, and the attempt is an entry.
- What other devices recorded is taken in between sessions only: what a session saw when it opened stays what it sees.
"""

from __future__ import annotations

from app.base.codec import b64u
from app.base.ids import new_id
from app.base.words import Refused, Value
from app.proof.batch import (
    Receipt,
    ReceiptBad,
    batch_hash,
    check_receipt,
    make_batch,
)
from app.proof.chain import ZERO, leaf
from app.proof.descriptor import Descriptor
from app.proof.esign import low
from app.proof.merkle import Frontier, consistency
from app.proof.notes import sign_checkpoint
from app.store import history, outbox
from app.store.append import Line, append, append_batch, append_checkpoint, append_receipt
from app.store.outbox import Counts, Sealed
from app.store.weave import doubts_of, mark, weave_in
from app.work.centres import block, known_centres, refuse_region
from app.work.downlink import Downlink, Leaves
from app.work.feeds.feed import Tick
from app.work.incoming import Fork, Sound
from app.work.office import Office
from app.work.places import Inc, Places
from app.work.post import Courier, Greeting


class SyncReport(Value, frozen=True):
    """What one meeting with a centre came to.

    `received` entries of this device got their receipt now, in `batches`; `on_way` says that batches were handed over whose
    receipts come another time. `taken` entries of other devices were taken in, `later` batches wait for the end of
    the session or for what they stand on; `forks` are logs that were put in quarantine; `rolled_back` says that the
    centre had lost what it had given receipts for; it got this device's again. `counts` are the states of this device's
    entries. `forged` batches came that no device had sealed or without their receipt; `doubted` of the taken entries had been
    written without the right to. `hidden` places of the feed were left out by the centre.
    """

    centre: str
    received: int
    batches: int
    on_way: bool
    taken: int
    later: int
    forks: tuple[Fork, ...]
    rolled_back: bool
    counts: Counts
    forged: int = 0
    doubted: int = 0
    hidden: int = 0


def sync_once(
    office: Office, courier: Courier, centre: str | None = None, tick: Tick | None = None
) -> SyncReport | Refused:
    """Send everything, file every receipt, take in what others recorded; `centre` names one of several.

    `tick` hears how many entries of this device were received and of others taken in, of how many are known to be left.

    Refused `sync.no_centre`, `sync.no_such_centre`, `sync.other_address`, `sync.region`, `sync.other_centre`,
    `sync.ahead`, `sync.fork`, `centre.refused`, `sync.receipt_false`; Faults `centre.*` and of the store. What was
    filed before stays filed.
    """
    told = _centre(office, courier, centre)
    if isinstance(told, Refused):
        return told
    refused = refuse_region(office, told)
    if refused is not None:
        return refused
    return _Meeting(office, courier, told, tick).run()


def _centre(office: Office, courier: Courier, name: str | None) -> Descriptor | Refused:
    """The recorded centre that this courier leads to."""
    known = known_centres(office)
    if not known:
        return Refused("sync.no_centre")
    if name is not None and name not in known:
        return Refused("sync.no_such_centre", {"name": name, "names": ", ".join(known)})
    known = known if name is None else {name: known[name]}
    fitting = [t for t in known.values() if not (courier.address and t.urls) or courier.address in t.urls]
    return fitting[-1] if fitting else Refused("sync.other_address", {"address": courier.address})


class _Meeting:
    """One meeting with one centre."""

    def __init__(self, office: Office, courier: Courier, told: Descriptor, tick: Tick | None = None) -> None:
        self.office, self.courier, self.told = office, courier, told
        self.leaves = Leaves()
        self.received = self.batches = 0
        self.on_way = self.rolled_back = False
        self._tick, self._due = tick, 0
        self._inc: Inc | None = None
        with office.store.read() as tx:
            self._places = Places(outbox.receipts(tx))
        self.down = Downlink(office, courier, told, self.leaves, self._take_in, self._places)

    def run(self) -> SyncReport | Refused:
        """Hello, up, down."""
        office = self.office
        greeting = self.courier.hello(office.site, office.tail.log)
        if isinstance(greeting, Refused):
            return greeting
        with office.store.read() as tx:
            self.leaves.load(tx)
            self._due = office.tail.n - outbox.witnessed(tx, office.tail.log).some
        if greeting is None:
            return self._up() or self._report()
        self._inc = greeting.inc
        refused = self._compare(greeting)
        if refused is not None and refused.code != "sync.fork":
            return refused
        # What others recorded comes in also when nothing of this device goes out; of a fork it brings the other half.
        refused = refused or self._up()
        down = self.down.run(greeting.inc)
        return refused or down or self._report()

    def _report(self) -> SyncReport:
        log, n = self.office.tail.log, self.office.tail.n
        with self.office.store.read() as tx:
            counts = outbox.witnessed(tx, log).counts(n)
        return SyncReport(
            centre=self.told.name, received=self.received, batches=self.batches, on_way=self.on_way,
            taken=self.down.taken, later=self.down.later, forks=tuple(self.down.forks),
            rolled_back=self.rolled_back or self.down.lost, counts=counts, forged=self.down.forged, doubted=self.down.doubted,
            hidden=self.down.hidden,
        )  # fmt: skip

    def _take_in(self, office: Office, sound: Sound, receipt: Receipt, token: str) -> None:
        take_in(office, sound, receipt, token)
        self._told(len(sound.lines))

    def _told(self, more: int = 0) -> None:
        """Say how far it is; what comes from others is known only when it is there."""
        if self._tick is not None:
            done = self.received + self.down.taken + more
            self._tick(done, max(self._due, done))

    # ---- what the centre says it holds

    def _compare(self, greeting: Greeting) -> Refused | None:
        """Refused when it is another centre, or holds more of this log than this device, or other bytes."""
        if greeting.centre != self.told.name:
            return Refused("sync.other_centre", {"centre": self.told.name, "found": greeting.centre})
        if greeting.region != self.told.region:
            block(self.office, self.told.name, "region")
            return Refused("sync.other_region", {"centre": self.told.name, "found": greeting.region})
        own = self.leaves.of.get(self.office.tail.log, [])
        if greeting.n > len(own):
            return Refused("sync.ahead", {"centre": self.told.name, "more": greeting.n - len(own)})
        if greeting.n and greeting.h != b64u(own[greeting.n - 1]):
            return Refused("sync.fork", {"centre": self.told.name, "entry": greeting.n - 1})
        with self.office.store.read() as tx:
            some = outbox.witnessed(tx, self.office.tail.log).some
        return self._again(greeting.n, some) if greeting.n < some else None

    def _again(self, first: int, some: int) -> Refused | None:
        """The centre lost what it had: the same batches once more; the receipts held already stay the ones filed."""
        self.rolled_back = True
        while first < some:
            with self.office.store.read() as tx:
                held = outbox.batch_at(tx, self.office.tail.log, first)
            if held is None:
                return Refused("sync.ahead", {"centre": self.told.name, "more": 0})
            answer = self._send(held)
            if not isinstance(answer, Receipt):
                return answer
            first = held.last + 1
        return None

    # ---- up

    def _up(self) -> Refused | None:
        """Every batch without a receipt, then every new one; over the network each has its receipt before the next."""
        with self.office.store.read() as tx:
            first = outbox.witnessed(tx, self.office.tail.log).some
        while (held := self._next(first)) is not None:
            answer = self._send(held)
            if isinstance(answer, Refused):
                return answer
            if answer is None:
                # What is carried goes together: a folder that took one batch a journey would never catch up.
                self.on_way = True
            else:
                self.received += held.last - held.first + 1
                self.batches += 1
                self._told()
            first = held.last + 1
        return None

    def _next(self, first: int) -> Sealed | None:
        """The batch that begins with entry `first`; sealed, and kept before a byte of it leaves."""
        with self.office.store.read() as tx:
            held = outbox.batch_at(tx, self.office.tail.log, first)
        return held or seal_next(self.office, self.told.region, self.leaves.of)

    def _send(self, held: Sealed) -> Receipt | Refused | None:
        """Send one batch and file its receipt; a seal from before the rule goes with the s that a centre admits."""
        office, line = self.office, low(held.manifest)
        name = batch_hash(line)
        with office.store.read() as tx:
            data = outbox.sealed_bytes(tx, held)
        data = line.encode("ascii") + data[len(line) :]
        token = self.courier.send(office.site, held.log, name, data)
        if token is None or isinstance(token, Refused):
            return token
        return self._filed(held, token)

    def _filed(self, held: Sealed, token: str) -> Receipt | Refused:
        receipt = self._true(held, token)
        if receipt is None:
            block(self.office, self.told.name, "receipt")
            return Refused("sync.receipt_false", {"centre": self.told.name})
        self._places.take(receipt)
        file_receipt(self.office, receipt, token)
        return receipt

    def _true(self, held: Sealed, token: str) -> Receipt | None:
        """The receipt, if it is this centre's over this batch and its place contradicts no other.

        What a centre lost gets other places, in another incarnation: the receipts held already stay.
        """
        tail = self.leaves.of[held.log][held.last]
        try:
            receipt = check_receipt(
                token, site=self.office.site, line=held.manifest, tail=tail, centre=self.told.keys
            )
        except ReceiptBad:
            return None
        with self.office.store.read() as tx:
            filed = outbox.receipt_of(tx, receipt.log, receipt.last + 1) is not None
        fits = filed or (self._places.agrees(receipt, self._inc) and self._places.rises(receipt))
        return receipt if fits else None


def seal_next(office: Office, region: str | None, leaves: dict[str, list[bytes]]) -> Sealed | None:
    """Seal the next batch of this device's log, with its checkpoint, in one transaction; None when nothing is left.

    `leaves` holds the leaves of the log by its name, and is brought up to date. Faults of the store.
    """
    log = office.tail.log
    known = leaves.setdefault(log, [])
    with office.store.write() as tx:
        known.extend(leaf(b) for _, b in history.entries(tx, log, len(known)))
        before = outbox.newest(tx, log)
        first = 0 if before is None else before.last + 1
        entries = outbox.next_run(tx, log, first)
        if not entries:
            return None
        n = first + len(entries)
        rcpt = outbox.witnessed(tx, log).some or None
        note = outbox.note_at(tx, log, n)
        if note is None:
            tree = Frontier()
            tree.extend(known[:n])
            note = sign_checkpoint(log, n, tree.root(), office.device.ed25519)
            append_checkpoint(tx, log, n, note)
        data = make_batch(
            entries, id=new_id("b", office.random), log=log, first=first, prev=known[first - 1] if first else ZERO,
            cp=note, region=region, key=office.device.p256, rcpt=rcpt,
            cons=() if rcpt is None else consistency(known[:n], rcpt),
        )  # fmt: skip
        manifest = data.partition(b"\n")[0].decode("ascii")
        append_batch(tx, log, first, n - 1, manifest)
    office.tail.noted = max(office.tail.noted, n)
    return Sealed(log=log, first=first, last=n - 1, manifest=manifest)


def file_receipt(office: Office, receipt: Receipt, token: str) -> None:
    """File a verified receipt; one that is filed already stays. The anchor then knows what is witnessed."""
    n = receipt.last + 1
    with office.store.write() as tx:
        if outbox.receipt_of(tx, receipt.log, n) is None:
            append_receipt(tx, receipt.log, n, token)
        if receipt.log == office.tail.log:
            office.witnessed = outbox.witnessed(tx, receipt.log).whole
    office.write_anchor()


def take_in(office: Office, sound: Sound, receipt: Receipt, token: str) -> None:
    """Keep another device's batch: entries, checkpoint, manifest, receipt and the rows that they make, in one transaction.

    Only between sessions. ValueError where a change does not fit what it stands on; then nothing is kept.
    """
    m = sound.batch.manifest
    lines = [Line(seq=entry.seq, b=b, rowless=not entry.chg) for entry, b, _ in sound.lines]
    with office.store.write() as tx:
        append(tx, m.log, lines)
        append_checkpoint(tx, m.log, m.last + 1, m.cp)
        append_batch(tx, m.log, m.first, m.last, sound.batch.line)
        append_receipt(tx, m.log, receipt.last + 1, token)
        doubts = doubts_of(tx, sound.weighed.entries)
        weave_in(tx, [(entry, name) for entry, _, name in sound.lines])
        mark(tx, sound.weighed.entries, sound.weighed.doubted, sound.weighed.answered, doubts)


def entry_state(office: Office, seq: int) -> str:
    """`here`, `provisional` or `received`: where an entry of this device is known to be."""
    with office.store.read() as tx:
        return outbox.witnessed(tx, office.tail.log).state(seq)


def sync_counts(office: Office) -> Counts:
    """How many of this device's entries are only here, received provisionally, received."""
    with office.store.read() as tx:
        return outbox.witnessed(tx, office.tail.log).counts(office.tail.n)
