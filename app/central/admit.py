"""Admitting a batch: one transaction that appends, countersigns and gives out the next place in the feed.

- The site's counter row is locked first, so that the same batch sent many times at once is admitted once; the
  others find its receipt and get the very same bytes.
- The receipt is made inside the transaction and leaves only after its commit.
- A receipt that is asked for again also waits for its own commit: where a synchronous standby is configured, the
  standby has it by then.
- The database takes the entries in while they are checked; without a verdict nothing of them is committed.
- A seal turned into its twin (r, n − s) is no other batch: it finds the receipt of the first, and is never the first.
- What can't be admitted leaves nothing behind but evidence, and that only under a known device's seal.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from app.base.words import Value
from app.central import receive
from app.central.keys import CentreKeys
from app.central.pool import Lent, Pool
from app.central.receive import Held, No
from app.central.registry import bundle_in, device_of
from app.proof.batch import Batch, Checked, hashes_of, make_receipt
from app.proof.chain import ZERO, leaf
from app.proof.esign import is_low
from app.proof.merkle import Frontier
from app.proof.trust import TrustedDevice
from app.store import arrivals, evidence
from app.store.arrivals import Arrival
from app.store.received import keep_entries
from app.store.tx import Tx

PIECES, BYTES = 256, 256 * 1024 * 1024
"""How much evidence is kept for one site."""

Now = Callable[[], int]
"""Milliseconds since 1970."""


class Centre(Value, frozen=True):
    """Everything that the verbs need: keys, connections and the present."""

    keys: CentreKeys
    pool: Pool
    now: Now


class Undone(Exception):
    """Rolls the transaction back; `no` is why."""

    def __init__(self, no: No) -> None:
        super().__init__(no.code)
        self.no = no


class Admitted(Value, frozen=True):
    """The receipt (JWS), and whether the batch is new to the centre."""

    receipt: str
    new: bool


def refuse_stranger(centre: Centre, site: str, log: str) -> No | None:
    """403 `site_unknown` or `device_unknown` for a log of nobody; asked before a body is taken in. Faults of the database."""
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        bundle = bundle_in(tx)
    if bundle is None:
        return No(status=receive.FORBIDDEN, code="site_unknown")
    return No(status=receive.FORBIDDEN, code="device_unknown") if device_of(bundle, log) is None else None


def admit(centre: Centre, site: str, log: str, hash: str, data: bytes) -> Admitted | No:
    """Receive the bytes of one batch for the URL's `site`, `log` and `hash`. Faults of the database."""
    batch = receive.read(data, log, hash)
    if isinstance(batch, No):
        return batch
    with centre.pool.store(site) as lent:
        with lent.store.read() as tx:
            bundle = bundle_in(tx)
        device = receive.sealed_by(batch, bundle, centre.keys.region, centre.now())
        if isinstance(device, No):
            return device
        try:
            with lent.store.write() as tx:
                return _admit(centre, lent, tx, site, batch, device)
        except Undone as undone:
            if undone.no.evidence:
                _keep_evidence(centre, lent, batch, undone.no, data)
            return undone.no


def _admit(centre: Centre, lent: Lent, tx: Tx, site: str, batch: Batch, device: TrustedDevice) -> Admitted:
    """The receipt of the batch. Raises Undone for what can't be admitted."""
    counter = arrivals.lock(tx)
    if counter is None:
        raise Undone(No(status=receive.FORBIDDEN, code="site_unknown"))
    for name in hashes_of(batch.line):
        if (known := arrivals.by_hash(tx, name)) is not None:
            return Admitted(receipt=known.receipt, new=False)
    if not is_low(batch.token.signature):
        raise Undone(No(status=receive.UNPROCESSABLE, code="signature"))
    m = batch.manifest
    held = held_of(tx, m.log, m.rcpt)
    refused = receive.place(batch, held.tree.size, arrivals.run(tx, m.log, m.first, m.last))
    if refused is not None:
        raise Undone(refused)
    checked = _checked_and_kept(tx, batch, device, held)
    pos, inc = counter[0] + 1, f"{counter[1]}{lent.timeline}"
    receipt = make_receipt(
        batch, site=site, name=centre.keys.name, pos=pos, ms=centre.now(), inc=inc, prov=not lent.final,
        key=centre.keys.pair.p256, notes=centre.keys.pair.ed25519,
    )  # fmt: skip
    new = Arrival(pos=pos, log=m.log, first=m.first, last=m.last, line=batch.line, receipt=receipt)
    arrivals.keep(tx, new, hash=batch.hash, note=m.cp, peaks=checked.tree.dump())
    return Admitted(receipt=receipt, new=True)


def _checked_and_kept(tx: Tx, batch: Batch, device: TrustedDevice, held: Held) -> Checked:
    """Check the batch while the database, a process of its own, takes its entries in. Raises Undone, and its Faults."""
    m = batch.manifest
    with ThreadPoolExecutor(1, thread_name_prefix="keep") as beside:
        kept = beside.submit(keep_entries, tx, m.log, m.first, batch.entries)
        checked = receive.follows(batch, device, held)
    if isinstance(checked, No):
        raise Undone(checked)
    kept.result()
    return checked


def held_of(tx: Tx, log: str, rcpt: int | None = None) -> Held:
    """What is held of a log: the frontier kept with its newest batch, made anew where it doesn't fit the entries."""
    newest = arrivals.end(tx, log)
    size, tail = (0, ZERO) if newest is None else (newest[0] + 1, leaf(newest[1]))
    root = _root_noted(tx, log, size)
    tree = _tree_kept(tx, log, size, root)
    if tree is None:
        tree = Frontier()
        for _, b in arrivals.run(tx, log, 0, size):
            tree.push(leaf(b))
    noted = root if rcpt == size else _root_noted(tx, log, rcpt or 0)
    return Held(tree=tree, tail=tail, roots={} if noted is None or rcpt is None else {rcpt: noted})


def _tree_kept(tx: Tx, log: str, size: int, root: bytes | None) -> Frontier | None:
    """The frontier kept, if it is one of `size` entries and leads to the root that the device noted there."""
    kept = arrivals.tree(tx, log)
    if kept is None or kept[0] != size:
        return None
    try:
        tree = Frontier.load(kept[1])
    except ValueError:
        return None
    return tree if (tree.size, tree.root()) == (size, root) else None


def _root_noted(tx: Tx, log: str, n: int) -> bytes | None:
    """The root in the device's checkpoint of size `n`, if a batch ended there."""
    note = arrivals.note_of(tx, log, n) if n else None
    return None if note is None else b64decode(note.split("\n")[2])


def _keep_evidence(centre: Centre, lent: Lent, batch: Batch, why: No, data: bytes) -> None:
    at = why.about.get("at")
    with lent.store.write() as tx:
        # One writer a site: else the same evidence, sent twice at once, would collide.
        arrivals.lock(tx)
        pieces, size = evidence.weight(tx)
        if pieces < PIECES and size + len(data) <= BYTES:
            evidence.keep_evidence(
                tx, hash=sha256(data).hexdigest(), log=batch.manifest.log, code=why.code,
                at=at if isinstance(at, int) else None, ms=centre.now(), raw=data,
            )  # fmt: skip
