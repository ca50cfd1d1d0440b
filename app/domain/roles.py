"""Roles: who may act as what, where and when (formats §5 "Roles"; I-02, S5).

- A grant counts for an entry that is after it and whose instant lies in from ≤ utc < to; a revocation ends, from its own
  place on, every grant of that account and role within its scope.
- Scope is a site and a department; no department means the whole site.
- Nobody grants or revokes a role of their own, judged by person; only QA does it for others.
- `admin` is never held together with trainer, assessor, manager or qa, by one person, at one time.
- At least three persons with a live key stay qa or manager.
- `qa`, `manager`, `admin` and every initial appointment (grade W) need two approvals instead of one signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from app.base.moment import Instant, utc_ms
from app.base.words import Json, Refused, Value
from app.domain.who import Who
from app.domain.wire import Act

Place: TypeAlias = tuple[str, int]
"""Where an entry stands: log and seq."""

Before: TypeAlias = Callable[[Place, Place], bool]
"""Whether the first place is before the second (formats §5 "Before, across logs")."""

ROLES = frozenset({"learner", "trainer", "assessor", "manager", "qa", "admin", "inspector"})
APART = frozenset({"trainer", "assessor", "manager", "qa"})
"""Never held together with admin."""
TWO_PERSON = frozenset({"qa", "manager", "admin"})
APPROVERS = frozenset({"qa", "manager"})
LEAST_APPROVERS = 3
APPOINTED = "W"
"""Grade of an initial appointment."""
ONLY: Mapping[str, frozenset[str]] = {
    "inspector": frozenset({"session"}),
    "admin": frozenset({"session", "account", "auth", "backup"}),
}
"""Roles that write only acts of these nouns."""


class Grant(Value, frozen=True):
    """A role given to an account, or taken away (then `place` is where it ends)."""

    uid: str
    role: str
    site: str | None
    dept: str | None
    start: str
    end: str | None
    grade: str | None
    place: Place

    def covers(self, site: str | None, dept: str | None) -> bool:
        """Whether the scope contains that site and department (None: the whole site)."""
        return self.site in (None, site) and self.dept in (None, dept)

    def runs(self, utc: str) -> bool:
        """Whether the dates contain the instant."""
        return self.start <= utc and (self.end is None or utc < self.end)


def grant_of(body: Mapping[str, Any], place: Place) -> Grant:
    """The grant or revocation that an entry's body tells."""
    scope = body.get("scope") or {}
    return Grant(
        uid=body["uid"],
        role=body["role"],
        site=scope.get("site"),
        dept=scope.get("dept"),
        start=body.get("from") or "",
        end=body.get("to"),
        grade=body.get("grade"),
        place=place,
    )


class Roles:
    """Every grant and revocation, in the order in which history tells them."""

    def __init__(self, before: Before) -> None:
        self._before = before
        self._grants: dict[str, list[Grant]] = {}
        self._ends: dict[str, list[Grant]] = {}

    def grant(self, grant: Grant) -> None:
        """Take a grant in."""
        self._grants.setdefault(grant.uid, []).append(grant)

    def revoke(self, end: Grant) -> None:
        """Take a revocation in."""
        self._ends.setdefault(end.uid, []).append(end)

    def ends(self, uid: str, role: str) -> list[Grant]:
        """Every revocation of that role of the account."""
        return [end for end in self._ends.get(uid, ()) if end.role == role]

    def in_force(self, uid: str, at: Place, utc: str) -> list[Grant]:
        """The grants of an account that count for an entry at that place and instant."""
        ends = [end for end in self._ends.get(uid, ()) if self._before(end.place, at)]
        return [
            grant
            for grant in self._grants.get(uid, ())
            if self._before(grant.place, at) and grant.runs(utc) and not self._ended(grant, ends)
        ]

    def holds(
        self, uid: str, role: str, at: Place, utc: str, site: str, dept: str | None, *, anywhere: bool = False
    ) -> bool:
        """Whether the account holds the role there and then in a scope that contains site and department."""
        return any(
            grant.role == role and (anywhere or grant.covers(site, dept))
            for grant in self.in_force(uid, at, utc)
        )

    def held(self, uid: str, at: Place, utc: str) -> frozenset[str]:
        """Every role that the account holds there and then, in whatever scope."""
        return frozenset(grant.role for grant in self.in_force(uid, at, utc))

    def accounts(self) -> Iterable[str]:
        """Every account that was ever granted a role."""
        return self._grants.keys()

    def turns(self) -> list[Place]:
        """Every place from which on some role begins or ends."""
        told = (*self._grants.values(), *self._ends.values())
        return [grant.place for grants in told for grant in grants]

    def moments(self, uid: str) -> list[str]:
        """Every instant at which a grant of the account begins or runs out, rising."""
        grants = self._grants.get(uid, ())
        return sorted(
            {grant.start for grant in grants} | {grant.end for grant in grants if grant.end is not None}
        )

    def _ended(self, grant: Grant, ends: Iterable[Grant]) -> bool:
        return any(
            end.role == grant.role
            and self._before(grant.place, end.place)
            and end.covers(grant.site, grant.dept)
            for end in ends
        )


# ---- commands


class GrantRole(Value, frozen=True, kw_only=True):
    """Give account `uid` a role for `dept` (None: the whole site) from an instant until another (UTC text; None: open).
    `grade` W is an initial appointment; `why` a code of the site's list of reasons."""

    uid: str
    role: str
    dept: str | None
    start: str
    end: str | None = None
    grade: str | None = None
    why: str | None = None


class RevokeRole(Value, frozen=True, kw_only=True):
    """Take the role away from account `uid`, within `dept` (None: wherever it is held)."""

    uid: str
    role: str
    dept: str | None
    why: str | None = None


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """`pid` of the account, None if unknown; roles its person `held` in any account while the command would hold; persons
    with a live key who stay qa or manager `left` after a revocation; whether a COMPETENT signature was ever given; the
    site's name."""

    pid: str | None
    held: frozenset[str]
    left: int
    competent_seen: bool
    site: str


# ---- changes


class RoleTold(Act, frozen=True, kw_only=True):
    """A grant or a revocation, as its entry tells it."""

    NOUN: str = "role"


# ---- rules


def together(role: str, held: Iterable[str]) -> bool:
    """Whether a person who holds `held` may hold `role` too."""
    others = frozenset(held)
    return not ((role == "admin" and others & APART) or (role in APART and "admin" in others))


def two_person(act: str, body: Mapping[str, Json]) -> bool:
    """Whether a role entry stands under two approvals instead of one signature (formats §5 "Two-person acts")."""
    high = act in ("role.grant", "role.revoke") and body.get("role") in TWO_PERSON
    return high or (act == "role.grant" and body.get("grade") == APPOINTED)


def _grant_refused(command: GrantRole, facts: Facts) -> Refused | None:
    if command.role not in ROLES:
        return Refused("role.unknown", {"role": command.role})
    if not together(command.role, facts.held):
        return Refused("role.not_together", {"role": command.role})
    if command.end is not None and utc_ms(command.end) <= utc_ms(command.start):
        return Refused("role.ends_first", {"role": command.role})
    if command.grade == APPOINTED and facts.competent_seen:
        return Refused("role.appointment_over")
    return None


# ---- decide


def decide(
    command: GrantRole | RevokeRole, facts: Facts, who: Who, now: Instant
) -> tuple[RoleTold, ...] | Refused:
    """The one entry. Refuses unknown accounts and roles, one's own roles, roles that never go together, too few left."""
    if facts.pid is None:
        return Refused("account.unknown")
    if facts.pid == who.pid:
        return Refused("role.own")
    if not command.why:
        return Refused("why.missing", {"meaning": "APPROVED"})
    scope = {"site": facts.site, "dept": command.dept}
    told: dict[str, Json] = {"uid": command.uid, "role": command.role, "scope": scope}
    if isinstance(command, RevokeRole):
        if command.role not in facts.held:
            return Refused("role.not_held", {"role": command.role})
        if command.role in APPROVERS and facts.left < LEAST_APPROVERS:
            return Refused("role.too_few_left", {"least": LEAST_APPROVERS})
        told |= {"from": now.utc, "to": None, "grade": None}
        return (RoleTold(ACT="role.revoke", id=command.uid, body=told),)
    refused = _grant_refused(command, facts)
    if refused is not None:
        return refused
    told |= {"from": command.start, "to": command.end, "grade": command.grade}
    return (RoleTold(ACT="role.grant", id=command.uid, body=told),)
