"""From changes to finished entries (formats §5 and §6).

- An entry is packed once; the packed bytes are what is signed, linked, hashed and stored.
- All entries of a command share who, why and when; only the clock's counter rises from one to the next.
- Personal values are sealed here, at the last moment, for the very place that they will stand in.
- What was packed is read back and shown to the rules before anything reaches the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app import __version__
from app.base.codec import b64u, check, pack_checked
from app.base.entry import Entry, read
from app.base.faults import Fault
from app.base.ids import Random
from app.base.moment import Reading
from app.base.words import Json, Personal, Row, Value
from app.domain import wire
from app.proof.chain import row_digest
from app.store.schema import SCH
from app.store.state import DOUBT, Held, traced, with_doubts
from app.work.ring import Ring
from app.work.tail import Tail

Lookup = Callable[[str, str], Held | None]
"""Entity type and id to what the store holds of it."""


class Hand(Value, frozen=True):
    """Who writes: account, session and the role acted in."""

    uid: str
    sess: str | None
    role: str


SYS = Hand(uid="sys", sess=None, role="system")


class Reason(Value, frozen=True):
    """Why: a code, and the person's own words, sealed under the record's person or else under `pid`."""

    code: str
    text: str | None = None
    pid: str = ""


class Draft(Value, frozen=True):
    """One entry before it is linked: its members without place and time, and the row before and after."""

    act: str
    t: str
    id: str
    base: tuple[str, ...]
    chg: list[list[Json]]
    body: Mapping[str, Json] | None
    before: Row | None
    after: Row | None
    trace: str = ""

    @property
    def dept(self) -> str | None:
        """The department of the row before, or of the new row (formats §5 "Roles")."""
        row = self.before if self.before is not None else self.after
        return None if row is None else row.get("dept")


class Written(Value, frozen=True):
    """One finished entry."""

    seq: int
    b: bytes
    leaf: str
    entry: Entry
    draft: Draft


def draft(item: wire.Change | wire.Act, lookup: Lookup, ring: Ring) -> Draft | None:
    """What `item` would write, or None when it changes nothing. NotCanonical for a value outside the subset, Fault
    `state.rivals` for a row that devices changed apart from each other."""
    if isinstance(item, wire.Act):
        check(item.body)
        return Draft(
            act=item.ACT, t=item.NOUN, id=item.id, base=(), chg=[], body=item.body, before=None, after=None
        )
    held = lookup(item.NOUN, item.id)
    if held is not None and len(held.heads) > 1:
        # Only QA's own decision may stand on several heads (formats §5 "Rivals"); a change like any other may not.
        raise Fault("state.rivals")
    before = None if held is None else held.row

    def opened(column: str, envelope: Any) -> str:
        return ring.open(envelope, item.NOUN, item.id, column)

    sealed = [
        [column, old, ring.seal(new, item.NOUN, item.id, column) if isinstance(new, Personal) else new]
        for column, old, new in wire.difference(before, wire.columns(item), opened)
    ]
    if not sealed:
        return None
    check([after for _, _, after in sealed])
    after = wire.apply(before, item.id, sealed)
    base = () if held is None else held.heads
    return Draft(
        act=item.ACT,
        t=item.NOUN,
        id=item.id,
        base=base,
        chg=sealed,
        body=None,
        before=before,
        after=after,
        trace="" if held is None else held.trace,
    )


class Scribe:
    """Writes the entries of one command on a tail of its own."""

    def __init__(
        self,
        tail: Tail,
        ring: Ring,
        site: str,
        hand: Hand,
        reason: Reason | None,
        reading: Reading,
        clk: str,
        random: Random,
    ) -> None:
        self.tail = tail
        self.ring = ring
        self.site = site
        self.hand = hand
        self.reason = reason
        self.reading = reading
        self.clk = clk
        self.random = random
        self.ms = reading.instant.ms

    def write(self, draft: Draft, sign: Callable[[bytes, Draft], str] | None = None) -> Written:
        """Finish one entry: place, time, link; then `sign` may answer the signature over its bytes."""
        members = self._members(draft)
        hlc = self.tail.hlc.after(self.ms)
        members["ts"]["hlc"] = str(hlc)
        b = pack_checked(members)
        if sign is not None:
            members["sig"] = sign(b, draft)
            b = pack_checked(members)
        self.tail.push(b, hlc, self.ms)
        return Written(seq=self.tail.n - 1, b=b, leaf=b64u(self.tail.last), entry=read(b), draft=draft)

    def _members(self, draft: Draft) -> dict[str, Any]:
        instant = self.reading.instant
        return {
            "v": 1,
            "log": self.tail.log,
            "seq": self.tail.n,
            "prev": b64u(self.tail.last),
            "ts": {
                "utc": instant.utc,
                "off": instant.off,
                "zone": instant.zone,
                "hlc": "",
                "boot": self.reading.boot,
                "up": self.reading.up,
                "clk": self.clk,
            },
            "by": {"uid": self.hand.uid, "sess": self.hand.sess, "role": self.hand.role},
            "scope": {"site": self.site, "dept": draft.dept},
            "act": draft.act,
            "ent": {"t": draft.t, "id": draft.id, "base": sorted(draft.base)},
            "chg": draft.chg,
            "post": None if draft.after is None else row_digest(draft.after),
            "body": draft.body,
            "why": self._why(draft),
            "sig": None,
            "app": __version__,
            "sch": SCH,
        }

    def _why(self, draft: Draft) -> dict[str, Json] | None:
        if self.reason is None:
            return None
        if self.reason.text is None:
            return {"code": self.reason.code, "text": None}
        pid = (draft.after or draft.before or {}).get("pid") or self.reason.pid
        words = Personal(pid, self.reason.text)
        return {"code": self.reason.code, "text": self.ring.seal(words, draft.t, draft.id, "why.text")}


def rows_after(written: Sequence[Written]) -> dict[str, tuple[list[Held], list[Held]]]:
    """The rows that a command leaves, by entity type: (new ones, changed ones)."""
    tables: dict[str, tuple[list[Held], list[Held]]] = {}
    for item in written:
        if item.draft.after is None:
            continue
        new, changed = tables.setdefault(item.draft.t, ([], []))
        trace = traced(_answered(item), item.entry.log, item.seq)
        held = Held(row=item.draft.after, heads=(item.leaf,), utc=item.entry.ts.utc, trace=trace)
        (new if item.draft.before is None else changed).append(held)
    return tables


def _answered(item: Written) -> str:
    """The row's trace before: what QA changes is QA's from then on, but a record in doubt is only ever declared void."""
    before = item.draft.trace
    answers = item.entry.by.role == "qa" and item.draft.t != "record"
    return with_doubts(before, ()) if answers and DOUBT in before else before
