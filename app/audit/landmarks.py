"""The entries without a row, judged in the order of history: they say who may what from then on (formats §5).

- What fails its own check is told and teaches nothing; sessions and what was seen of other logs are always learned.
- An account's roles never go together with admin; three persons who can approve always stay.
- How each log must begin, and whether what it saw of others is what is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import msgspec

from app.audit.findings import Findings
from app.audit.fold import UNTOUCHED, Row
from app.audit.personal import Personal, entity_of, in_change
from app.audit.rights import LATE_HOURS, Coverage, Rights, cover_of
from app.audit.shape import ORIGIN, Shapes, canonical
from app.audit.signatures import Signatures
from app.audit.twos import Twos, is_two
from app.audit.walk import Cover, hlc_of, in_order
from app.base.codec import b64u
from app.base.entry import Entry, read
from app.base.words import Json
from app.domain.roles import APPOINTED, LEAST_APPROVERS, ROLES, Place, together
from app.domain.standing import Standing
from app.proof import esign
from app.proof.chain import leaf
from app.proof.esign import SigBad

BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)
"""What a body of another form raises: ENTRY_SCHEMA, never a crash."""

Mark = tuple[str, int, bytes]
"""Log, seq, bytes."""


class Landmarks:
    """One pass; afterwards `standing`, `personal` and the rest say what it learned."""

    def __init__(
        self,
        personal: Personal,
        found: Findings,
        row: Callable[[str, Place], Row | None],
        covers: Mapping[str, Cover],
    ) -> None:
        self.standing = Standing()
        self._covers = covers
        self._coverage = Coverage(found, lambda _: LATE_HOURS)
        self.personal = personal
        self.found = found
        self.rights = Rights(self.standing, found, settled=False)
        self.twos = Twos(self.standing, personal, found)
        self.signatures = Signatures(self.standing, personal, found, row)
        self.centres: dict[str, Mapping[str, Json]] = {}
        self.appointed: list[tuple[Place, tuple[int, int], str]] = []
        self.moments: dict[Place, tuple[int, int]] = {}
        self.erasures = 0
        self.failed: list[Place] = []
        self.seen: list[tuple[Place, str, int, Json]] = []
        self.genesis: Entry | None = None
        self.root: Json = None
        self._shapes = Shapes()

    def read(self, marks: Iterable[Mark]) -> list[tuple[tuple[int, int], Entry, bytes]]:
        """The landmarks that can be judged, in an order that respects *before*; learns data keys on the way."""
        held = []
        for log, seq, raw in marks:
            e = self._entry(log, seq, raw)
            if e is not None:
                held.append((hlc_of(e.ts.hlc), e, raw))
        held = in_order(held, lambda item: ((item[1].log, item[1].seq), item[0]))
        for _, e, _ in held:
            if e.act == "auth.fail":
                self.failed.append((e.log, e.seq))
            if e.act in ("person.key", "person.erase"):
                self.erasures += e.act == "person.erase"
                self.personal.learn(e, self.found)
        return held

    def _entry(self, log: str, seq: int, raw: bytes) -> Entry | None:
        try:
            e = read(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.found.add("ENTRY_SCHEMA", log, seq, note="unparsable")
            return None
        faults = self._shapes.faults(e, raw)
        if faults:
            self.found.add("ENTRY_SCHEMA", log, seq, entity_of(e), "; ".join(faults))
        if not canonical(e, raw):
            self.found.add("ENTRY_NONCANON", log, seq, entity_of(e))
        # What it says counts for the place where it lies, whatever it says of its place.
        return None if "body" in faults or (e.log, e.seq) != (log, seq) else e

    def judge(self, hlc: tuple[int, int], e: Entry, raw: bytes) -> None:
        """One landmark: everything that can be found about it, then what it teaches."""
        errors = self.found.errors
        try:
            if e.act == "session.open" and e.body is not None:
                # What it saw of other logs counts for this entry already.
                self.standing.order.saw((e.log, e.seq), e.body.get("seen") or {})
            self._judge(hlc, e, raw)
            if e.act.startswith("session.") or self.found.errors == errors:
                self._learn(hlc, e, raw)
        except BROKEN as error:
            self._say("ENTRY_SCHEMA", e, f"body: {type(error).__name__}")

    def account(self, e: Entry) -> None:
        """Take over whether an account is disabled, from an entry of somebody who could and might write it.

        Nothing is told: the entry is judged with its row.
        """
        probe = Findings()
        with suppress(*BROKEN):
            Rights(self.standing, probe, settled=False).judge(e, None, None)
            if not probe.rows():
                self.standing.learn(e, "")

    def _judge(self, hlc: tuple[int, int], e: Entry, raw: bytes) -> None:
        body = e.body or {}
        if e.act == "site.genesis":
            self.twos.genesis(e, body)
        elif is_two(e):
            self.twos.judge(e, body)
        elif e.act in ("device.enrol", "device.key"):
            self.twos.device(e, body)
        self.signatures.judge(e, raw, UNTOUCHED, hlc, later=True)
        cover = cover_of(self._covers, e)
        self._coverage.judge(e, UNTOUCHED, cover)
        self.rights.judge(e, None, cover)
        if e.act.startswith("role."):
            self._granting(e, body)
        if e.act == "session.close":
            sitting = self.standing.sittings.get((e.log, body["sess"]))
            if sitting is not None and sitting.closed is not None:
                self._say("SIG_ACTOR", e, "the session was closed before")
        at = None if e.act == "site.genesis" else (e.log, e.seq)
        for spot in in_change(e):
            if self.personal.bad(spot, at, self.standing.order.before):
                self._say("ENVELOPE_BAD", e, spot[2])

    def _granting(self, e: Entry, body: dict[str, Json]) -> None:
        person = self.standing.keys.person
        if person(body["uid"]) == person(e.by.uid) or (e.by.role != "qa" and not is_two(e)):
            self._say("RBAC", e, "granter is qa and another person")

    def _learn(self, hlc: tuple[int, int], e: Entry, raw: bytes) -> None:
        body, place = e.body or {}, (e.log, e.seq)
        if e.act == "role.grant" and not self._fit(e, body):
            self._say("RBAC", e, "roles that never go together")
            return
        if e.act == "centre.descriptor" and not self._centre(e, body["jws"]):
            return
        if e.act == "session.open":
            heads = (body.get("seen") or {}).items()
            self.seen += [(place, log, head["n"], head["h"]) for log, head in heads]
        if e.act == "site.genesis":
            self.genesis, self.root = e, body["root"]
        if e.act in ("key.enrol", "key.retire", "key.reset", "role.revoke"):
            self.moments[place] = hlc
        if e.act == "role.grant" and body["grade"] == APPOINTED:
            self.appointed.append((place, hlc, entity_of(e)))
        self.standing.learn(e, b64u(leaf(raw)))
        if e.act in ("key.retire", "role.revoke"):
            left = self.standing.approvers_left((e.log, e.seq + 1), e.ts.utc)
            if len(left) < LEAST_APPROVERS:
                self._say("RBAC", e, "fewer than three are left")

    def _fit(self, e: Entry, body: dict[str, Json]) -> bool:
        """Whether the role goes together with what the person holds, in whichever account."""
        roles, keys, place = self.standing.roles, self.standing.keys, (e.log, e.seq)
        mine = {uid for uid, pid in keys.persons.items() if pid == keys.person(body["uid"])} | {body["uid"]}
        held = [grant for uid in mine for grant in roles.in_force(uid, place, e.ts.utc)]
        until = body["to"]
        overlapping = [grant.role for grant in held if until is None or grant.start < until]
        return body["role"] in ROLES and together(body["role"], overlapping)

    def _centre(self, e: Entry, jws: str) -> bool:
        """Whether the site root signed the descriptor of a centre; then it is known."""
        try:
            token = esign.parse(jws)
            jwk = self.root if type(self.root) is dict else None
            fine = token.typ == esign.CENTRE and token.kid == self.root_print()
            if fine and jwk is not None:
                esign.verify(token, esign.CENTRE, jwk)
        except (SigBad, *BROKEN):
            fine = False
        if not fine:
            self._say("SIG_BAD", e, "centre descriptor")
            return False
        self.centres[token.payload["name"]] = token.payload
        return True

    def root_print(self) -> str | None:
        """The thumbprint of the site root that the genesis names."""
        if type(self.root) is dict:
            return esign.thumbprint(self.root)
        return self.root if type(self.root) is str else None

    def _say(self, code: str, e: Entry, note: str) -> None:
        self.found.add(code, e.log, e.seq, entity_of(e), note)


def begins(known: Landmarks, log: str, first: Entry | None) -> None:
    """LOG_UNKNOWN unless a log begins as it must; `first` is its entry 0."""
    match = ORIGIN.fullmatch(log)
    if first is not None and (match is None or not _begins_well(known, first, int(match[2]))):
        known.found.add("LOG_UNKNOWN", log, 0, entity_of(first))


def _begins_well(known: Landmarks, first: Entry, epoch: int) -> bool:
    if epoch > 0:
        return first.act == "log.restore"
    if first.act == "site.genesis":
        return known.genesis is None or known.genesis.log == first.log
    before = known.standing.order.before
    return first.act == "session.open" and any(
        machine.log == first.log and before(machine.place, (first.log, first.seq))
        for machine in known.standing.machines
    )
