"""The one open site of this process: stores, keys, clock and the live standing of persons.

- Built by wiring after an unlock; verbs take it as their first argument and keep nothing themselves.
- The writer's place is held from open to close; a second opener is refused.
- What a command adds to memory (tail, standing) is taken in only after its transaction was committed.
- The anchor outside the store is written once per command, before anything is reported as done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.base.codec import b64u, pack, parse
from app.base.entry import read
from app.base.faults import Fault
from app.base.ids import Random
from app.base.moment import Clock, Reading
from app.base.words import Json
from app.domain.standing import Standing
from app.proof.chain import leaf
from app.proof.device import Device
from app.store import history, pkeys, state
from app.store.lock import WriterLock
from app.store.tx import Store, Tx
from app.work.clocks import Judged, judge
from app.work.pending import Pending
from app.work.ring import Ring
from app.work.secrets import DeviceSecrets
from app.work.scribe import Written
from app.work.tail import Tail, load_tail


@dataclass(slots=True)
class Session:
    """One person's continuous period at this workstation; `k` counts its signing ceremonies."""

    id: str
    uid: str
    pid: str
    role: str
    opened_up: int
    last_up: int
    boot: str
    k: int = 0
    needs_all: bool = True


@dataclass(slots=True)
class Office:
    """Everything that a verb needs of the open site."""

    folder: Path
    vault: str
    vault_gen: int
    site: str
    zone: str
    store: Store
    persons: Store
    lock: WriterLock
    secrets: DeviceSecrets
    device: Device
    clock: Clock
    random: Random
    ring: Ring
    standing: Standing
    tail: Tail
    pending: Pending
    session: Session | None = None
    last_reading: Reading | None = None
    erased: int = 0
    closed: bool = field(default=False)

    def read_clock(self) -> tuple[Reading, Judged]:
        """A reading of all clocks, and what it says of them compared with what was seen before."""
        now = self.clock.now()
        judged = judge(self.last_reading, self.tail.mark_ms, now)
        self.last_reading = now
        return now, judged

    def take_in(self, tail: Tail, written: Sequence[Written]) -> None:
        """After a commit: the new tail, the new standing, then the anchor."""
        self.tail = tail
        for item in written:
            self.standing.learn(item.entry, item.leaf)
        self.write_anchor()

    def write_anchor(self) -> None:
        """Keep size and head of the log outside the store (formats §5 "Anchor")."""
        anchor = anchor_of(self.tail, self.erased, self.pending.count, self.vault_gen)
        self.secrets.write("anchor", pack(anchor).decode("ascii"))

    def close(self) -> None:
        """Close the stores and give the writer's place up; safe to call twice."""
        if not self.closed:
            self.closed = True
            self.store.close()
            self.persons.close()
            self.lock.release()


def anchor_of(tail: Tail, erased: int, pending: int, vault_gen: int) -> dict[str, Json]:
    """The anchor of a tail."""
    return {
        "v": 1,
        "log": tail.log,
        "n": tail.n,
        "h": b64u(tail.last),
        "w": 0,
        "er": erased,
        "pd": pending,
        "vg": vault_gen,
    }


def load_standing(tx: Tx) -> Standing:
    """Who holds which key, role and session, from the entries that say so."""
    standing = Standing()
    for _log, _seq, b in history.landmarks(tx):
        standing.learn(read(b), b64u(leaf(b)))
    standing.competent_seen = any(
        held.row.get("verdict") == "COMPETENT" for held in state.all_held(tx, "record")
    )
    return standing


def load_ring(persons: Store, random: Random) -> Ring:
    """Every person key held by this device."""
    with persons.read() as tx:
        return Ring(list(pkeys.deks(tx)), random)


def load_own_tail(tx: Tx, device: Device, standing: Standing) -> Tail:
    """The tail of the log that this device writes."""
    return load_tail(tx, standing.log_of_device(device.jkt), device.notes_public)


def check_anchor(office: Office) -> list[str]:
    """What the anchor outside the store objects to: finding codes, empty when it agrees (trust §2.6)."""
    text = office.secrets.read("anchor")
    if text is None:
        return ["ANCHOR_MISSING"]
    anchor = parse(text)
    if anchor["log"] != office.tail.log or anchor["n"] > office.tail.n or anchor["vg"] > office.vault_gen:
        return ["ANCHOR_ROLLBACK"]
    with office.store.read() as tx:
        b = history.one(tx, office.tail.log, anchor["n"] - 1)
    if b is None or b64u(leaf(b)) != anchor["h"]:
        return ["ANCHOR_ROLLBACK"]
    return ["ANCHOR_LAG"] if anchor["n"] < office.tail.n else []


def hold_on(codes: Iterable[str]) -> None:
    """Stop before anything is written when the anchor says that history was rolled back."""
    for code in codes:
        if code in ("ANCHOR_ROLLBACK", "ANCHOR_MISSING"):
            raise Fault("store.hold", code=code)
