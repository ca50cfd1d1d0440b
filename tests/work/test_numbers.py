"""The first page's numbers: each is what the lines of the people in sight add up to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.moment import add_days
from app.base.words import Refused
from app.work.demo.stage import Stage
from app.work.judged import Member
from app.work.numbers import MOST, WEEKS, HomeNumbers, home
from app.work.office import Office
from app.work.perform import perform
from app.work.period import sign_out
from app.work.roster import in_sight
from tests.work.onstage import LEARNER, QA, copied
from tests.work.seeing import code_of, done, new_person, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("numbers"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def told(office: Office) -> HomeNumbers:
    """The numbers; a refusal fails the test."""
    answer = home(office)
    assert isinstance(answer, HomeNumbers), answer
    return answer


def staying(office: Office) -> list[Member]:
    """Those in sight who have not left."""
    found = in_sight(office, None)
    assert not isinstance(found, Refused)
    assert any(one.line.gone for one in found)
    return [one for one in found if not one.line.gone]


def test_they_are_the_sums_of_those_who_have_not_left(qa: Office) -> None:
    shown, members = told(qa), staying(qa)
    assert (shown.people, shown.met, shown.of) == (
        len(members), sum(one.met for one in members), sum(one.of for one in members)
    )  # fmt: skip
    assert shown.overdue == sum(one.line.overdue for one in members) > shown.overdue_people
    assert shown.overdue_people == sum(one.line.overdue > 0 for one in members) < shown.people


def test_departments_divide_all_of_it(qa: Office) -> None:
    shown = told(qa)
    parts = shown.departments
    assert sum(one.met for one in parts) == shown.met and sum(one.of for one in parts) == shown.of
    assert [one.dept for one in parts] == sorted({one.line.dept for one in staying(qa) if one.of})


def test_attention_names_those_who_need_it_most(qa: Office) -> None:
    shown = told(qa).attention
    most = sorted((one.line.overdue for one in staying(qa)), reverse=True)[:MOST]
    assert [one.overdue for one in shown if not one.waiting] == most[: len(shown)] and len(shown) == MOST


def test_an_end_counts_in_its_own_week(played: Stage, qa: Office) -> None:
    end = min(end for one in staying(qa) for end in one.ends)
    while qa.clock.now().instant.day < add_days(end, -10):
        played.cast.clock.advance(86_400_000)
    shown = told(signed_in_anew(played))
    assert len(shown.weeks) == WEEKS and [one.start for one in shown.weeks[:2]] == [
        add_days(end, -10), add_days(end, -3)
    ]  # fmt: skip
    assert shown.weeks[0].n == 0 < shown.weeks[1].n <= shown.expiring


def signed_in_anew(played: Stage) -> Office:
    """QA, whose period may be over."""
    played.close()
    return played.enter(QA)


def test_what_no_centre_has_is_told_with_the_logs(qa: Office) -> None:
    before = told(qa)
    done(perform(qa, new_person(qa, "N-1")))
    shown = told(qa)
    assert (shown.entries, shown.here) == (qa.tail.n, before.here + qa.tail.n - before.entries)
    assert [(one.entries, one.own) for one in shown.logs] == [(qa.tail.n, True)]
    assert shown.here == shown.entries - shown.logs[0].received


def test_a_learner_is_told_of_one_person_and_nobody_of_none(played: Stage) -> None:
    learner = signed_in(played, LEARNER)
    shown = told(learner)
    assert shown.people == 1 and [one.people for one in shown.departments] == [1]
    sign_out(learner)
    assert code_of(home(learner)) == "session.none"
