"""`centre check`: everything that is held is read again and held against the receipts that were given for it.

- A batch must still be the one that its device sealed, and its receipt this centre's over it; so a row that somebody
  edited, triggers off, contradicts a receipt that a device has filed.
- Places in the feed have no gap and end where the counter stands; trees and checkpoints are those of the entries.
- What no batch brought (an entry, a checkpoint, a receipt) is told too: the ingest role could have put it there.
- Findings are those of the audit (formats §9): CHAIN_GAP, CHAIN_BREAK, RCPT_MISMATCH, CP_MISMATCH, LOG_UNKNOWN.
- A tail that is gone together with all that speaks of it can't be missed here: the devices' receipts tell (work.sync).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.base.faults import Fault
from app.base.words import Value
from app.central.admit import Centre
from app.central.registry import bundle_in, device_of
from app.central.tell import batch_of
from app.proof.batch import Batch, BatchBad, ReceiptBad, check_batch, check_receipt, read_batch
from app.proof.chain import ZERO, leaf
from app.proof.merkle import Frontier
from app.proof.trust import TrustBundle
from app.store import arrivals
from app.store.arrivals import Arrival
from app.store.tx import Tx

CHUNK = 100
FEED = "feed"


class Wrong(Value, frozen=True):
    """One finding, at entry `seq` of `log`; of the log FEED, `seq` is a place in the site's feed."""

    code: str
    site: str
    log: str
    seq: int


class Checked(Value, frozen=True):
    """What was read of one site, and what is wrong with it."""

    batches: int
    entries: int
    wrong: tuple[Wrong, ...]


class _Log:
    """Where the walk over one log stands."""

    def __init__(self) -> None:
        self.tree = Frontier()
        self.tail = ZERO
        self.sound = True

    def skip(self, tx: Tx, one: Arrival) -> None:
        """Go past a batch that doesn't hold, by the entries that lie there."""
        self.sound = False
        for _, b in arrivals.run(tx, one.log, one.first, one.last):
            self.tail = leaf(b)
            self.tree.push(self.tail)


class _Brought:
    """Which rows the batches of a site brought: (log, first entry) and (log, size after it)."""

    def __init__(self) -> None:
        self._firsts: set[tuple[str, int]] = set()
        self._sizes: set[tuple[str, int]] = set()

    def add(self, one: Arrival) -> None:
        """Take one batch in."""
        self._firsts.add((one.log, one.first))
        self._sizes.add((one.log, one.last + 1))

    def strays(self, tx: Tx, site: str) -> Iterator[Wrong]:
        """Checkpoints, receipts and batches that none of them brought."""
        for log, n in arrivals.noted(tx):
            if (log, n) not in self._sizes:
                yield Wrong(code="CP_MISMATCH", site=site, log=log, seq=n - 1)
        for log, n in arrivals.countersigned(tx):
            if (log, n) not in self._sizes:
                yield Wrong(code="RCPT_MISMATCH", site=site, log=log, seq=n - 1)
        for log, first in arrivals.sealed(tx):
            if (log, first) not in self._firsts:
                yield Wrong(code="RCPT_MISMATCH", site=site, log=log, seq=first)


def check_site(centre: Centre, site: str, tick: Callable[[], None] = lambda: None) -> Checked:
    """Read every batch of the site again; `tick` is called after each. Faults of the database."""
    wrong: list[Wrong] = []
    batches = entries = reached = 0
    brought = _Brought()
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        bundle = _bundle(tx)
        walks: dict[str, _Log] = {}
        for one in _all(tx):
            code = _judge(tx, centre, bundle, one, walks.setdefault(one.log, _Log()))
            batches, entries = batches + 1, entries + one.last + 1 - one.first
            if code is not None:
                wrong.append(Wrong(code=code, site=site, log=one.log, seq=one.last))
            if one.pos != reached + 1:
                wrong.append(Wrong(code="CHAIN_GAP", site=site, log=FEED, seq=reached + 1))
            reached = one.pos
            brought.add(one)
            tick()
        if (counter := arrivals.counter(tx)) is not None and counter[0] != reached:
            wrong.append(Wrong(code="CHAIN_GAP", site=site, log=FEED, seq=reached + 1))
        wrong += _ends(tx, site, walks)
        wrong += brought.strays(tx, site)
    return Checked(batches=batches, entries=entries, wrong=tuple(wrong))


def batches_of(centre: Centre, site: str) -> int:
    """How many batches the site's counter speaks of. Faults of the database."""
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        counter = arrivals.counter(tx)
    return 0 if counter is None else counter[0]


def _bundle(tx: Tx) -> TrustBundle | None:
    """The site's bundle; None also for one that somebody edited, and then no log is known."""
    try:
        return bundle_in(tx)
    except Fault as fault:
        if fault.code != "store.damaged":
            raise
        return None


def _ends(tx: Tx, site: str, walks: dict[str, _Log]) -> Iterator[Wrong]:
    """Logs that don't end where their batches do, and trees kept that are not those of the entries."""
    for log in sorted({*walks, *arrivals.logs(tx), *arrivals.entered(tx)}):
        walk, newest, kept = walks.get(log, _Log()), arrivals.end(tx, log), arrivals.tree(tx, log)
        size = walk.tree.size
        if (0 if newest is None else newest[0] + 1) != size:
            yield Wrong(code="CHAIN_GAP", site=site, log=log, seq=size)
        elif walk.sound and kept != (size, walk.tree.dump()):
            yield Wrong(code="CP_MISMATCH", site=site, log=log, seq=size - 1)


def _all(tx: Tx) -> Iterator[Arrival]:
    after = 0
    while page := arrivals.page(tx, after, CHUNK):
        yield from page
        after = page[-1].pos


def _judge(tx: Tx, centre: Centre, bundle: TrustBundle | None, one: Arrival, walk: _Log) -> str | None:
    device = None if bundle is None else device_of(bundle, one.log)
    if device is None:
        walk.skip(tx, one)
        return "LOG_UNKNOWN"
    try:
        batch = read_batch(batch_of(tx, one))
        found = check_batch(batch, device.jwk, device.note_key(), walk.tree, walk.tail)
    except BatchBad as bad:
        walk.skip(tx, one)
        return "CHAIN_BREAK" if bad.code == "chain" else "RCPT_MISMATCH"
    walk.tree, walk.tail = found.tree, found.tail
    if arrivals.note_of(tx, one.log, one.last + 1) != batch.manifest.cp:
        return "CP_MISMATCH"
    return _receipt(centre, bundle, one, batch, found.tail)


def _receipt(centre: Centre, bundle: TrustBundle | None, one: Arrival, batch: Batch, tail: bytes) -> str | None:
    site = "" if bundle is None else bundle.site
    try:
        told = check_receipt(one.receipt, site=site, line=batch.line, tail=tail, centre=centre.keys.public)
    except ReceiptBad:
        return "RCPT_MISMATCH"
    return None if told.pos == one.pos else "RCPT_MISMATCH"
