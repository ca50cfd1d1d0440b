"""Roles that take two people to give are taken away by two as well."""

from __future__ import annotations

import pytest

from app.base.words import Done, Refused
from app.domain.roles import GrantRole, RevokeRole
from app.work.appoint import appoint
from app.work.care import check_site
from app.work.demo.stage import Stage
from tests.work.onstage import ADMIN, LEARNER, MANAGER, QA, SECOND_QA


@pytest.mark.req("R-ACC-20", "I-02")
def test_an_administrator_loses_the_role_by_two_approvals_and_the_history_stays_sound(stage: Stage) -> None:
    office = stage.enter(SECOND_QA)
    uid = stage.cast.people[ADMIN]["uid"]
    command = RevokeRole(uid=uid, role="admin", dept=None, why="MOVED")
    assert isinstance(appoint(office, command, (stage.beside(QA), stage.beside(MANAGER))), Done)
    here, now = (office.tail.log, office.tail.n), office.clock.now().instant
    assert office.standing.roles.held(uid, here, now.utc) == frozenset()
    given = stage.cast.typed(QA)
    stage.leave()
    assert check_site(stage.site, stage.secrets(), given, None).exit == 0


@pytest.mark.parametrize(
    ("username", "role", "code"),
    [
        (QA, "qa", "approval.own"),
        (SECOND_QA, "qa", "role.too_few_left"),
        (LEARNER, "learner", "approval.not_needed"),
    ],
)
def test_what_is_refused(stage: Stage, username: str, role: str, code: str) -> None:
    office = stage.enter(SECOND_QA)
    command = RevokeRole(uid=stage.cast.people[username]["uid"], role=role, dept=None, why="MOVED")
    answer = appoint(office, command, (stage.beside(QA), stage.beside(MANAGER)))
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_nobody_is_appointed_once_somebody_was_judged_competent(stage: Stage) -> None:
    office = stage.enter(SECOND_QA)
    uid = stage.cast.people[LEARNER]["uid"]
    start = office.clock.now().instant.utc
    command = GrantRole(uid=uid, role="trainer", dept="FIL", start=start, grade="W", why="INITIAL")
    answer = appoint(office, command, (stage.beside(QA), stage.beside(MANAGER)))
    assert isinstance(answer, Refused)
    assert answer.code == "role.appointment_over"
