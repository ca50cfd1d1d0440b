"""Which role may ask for what (I-02, S5; formats §5 "Roles", §6 "Sides").

- The least that the task needs: an administrator opens accounts and sees no training; a learner signs for nobody else.
- What a signature means narrows it further: see signatures.py.
- Where the role holds (site and department) is asked where the facts are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.words import Value
from app.domain.accounts import OpenAccount, SetAccount
from app.domain.curricula import RegisterCurricula
from app.domain.documents import RegisterDocuments
from app.domain.jobs import Post, RegisterJobs
from app.domain.people import AddPeople, ChangePeople
from app.domain.records import SignOff, Void
from app.domain.roles import GrantRole, RevokeRole
from app.domain.settings import ChangeSetting
from app.domain.signatures import SIDE_OF, roles_for

LEARNERS = ("learner",)
ORDER = ("qa", "manager", "trainer", "assessor", "admin", "learner")
"""Where several of a person's roles would do, the first of these that reaches far enough is the one acted in."""

_MAY: Mapping[type[Value], frozenset[str]] = {
    AddPeople: frozenset({"qa", "manager"}),
    ChangePeople: frozenset({"qa", "manager"}),
    RegisterJobs: frozenset({"qa", "manager"}),
    Post: frozenset({"qa", "manager"}),
    RegisterDocuments: frozenset({"qa"}),
    RegisterCurricula: frozenset({"qa"}),
    ChangeSetting: frozenset({"qa"}),
    OpenAccount: frozenset({"qa", "admin"}),
    SetAccount: frozenset({"qa", "admin"}),
    GrantRole: frozenset({"qa"}),
    RevokeRole: frozenset({"qa"}),
    Void: frozenset({"qa"}),
}

SIGNED: Mapping[type[Value], str] = {
    RegisterDocuments: "APPROVED",
    RegisterCurricula: "APPROVED",
    ChangeSetting: "APPROVED",
    GrantRole: "APPROVED",
    RevokeRole: "APPROVED",
    Void: "VOIDED",
}
"""Commands that need a signature, and what it means; a sign-off brings its own meaning."""

READERS = frozenset({"qa", "manager", "inspector", "trainer", "assessor"})
"""Roles that may ask for somebody else's status."""


def roles_that_may(command: Value) -> frozenset[str]:
    """The roles that may give this command; empty for commands that nobody gives by hand."""
    if isinstance(command, SignOff):
        side = SIDE_OF.get(command.meaning)
        return roles_for(command.meaning) or (frozenset(LEARNERS) if side == "learner" else frozenset())
    return _MAY.get(type(command), frozenset())


def meaning_of(command: Value) -> str | None:
    """What a signature under this command means; None when it is recorded without one."""
    return command.meaning if isinstance(command, SignOff) else SIGNED.get(type(command))


def roles_to_act_in(command: Value, held: frozenset[str]) -> tuple[str, ...]:
    """The roles of `held` that the command may be given in, the one to try first at the front."""
    may = roles_that_may(command) & held
    return tuple(role for role in ORDER if role in may)
