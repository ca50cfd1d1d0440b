"""What another device's batch must be before a line of it is kept (formats §6; trust §5 "Downlink"; R-SYN-03).

- Receipt, seal, chain and checkpoint hold; every signature in it is by a registered key over those very bytes.
- What its device had seen of other logs is what is held here; what is not held yet makes the batch wait, no more.
- Other bytes at a place that is taken, or another past, is a fork: told, kept as evidence, never merged.
- What an entry means takes nothing away from it (decision 21): acts that give rights must carry the names that they need,
  and whoever had no right to them gives none; of other entries it is told, and what they change is in doubt.
- Its form is judged before anything is made of it (formats §5; what a column of a row can hold): ENTRY_SCHEMA at the entry.
- What its device never sealed is no evidence against it: a forgery on the way stops no log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.audit.arrived import Weighed, Weighing
from app.audit.believed import Believed
from app.audit.landmarks import BROKEN
from app.audit.shape import Shapes, base_faults, canonical, seen_fits
from app.audit.walk import hlc_of
from app.base.codec import b64u, unb64u
from app.base.entry import Entry, read
from app.base.words import Json, Value
from app.domain.roles import Place
from app.domain.standing import Machine, Standing
from app.proof import approvals, esign
from app.proof.batch import Batch, BatchBad, Checked, check_batch, check_seal
from app.proof.chain import leaf
from app.proof.esign import SigBad
from app.proof.merkle import Frontier
from app.store.schema import SCH
from app.store.state import takes
from app.store.tx import Tx

NAMED = ("role.", "device.", "key.", "centre.", "code.", "log.", "hold.", "recovery.", "person.erase", "db.")
"""Acts that never stand without a person's signature or two approvals."""

Line = tuple[Entry, bytes, str]
"""An entry, its bytes and its leaf (b64u)."""


class Fork(Value, frozen=True):
    """A log that can't be believed any more: what was found, and at which entry."""

    log: str
    seq: int
    code: str


class Wait(Value, frozen=True):
    """Something that the batch stands on is not held yet."""

    why: str


class Sound(Value, frozen=True):
    """A batch that may be kept: its lines, where its log ends with it, and what its entries had no right to."""

    batch: Batch
    lines: Sequence[Line]
    checked: Checked
    weighed: Weighed


def sealed_by_its_device(batch: Batch, standing: Standing) -> bool | None:
    """Whether a device that writes this log sealed the batch; None while no such device is known."""
    machines = [machine for machine in standing.machines if machine.log == batch.manifest.log]
    for machine in reversed(machines):
        with suppress(BatchBad):
            check_seal(batch, machine.jwk)
            return True
    return False if machines else None


def machine_of(standing: Standing, log: str) -> Machine | None:
    """The device that writes a log, by its newest enrolment."""
    return next((machine for machine in reversed(standing.machines) if machine.log == log), None)


def judge(
    tx: Tx, batch: Batch, weighing: Weighing, before: Frontier, prev: bytes, held: Mapping[str, Sequence[bytes]]
) -> Sound | Fork | Wait:  # fmt: skip
    """Whether the batch, which continues what is held of its log, may be kept; its device sealed it.

    `before` and `prev` are tree and last leaf of the log before the batch; `held` the leaves of every log. Entries of the
    batch that are held already are left out of what is judged and kept. `weighing` learns what the batch says; it
    must not be used on when the batch is not kept, but for a Wait.
    """
    m, believed = batch.manifest, weighing.believed
    machine = machine_of(believed.standing, m.log)
    if machine is None:
        return Wait(why="device")
    if before.size < m.first:
        return Wait(why="gap")
    try:
        notes = Ed25519PublicKey.from_public_bytes(unb64u(machine.ed25519))
        checked = check_batch(batch, machine.jwk, notes, before, prev)
        new = batch.entries[max(0, len(held.get(m.log, ())) - m.first) :]
        lines = [(read(b), b, b64u(leaf(b))) for b in new]
    except (BatchBad, msgspec.DecodeError, ValueError):
        return Fork(log=m.log, seq=m.first, code="CENTRE_FORK" if _other_past(batch, prev) else "CHAIN_BREAK")
    try:
        found = _sights(lines, held) or _signed(lines, believed)
        if found is not None:
            return found
        weighed = weighing.weigh(tx, m.log, [(entry, b) for entry, b, _ in lines])
    except BROKEN:
        # A body of another form; nothing of this program writes one.
        return Fork(log=m.log, seq=m.first, code="ENTRY_SCHEMA")
    return Sound(batch=batch, lines=lines, checked=checked, weighed=weighed)


def _other_past(batch: Batch, prev: bytes) -> bool:
    return batch.manifest.prev != b64u(prev)


def _sights(lines: Sequence[Line], held: Mapping[str, Sequence[bytes]]) -> Fork | Wait | None:
    """What sessions had seen of other logs, against what is held of them."""
    for entry, _, _ in lines:
        body = (entry.body or {}) if entry.act == "session.open" else {}
        if not seen_fits(body):
            return Fork(log=entry.log, seq=entry.seq, code="ENTRY_SCHEMA")
        for log, head in body.get("seen", {}).items():
            leaves, n = held.get(log, ()), head["n"]
            if n > len(leaves):
                return Wait(why="seen")
            if n and b64u(leaves[n - 1]) != head["h"]:
                return Fork(log=entry.log, seq=entry.seq, code="CENTRE_FORK")
    return None


def _signed(lines: Sequence[Line], believed: Believed) -> Fork | None:
    """Every signature by its registered key; rights only under names; the form of each. `believed` learns on the way."""
    shapes = Shapes()
    for entry, b, _ in lines:
        if not _named(entry, b, believed.standing):
            return Fork(log=entry.log, seq=entry.seq, code="SIG_BAD")
        if not _formed(shapes, entry, b):
            return Fork(log=entry.log, seq=entry.seq, code="ENTRY_SCHEMA")
        believed.take(entry, b)
    return None


def _formed(shapes: Shapes, entry: Entry, b: bytes) -> bool:
    """Whether an entry has the form that the verifier asks for, and its row can hold what it changes."""
    if shapes.faults(entry, b) or not canonical(entry, b) or base_faults(entry.ent.base):
        return False
    if hlc_of(entry.ts.hlc) == (0, 0):
        return False
    known = entry.sch <= SCH  # a later release may know columns that this one does not
    return all(
        takes(entry.ent.t, column, becomes)
        for column, _, becomes in entry.chg
        if known or takes(entry.ent.t, column, None)
    )


def _named(entry: Entry, b: bytes, standing: Standing) -> bool:
    if entry.sig is not None:
        return _holds(entry, b, entry.sig, standing)
    if entry.act.startswith(NAMED):
        return _approved(entry, standing)
    return entry.act != "session.open" and not entry.act.endswith(".sign") and entry.act != "site.genesis"


def _holds(entry: Entry, b: bytes, sig: str, standing: Standing) -> bool:
    try:
        token = esign.parse(sig)
        key = standing.keys.get(token.kid)
        if key is None or key.uid != entry.by.uid or token.typ not in (esign.ESIG, esign.SESSION):
            return False
        payload = esign.verify(token, token.typ, key.jwk)
        told = (payload["log"], payload["head"]["n"], payload["entry"], payload["signer"]["uid"])
        return bool(told == (entry.log, entry.seq, esign.entry_digest(b, sig), entry.by.uid))
    except (SigBad, KeyError, TypeError):
        return False


def _approved(entry: Entry, standing: Standing) -> bool:
    """Whether two people with registered keys approved the body."""
    body: dict[str, Json] = entry.body or {}
    tokens, people = body.get("appr"), set[str]()
    place: Place = (entry.log, entry.seq)
    for text in tokens if isinstance(tokens, list) else ():
        try:
            token = esign.parse(text)
            key = standing.keys.get(token.kid)
            if key is None or standing.keys.ended(key.jkt, place):
                return False
            approvals.check_approval(token, key.jwk, body=body, act=entry.act, log=entry.log)
        except (SigBad, AttributeError):
            return False
        people.add(key.pid)
    return len(people) == 2
