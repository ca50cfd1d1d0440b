"""Who holds which key, role and device, from those entries only that were written with the right to (formats §5).

- The judge is the verifier's own (landmarks.py): what it finds an error in is told and teaches nothing.
- In an order that respects *before*, whatever log an entry lies in and whenever it came.
- Sessions and what they saw of other logs are always learned; data keys as they stand.
- That an account is disabled or enabled counts when whoever wrote it sat in a session and held the role.
- The verifier alone judges what needs every token of a site, and the form of entries that give no right.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from app.audit.findings import Findings
from app.audit.landmarks import BROKEN, Landmarks
from app.audit.personal import Personal
from app.audit.walk import hlc_of, in_order
from app.base.entry import Entry
from app.domain.standing import TEACHING, Standing

Read = tuple[Entry, bytes]
"""An entry and its bytes."""


class Believed:
    """A standing that grows entry by entry; `standing.refused` has the places of what was not believed."""

    def __init__(self) -> None:
        self.personal = Personal()
        self._found = Findings()
        self._known = Landmarks(self.personal, self._found, lambda _key, _at: None, {})

    @property
    def standing(self) -> Standing:
        """What is known so far."""
        return self._known.standing

    def load(self, entries: Iterable[Read]) -> None:
        """Learn a whole history: every entry that may teach something, in any order."""
        told = [one for one in entries if one[0].act == "person.key" or teaches(one[0])]
        told = in_order(told, lambda one: ((one[0].log, one[0].seq), hlc_of(one[0].ts.hlc)))
        for e, raw in sorted(told, key=lambda one: one[0].act != "person.key"):
            self.take(e, raw)

    def take(self, e: Entry, raw: bytes) -> None:
        """Learn one more entry, after everything that is before it."""
        if e.act == "person.key":
            self._key(e)
        elif e.act.startswith("session."):
            with suppress(*BROKEN):
                if e.act == "session.open" and e.body is not None:
                    self.standing.order.saw((e.log, e.seq), e.body.get("seen") or {})
                self.standing.learn(e, "")
        elif e.chg:
            if e.ent.t == "account":
                self._known.account(e)
        elif teaches(e):
            self._judged(e, raw)

    def _key(self, e: Entry) -> None:
        errors = self._found.errors
        self.personal.learn(e, self._found)
        if self._found.errors != errors:
            self.standing.refused[e.log, e.seq] = self._found.rows()[-1].code

    def _judged(self, e: Entry, raw: bytes) -> None:
        errors = self._found.errors
        held = self._known.read([(e.log, e.seq, raw)])
        for hlc, one, b in held:
            self._known.judge(hlc, one, b)
        if self._found.errors != errors or not held:
            self.standing.refused[e.log, e.seq] = self._found.rows()[-1].code


def teaches(e: Entry) -> bool:
    """Whether an entry may say something of keys, roles, sessions, devices, centres or accounts."""
    return e.act in TEACHING if not e.chg else e.ent.t == "account"
