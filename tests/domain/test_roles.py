"""Roles: grants, revocations, scope, dates; attacks on who may give what to whom."""

from __future__ import annotations

import pytest

from app.base.moment import Instant, instant_at, utc_ms
from app.base.say import say
from app.base.words import Refused
from app.domain import roles
from app.domain.roles import (
    APART,
    Facts,
    Grant,
    GrantRole,
    Place,
    RevokeRole,
    Roles,
    decide,
    together,
    two_person,
)
from app.domain.who import Who

LOG = "countersign.local.invalid/leiden/d1/0"
QA = Who(uid="u_qa", pid="p_qa", role="qa", lvl="full", sess="s_1")
NOW: Instant = instant_at(utc_ms("2026-11-20T12:00:00.000Z"), "Europe/Amsterdam")


def day(number: int) -> str:
    return f"2026-11-{number:02d}T00:00:00.000Z"


def before(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1] < other[1]


def told(seq: int, role: str = "trainer", **over: object) -> Grant:
    known = {"uid": "u_1", "site": "leiden", "dept": None, "start": day(1), "end": None, "grade": None}
    return Grant(**{**known, "role": role, "place": (LOG, seq), **over})  # type: ignore[arg-type]


def held(*steps: tuple[str, Grant]) -> Roles:
    found = Roles(before)
    for verb, grant in steps:
        (found.grant if verb == "give" else found.revoke)(grant)
    return found


def at(found: Roles, seq: int, utc: str = day(5), *, dept: str | None = None, role: str = "trainer") -> bool:
    return found.holds("u_1", role, (LOG, seq), utc, "leiden", dept)


# ---- in history


@pytest.mark.req("R-ACC-21")
def test_a_grant_counts_only_after_its_own_place() -> None:
    found = held(("give", told(5)))
    assert [at(found, seq) for seq in (4, 5, 6)] == [False, False, True]


@pytest.mark.req("R-ACC-04")
def test_a_grant_holds_from_its_first_instant_up_to_its_last() -> None:
    found = held(("give", told(1, start=day(3), end=day(5))))
    assert [at(found, 2, day(n)) for n in (2, 3, 4, 5)] == [False, True, True, False]
    assert at(found, 2, "2026-11-04T23:59:59.999Z")


@pytest.mark.req("R-ACC-21")
def test_a_grant_for_one_department_reaches_no_other() -> None:
    found = held(("give", told(1, dept="FIL")))
    assert [at(found, 2, dept=dept) for dept in ("FIL", "PKG", None)] == [True, False, False]
    assert not found.holds("u_1", "trainer", (LOG, 2), day(5), "haarlem", "FIL")
    assert found.holds("u_1", "trainer", (LOG, 2), day(5), "leiden", "PKG", anywhere=True)


@pytest.mark.req("R-ACC-21")
def test_a_revocation_ends_from_its_own_place_on() -> None:
    found = held(("give", told(1)), ("take", told(5)))
    assert [at(found, seq) for seq in (2, 5, 6)] == [True, True, False]


@pytest.mark.parametrize(
    ("granted", "revoked", "left"),
    [
        ("FIL", "PKG", True),
        ("FIL", "FIL", False),
        ("FIL", None, False),
        (None, "FIL", True),
        (None, None, False),
    ],
)
def test_a_revocation_ends_only_what_lies_within_its_scope(granted: str, revoked: str, left: bool) -> None:
    found = held(("give", told(1, dept=granted)), ("take", told(5, dept=revoked)))
    assert at(found, 6, dept="FIL") == left


def test_a_revocation_ends_its_own_role_only() -> None:
    found = held(("give", told(1)), ("give", told(2, "assessor")), ("take", told(5)))
    assert found.held("u_1", (LOG, 6), day(5)) == {"assessor"}


def test_what_is_given_again_after_a_revocation_counts_again() -> None:
    found = held(("give", told(1)), ("take", told(5)), ("give", told(8)))
    assert [at(found, seq) for seq in (4, 6, 8, 9)] == [True, False, False, True]


def test_a_revocation_of_somebody_else_changes_nothing() -> None:
    found = held(("give", told(1)), ("take", told(5, uid="u_2")))
    assert at(found, 6)
    assert found.ends("u_2", "trainer") == [told(5, uid="u_2")]


def test_what_history_tells_of_roles_is_told_back() -> None:
    found = held(("give", told(1, start=day(3), end=day(5))), ("give", told(2)), ("take", told(7)))
    assert found.moments("u_1") == [day(1), day(3), day(5)]
    assert found.turns() == [(LOG, 1), (LOG, 2), (LOG, 7)]
    assert list(found.accounts()) == ["u_1"]


def test_a_body_is_read_as_formats_tell_it() -> None:
    body = {
        "uid": "u_1",
        "role": "qa",
        "scope": {"site": "leiden", "dept": "FIL"},
        "from": day(1),
        "to": day(2),
    }
    assert roles.grant_of(body, (LOG, 1)) == told(1, "qa", dept="FIL", end=day(2))
    assert roles.grant_of({"uid": "u_1", "role": "qa"}, (LOG, 1)) == told(1, "qa", site=None, start="")


# ---- decide


def facts(**over: object) -> Facts:
    known = {"pid": "p_1", "held": frozenset(), "left": 5, "competent_seen": True, "site": "leiden"}
    return Facts(**{**known, **over})  # type: ignore[arg-type]


def give(role: str = "trainer", **over: object) -> GrantRole:
    known = {"uid": "u_1", "role": role, "dept": "FIL", "start": day(1), "why": "NEW_TASK"}
    return GrantRole(**{**known, **over})  # type: ignore[arg-type]


def take(role: str = "trainer", **over: object) -> RevokeRole:
    return RevokeRole(**{"uid": "u_1", "role": role, "dept": "FIL", "why": "LEFT", **over})  # type: ignore[arg-type]


REFUSED = [
    (give(), facts(pid=None), "account.unknown"),
    (give(), facts(pid="p_qa"), "role.own"),
    (take(), facts(pid="p_qa", held=frozenset({"trainer"})), "role.own"),
    (give(why=None), facts(), "why.missing"),
    (give("king"), facts(), "role.unknown"),
    (give("admin"), facts(held=frozenset({"trainer"})), "role.not_together"),
    (give("trainer"), facts(held=frozenset({"admin"})), "role.not_together"),
    (give(end=day(1)), facts(), "role.ends_first"),
    (give(grade="W"), facts(), "role.appointment_over"),
    (take(), facts(), "role.not_held"),
    (take("qa"), facts(held=frozenset({"qa"}), left=2), "role.too_few_left"),
    (take("manager"), facts(held=frozenset({"manager"}), left=2), "role.too_few_left"),
]


@pytest.mark.req("R-ACC-20", "R-ACC-10")
@pytest.mark.parametrize(("command", "known", "code"), REFUSED)
def test_what_nobody_may_give_is_refused(command: GrantRole | RevokeRole, known: Facts, code: str) -> None:
    refused = decide(command, known, QA, NOW)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert say(f"refused.{code}", refused.about)


def test_a_grant_is_told_as_formats_tell_it() -> None:
    (change,) = decide(give(end=day(9)), facts(), QA, NOW)  # type: ignore[misc]
    scope = {"site": "leiden", "dept": "FIL"}
    body = {"uid": "u_1", "role": "trainer", "scope": scope, "from": day(1), "to": day(9), "grade": None}
    assert (change.ACT, change.NOUN, change.id, change.body) == ("role.grant", "role", "u_1", body)


def test_a_revocation_begins_now_and_needs_nobody_left_for_a_trainer() -> None:
    (change,) = decide(take(), facts(held=frozenset({"trainer"}), left=0), QA, NOW)  # type: ignore[misc]
    assert (change.ACT, change.body["from"], change.body["to"]) == ("role.revoke", NOW.utc, None)


def test_three_approvers_left_are_enough() -> None:
    answer = decide(take("qa"), facts(held=frozenset({"qa"}), left=3), QA, NOW)
    assert not isinstance(answer, Refused)


def test_appointments_end_with_the_first_competent_signature() -> None:
    assert not isinstance(decide(give(grade="W"), facts(competent_seen=False), QA, NOW), Refused)


@pytest.mark.req("R-ACC-20")
@pytest.mark.parametrize("other", sorted(APART))
def test_an_administrator_holds_no_role_over_training(other: str) -> None:
    assert not together("admin", {other})
    assert not together(other, {"admin", "learner"})
    assert together("admin", {"learner", "inspector"})
    assert together("learner", {"admin"})


@pytest.mark.req("R-ACC-10")
@pytest.mark.parametrize(
    ("act", "role", "grade", "two"),
    [
        ("role.grant", "qa", None, True),
        ("role.revoke", "manager", None, True),
        ("role.grant", "admin", None, True),
        ("role.grant", "trainer", "W", True),
        ("role.grant", "trainer", None, False),
        ("role.revoke", "trainer", "W", False),
        ("key.enrol", "qa", None, False),
    ],
)
def test_high_roles_and_appointments_need_two_approvals(
    act: str, role: str, grade: str | None, two: bool
) -> None:
    assert two_person(act, {"role": role, "grade": grade}) == two
