"""Whether who wrote an entry could and might (formats §5 "Roles", "Commands", "What must be covered"; §6 sessions).

- A person's entry lies in an open session of that account in that log; one without a session is signed, approved or covered.
- The role is held then and there for the row's department; inspectors and administrators write only what is theirs.
- A machine writes only starred acts, without a change.
- Rows of covered types change only under a signature; rivals are settled by QA, signed, with a reason.
- The entries of a command agree on who, why and when, carry no signature of their own, and are one for each entity.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from typing import NamedTuple

from app.audit.findings import Findings
from app.audit.fold import Row, Step
from app.audit.personal import entity_of
from app.audit.walk import PRINT, Cover, print_of
from app.base.entry import Actor, Entry, Scope, Why
from app.base.moment import UTC_TEXT, utc_ms
from app.base.words import Json
from app.domain.roles import ONLY
from app.domain.signatures import COVERED
from app.domain.standing import Standing

MACHINES = frozenset({"sys", "centre"})
STARRED = frozenset(
    {
        "clock.jump",
        "anchor.lag",
        "backup.ok",
        "sync.blocked",
        "auth.fail",
        "auth.lock_reset",
        "rbac.denied",
        "person.key",
        "session.close",
        "site.genesis",
    }
)
"""What a machine may write."""
LATE_HOURS = 24
HOUR = 3_600_000
CROWD = 100_000

Covered = tuple[int, int, bytes]
"""Seq of the signed entry, first covered seq, mark (walk.Cover)."""


class _Answer(NamedTuple):
    after: int
    until: int
    start: str
    end: str
    holds: bool


class _Last(NamedTuple):
    until: int
    log: str
    by: Actor
    scope: Scope
    utc: str
    noun: str

    def asks(self, e: Entry) -> bool:
        """Whether an entry asks the very same as this one did."""
        same = e.by == self.by and e.scope == self.scope and e.ts.utc == self.utc
        return same and e.act.startswith(self.noun) and e.log == self.log


class Rights:
    """Asks one standing. `settled` says that it learns no more, so that answers may be kept."""

    def __init__(self, standing: Standing, found: Findings, *, settled: bool) -> None:
        self.standing = standing
        self._found = found
        self._settled = settled
        self._answers: dict[tuple[str, str, str, str, str | None, bool], _Answer] = {}
        self._turns: dict[str, list[int]] = {}
        self._last: _Last | None = None

    def judge(self, e: Entry, row: Row | None, cover: Covered | None) -> None:
        """RBAC and SIG_ACTOR of one entry; `row` is that before, or the new one; None without."""
        if e.by.uid in MACHINES:
            by = e.by
            if by.sess is not None or by.role != "system" or e.act not in STARRED or e.chg:
                self._say("RBAC", e, "a machine may not")
            return
        if e.scope.dept != (None if row is None else row.get("dept")):
            self._say("RBAC", e, "scope.dept is not the row's")
        known = self._last
        if known is None or e.seq > known.until or not known.asks(e):
            self._wholly(e, cover)

    def _wholly(self, e: Entry, cover: Covered | None) -> None:
        """Session and role, asked for anew; kept when all is well, because a command's entries ask the same."""
        errors = self._found.errors
        if not self._sits(e, covered=cover is not None):
            self._say("SIG_ACTOR", e, "no such open session")
        noun = e.act.partition(".")[0]
        if not self.holds(e, anywhere=noun == "session"):
            self._say("RBAC", e, f"{e.by.uid} is not {e.by.role} here")
        only = ONLY.get(e.by.role)
        if only is not None and noun not in only:
            self._say("RBAC", e, f"{e.by.role} does {e.act}")
        if self._settled and e.by.sess is not None and self._found.errors == errors:
            answer = self._answers[e.log, e.by.uid, e.by.role, e.scope.site, e.scope.dept, noun == "session"]
            closed = self.standing.sittings[e.log, e.by.sess].closed
            until = answer.until if closed is None else min(answer.until, closed)
            self._last = _Last(until, e.log, e.by, e.scope, e.ts.utc, f"{noun}.")

    def holds(self, e: Entry, *, anywhere: bool = False) -> bool:
        """Whether the entry's account holds its role for its scope."""
        by, scope, utc = e.by, e.scope, e.ts.utc
        key = (e.log, by.uid, by.role, scope.site, scope.dept, anywhere)
        known = self._answers.get(key)
        if known is None or not (known.after < e.seq <= known.until and known.start <= utc < known.end):
            held = self.standing.roles.holds(
                by.uid, by.role, (e.log, e.seq), utc, scope.site, scope.dept, anywhere=anywhere
            )
            if not self._settled:
                return held
            if len(self._answers) > CROWD:
                self._answers.clear()
            known = self._answers[key] = self._answer(e, holds=held)
        return known.holds

    def _answer(self, e: Entry, *, holds: bool) -> _Answer:
        """The answer with the span in which nothing can change it."""
        edges = self._turns.get(e.log)
        if edges is None:
            # A grant counts from the next entry on; what the opening of a session saw counts for that entry itself.
            told = {seq for log, seq in self.standing.roles.turns() if log == e.log}
            seen = {seq - 1 for seq in self.standing.order.sights(e.log)}
            edges = self._turns[e.log] = sorted(told | seen)
        moments = self.standing.roles.moments(e.by.uid)
        at, when = bisect_left(edges, e.seq), bisect_right(moments, e.ts.utc)
        return _Answer(
            after=edges[at - 1] if at else -1,
            until=edges[at] if at < len(edges) else 2**62,
            start=moments[when - 1] if when else "",
            end=moments[when] if when < len(moments) else "~",
            holds=holds,
        )

    def _sits(self, e: Entry, *, covered: bool) -> bool:
        sess = e.by.sess
        if e.act == "session.open":
            return e.body is not None and sess in (None, e.body["sess"])
        if sess is None:
            return e.sig is not None or covered or bool(e.body and e.body.get("appr"))
        sitting = self.standing.sittings.get((e.log, sess))
        return (
            sitting is not None
            and sitting.uid == e.by.uid
            and sitting.opened < e.seq
            and (sitting.closed is None or sitting.closed >= e.seq)
        )

    def _say(self, code: str, e: Entry, note: str) -> None:
        self._found.add(code, e.log, e.seq, entity_of(e), note)


class Coverage:
    """Whether changes stand under signatures, and commands hold together."""

    def __init__(self, found: Findings, late_hours: Callable[[Entry], int]) -> None:
        self._found = found
        self._late_hours = late_hours
        self._same: tuple[Actor, Why | None, str, str] | None = None
        self._print = b""

    def judge(self, e: Entry, step: Step, cover: Covered | None) -> None:
        """SIG_BAD, SIG_SUBJECT, RBAC and ENTRY_SCHEMA of one entry with a row."""
        if e.chg and not e.act.startswith(f"{e.ent.t}."):
            self._say("RBAC", e, "the act is another type's")
        if e.chg and e.ent.t in COVERED and cover is None:
            self._say("SIG_BAD", e, "changes a covered row without a signature")
        if cover is not None:
            self._together(e, step, cover)
        if len(e.ent.base) > 1 and not all(column.startswith("reg_") for column, _, _ in e.chg):
            if cover is None or e.by.role != "qa":
                self._say("RBAC", e, "rivals are settled by qa, signed")
            if e.why is None:
                self._say("ENTRY_SCHEMA", e, "why is missing")
        if any(c == "done" and to is not None and not _is_utc(to) for c, _, to in e.chg):
            self._say("ENTRY_SCHEMA", e, "done")
        if e.why is None and self._is_late(e):
            self._say("ENTRY_SCHEMA", e, "late without why")

    def _together(self, e: Entry, step: Step, cover: Covered) -> None:
        signed, first, command = cover
        if signed != e.seq:
            same = (e.by, e.why, e.ts.utc, e.scope.site)
            if same != self._same:
                self._same, self._print = same, print_of(e)
            if self._print != command[:PRINT] or e.sig is not None:
                self._say("SIG_SUBJECT", e, "another command's entry is covered")
        if step.last >= first:
            self._say("SIG_SUBJECT", e, "one entity twice in a command")

    def _is_late(self, e: Entry) -> bool:
        done = next((becomes for column, _, becomes in e.chg if column == "done"), None)
        if type(done) is not str:
            return False
        try:
            return abs(utc_ms(e.ts.utc) - utc_ms(done)) > self._late_hours(e) * HOUR
        except (TypeError, ValueError):
            return False

    def _say(self, code: str, e: Entry, note: str) -> None:
        self._found.add(code, e.log, e.seq, entity_of(e), note)


def _is_utc(value: Json) -> bool:
    return type(value) is str and UTC_TEXT.fullmatch(value) is not None


def cover_of(covers: Mapping[str, Cover], e: Entry) -> Covered | None:
    """What stands over an entry."""
    cover = covers.get(e.log)
    return None if cover is None else cover.of(e.seq)
