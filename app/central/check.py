"""`centre check`: everything that is held is read again and held against the receipts that were given for it.

- A batch must still be the one that its device sealed, and its receipt this centre's over it; so a row that somebody
  edited, triggers off, contradicts a receipt that a device has filed.
- Findings are those of the audit (formats §9): CHAIN_GAP, CHAIN_BREAK, RCPT_MISMATCH, CP_MISMATCH.
"""

from __future__ import annotations

from collections.abc import Iterator

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


class Wrong(Value, frozen=True):
    """One finding, at entry `seq` of `log`."""

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

    def skip(self, tx: Tx, one: Arrival) -> None:
        """Go past a batch that doesn't hold, by the entries that lie there."""
        for _, b in arrivals.run(tx, one.log, one.first, one.last):
            self.tail = leaf(b)
            self.tree.push(self.tail)


def check_site(centre: Centre, site: str) -> Checked:
    """Read every batch of the site again. Faults of the database."""
    wrong: list[Wrong] = []
    batches = entries = 0
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        bundle = bundle_in(tx)
        walks: dict[str, _Log] = {}
        for one in _all(tx):
            code = _judge(tx, centre, bundle, one, walks.setdefault(one.log, _Log()))
            batches, entries = batches + 1, entries + one.last + 1 - one.first
            if code is not None:
                wrong.append(Wrong(code=code, site=site, log=one.log, seq=one.last))
        for log, walk in walks.items():
            newest = arrivals.end(tx, log)
            if newest is None or newest[0] + 1 != walk.tree.size:
                wrong.append(Wrong(code="CHAIN_GAP", site=site, log=log, seq=walk.tree.size))
    return Checked(batches=batches, entries=entries, wrong=tuple(wrong))


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
    return _receipt(centre, bundle, one, batch, found.tail)


def _receipt(centre: Centre, bundle: TrustBundle | None, one: Arrival, batch: Batch, tail: bytes) -> str | None:
    site = "" if bundle is None else bundle.site
    try:
        told = check_receipt(one.receipt, site=site, line=batch.line, tail=tail, centre=centre.keys.public)
    except ReceiptBad:
        return "RCPT_MISMATCH"
    return None if told.pos == one.pos else "RCPT_MISMATCH"
