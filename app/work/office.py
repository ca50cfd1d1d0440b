"""The one open site of this process: stores, keys, clock and the live standing of persons.

- Built after an unlock; verbs take it as their first argument and keep nothing themselves.
- The writer's place is held from open to close; a second opener is refused.
- What a command adds to memory (tail, standing) is taken in only after its transaction was committed.
- The anchor outside the store is written once per command, before anything is reported as done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.audit.believed import Believed
from app.audit.walk import hlc_of, in_order
from app.base.codec import b64u, pack
from app.base.entry import Entry, read
from app.base.faults import Fault
from app.base.ids import Random
from app.base.moment import Clock, Reading
from app.base.words import Json
from app.domain.standing import Standing
from app.proof.chain import leaf
from app.proof.device import Device
from app.proof.esign import thumbprint
from app.proof.vaultfile import Vault
from app.store import history, pkeys, state
from app.store.lock import WriterLock
from app.store.state import places
from app.store.tx import Store, Tx
from app.work.clocks import Judged, judge
from app.work.lockout import Lockout
from app.work.pending import Pending
from app.work.ring import Ring
from app.work.scribe import Written
from app.work.secrets import DeviceSecrets, load_anchor
from app.work.session import Session
from app.work.tail import Tail, load_tail


@dataclass(slots=True)
class Office:
    """Everything that a verb needs of the open site. `waiting` counts the events that are not in the chain yet; `strays`
    are person keys that history doesn't know; `jump` is a jump of the clock that no entry tells of yet; `witnessed` is the
    size of this device's log under the newest receipt that lasts, `seen` the other logs that were held when the site was
    opened: `{<log>: {n, h}}` as the next `session.open` says it; `held` are the errors that the last verification of this
    device found: nobody signs here while there are any."""

    folder: Path
    vault: Vault
    ds: bytes
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
    gate: Lockout
    pending: Pending
    waiting: int = 0
    witnessed: int = 0
    seen: dict[str, Json] = field(default_factory=dict)
    strays: list[tuple[str, int]] = field(default_factory=list)
    session: Session | None = None
    last_reading: Reading | None = None
    jump: Judged | None = None
    spent: set[bytes] = field(default_factory=set)
    alerts: list[str] = field(default_factory=list)
    held: tuple[str, ...] = ()
    closed: bool = field(default=False)

    def read_clock(self) -> tuple[Reading, Judged]:
        """A reading of all clocks, and what it says of them compared with what was seen before."""
        now = self.clock.now()
        judged = judge(self.last_reading, self.tail.mark_ms, now)
        self.last_reading = now
        if judged.state != "ok" and self.session is not None:
            self.session.doubted = True
        if judged.state == "jump":
            before = 0 if self.jump is None else self.jump.moved
            self.jump = Judged(state="jump", moved=judged.moved + before)
        # Asking uses no doubt up: it holds until the entry that tells of it is kept.
        return now, self.jump if judged.state != "back" and self.jump is not None else judged

    def take_in(self, tail: Tail, written: Sequence[Written]) -> None:
        """After a commit: the new tail, the new standing, the ceremony that it took, then the anchor."""
        self.tail = tail
        session = self.session
        own = [
            item.entry for item in written if session and item.entry.sig and item.entry.by.sess == session.id
        ]
        if session is not None and own:
            session.signed(session.k + 1, own[-1].ts.up)
        for item in written:
            self.standing.learn(item.entry, item.leaf)
            if session is not None and _ends_period(item.entry, session.uid):
                session.doubted = True
            if judged_competent(item.entry):
                self.standing.competent_seen = True
        try:
            self.write_anchor()
        except Fault as fault:
            # The step stands: whoever did it must not be told that nothing was recorded, and do it again.
            raise Fault("anchor.behind") from fault

    def write_anchor(self) -> None:
        """Keep size and head of the log outside the store (formats §5 "Anchor")."""
        anchor: dict[str, Json] = {
            "v": 1,
            "log": self.tail.log,
            "n": self.tail.n,
            "h": b64u(self.tail.last),
            "w": self.witnessed,
            "er": len(self.standing.erased),
            "pd": self.waiting,
            "vg": self.vault.gen,
        }
        self.secrets.write("anchor", pack(anchor).decode("ascii"))

    def leave(self) -> None:
        """Close the stores and keep the writer's place; safe to call twice."""
        if not self.closed:
            self.closed = True
            self.store.close()
            self.persons.close()

    def close(self) -> None:
        """Close the stores and give the writer's place up; safe to call twice."""
        self.leave()
        self.lock.release()


def _ends_period(entry: Entry, uid: str) -> bool:
    """Whether a role, a key or the account of the person who is signed in changed (decision 12)."""
    told = uid if entry.body is None else entry.body.get("uid", entry.ent.id)
    return entry.act.split(".")[0] in ("role", "key", "code") and told == uid


def judged_competent(entry: Entry) -> bool:
    """Whether somebody was judged competent here: it ends the time of initial appointments."""
    return any(column == "verdict" and after == "COMPETENT" for column, _, after in entry.chg)


def load_believed(tx: Tx) -> Believed:
    """Who holds which key, role and session, from the entries that say so and had the right to."""
    believed = Believed()
    believed.load((read(b), b) for b in _telling(tx))
    believed.standing.competent_seen = any(
        row.get("verdict") == "COMPETENT" for row in state.rows(tx, "record")
    )
    return believed


def load_standing(tx: Tx) -> Standing:
    """The standing of `load_believed`."""
    return load_believed(tx).standing


def _telling(tx: Tx) -> Iterator[bytes]:
    """The entries without a row, and those that changed an account."""
    yield from (b for _log, _seq, b in history.landmarks(tx))
    for held in state.all_held(tx, "account"):
        yield from (b for place in places(held.trace) if (b := history.one(tx, *place)) is not None)


def commitments(tx: Tx) -> dict[tuple[str, int], str]:
    """What history commits to: (pid, version) to the commitment of the person's key; the first one holds."""
    found: dict[tuple[str, int], str] = {}
    told = [entry for _log, _seq, b in history.landmarks(tx) if (entry := read(b)).act == "person.key"]
    for entry in in_order(told, lambda one: ((one.log, one.seq), hlc_of(one.ts.hlc))):
        body = entry.body or {}
        # One of another form commits to nothing; the verifier tells of it.
        if type(body.get("ver")) is int and type(body.get("pid")) is type(body.get("commit")) is str:
            found.setdefault((body["pid"], body["ver"]), body["commit"])
    return found


def load_ring(tx: Tx, persons: Store, random: Random) -> tuple[Ring, list[tuple[str, int]]]:
    """Every person key that history commits to, and the (pid, version) of those that it doesn't."""
    committed = commitments(tx)
    with persons.read() as keys:
        held = list(pkeys.deks(keys))
    ring = Ring([key for key in held if key[:2] in committed], random)
    return ring, [key[:2] for key in held if key[:2] not in committed]


def drop_strays(office: Office) -> None:
    """Remove keys that were kept for commands which never came to their commit: nothing was sealed under them.

    Only after the anchor agreed: in a store that was rolled back they would be the keys of what is missing.
    """
    if office.strays:
        with office.persons.write() as tx:
            pkeys.remove(tx, office.strays)
        office.strays = []


def load_own_tail(tx: Tx, device: Device, standing: Standing) -> Tail:
    """The tail of the log that this device writes. Fault `store.foreign_device` for a device that history doesn't know."""
    try:
        log = standing.log_of_device(device.jkt, thumbprint)
    except KeyError:
        raise Fault("store.foreign_device") from None
    return load_tail(tx, log, device.notes_public)


def check_anchor(office: Office) -> list[str]:
    """What the anchor outside the store objects to: finding codes, empty when it agrees (trust §2.6)."""
    anchor = load_anchor(office.secrets)
    if anchor is None:
        return ["ANCHOR_MISSING"]
    if anchor["vg"] > office.vault.gen:
        return ["VAULT_MAC"]
    if anchor["log"] != office.tail.log or anchor["n"] > office.tail.n or anchor["w"] > office.witnessed:
        return ["ANCHOR_ROLLBACK"]
    if anchor["n"] == 0:
        return ["ANCHOR_LAG"] if office.tail.n else []
    with office.store.read() as tx:
        b = history.one(tx, office.tail.log, anchor["n"] - 1)
    if b is None or b64u(leaf(b)) != anchor["h"]:
        return ["ANCHOR_ROLLBACK"]
    return ["ANCHOR_LAG"] if anchor["n"] < office.tail.n else []
