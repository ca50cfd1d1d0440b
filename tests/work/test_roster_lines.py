"""The list of people again: filters, orders and sight, each held against the lines themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.work.crowd import bare
from app.work.demo.stage import Stage
from app.work.judged import PersonLine
from app.work.office import Office
from app.work.roster import People, PeopleQuery, choices, in_sight, key_of, people
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, TRAINER, copied
from tests.work.seeing import signed_in

ORDERS: dict[str, Callable[[PersonLine], object]] = {
    "overdue": lambda one: one.overdue,
    "expiring": lambda one: one.expiring,
    "number": lambda one: one.number.casefold(),
    "dept": lambda one: one.dept.casefold(),
    "job": lambda one: ", ".join(one.jobs).casefold(),
}


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("roster_lines"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def told(office: Office, **query: object) -> People:
    """The people that fit; a refusal fails the test."""
    answer = people(office, PeopleQuery(**query))  # type: ignore[arg-type]
    assert isinstance(answer, People), answer
    return answer


def test_counts_are_of_the_lines_and_a_state_chooses_among_them(qa: Office) -> None:
    whole = told(qa)
    assert whole.counts == Counter(key_of(one.worst) for one in whole.lines) and len(whole.counts) > 1
    rarest = min(whole.counts, key=lambda key: whole.counts[key])
    some = told(qa, state=rarest)
    assert some.shown == len(some.lines) == whole.counts[rarest] and some.counts == whole.counts
    assert {key_of(one.worst) for one in some.lines} == {rarest}


def test_each_filter_leaves_those_that_it_names(qa: Office) -> None:
    every = told(qa).lines
    titles = dict(choices(qa).jobs)
    assert set(choices(qa).depts) == {one.dept for one in told(qa, gone=True).lines}
    assert told(qa, dept="FIL").lines == tuple(one for one in every if one.dept == "FIL")
    assert told(qa, job="FIL-OP").lines == tuple(one for one in every if titles["FIL-OP"] in one.jobs)
    assert [one.number for one in told(qa, text="BARAD fil").lines] == [LEARNER_NUMBER]


def test_whoever_left_is_listed_only_when_asked_for(qa: Office) -> None:
    stay, every = told(qa), told(qa, gone=True)
    assert every.total == every.shown > stay.shown == stay.total
    assert told(qa, dept="FIL").total == stay.total and told(qa, dept="FIL", gone=True).total == every.total
    assert {one.pid for one in every.lines if not one.gone} == {one.pid for one in stay.lines}


def test_a_name_is_found_without_its_accents(qa: Office) -> None:
    whole = next(one for one in told(qa).lines if bare(one.name) != one.name.casefold())
    for text in (bare(whole.name), whole.name, whole.name.upper()):
        assert whole.pid in {one.pid for one in told(qa, text=text).lines}
    part = people(qa, PeopleQuery(text=bare(whole.name)), whole=False)
    assert isinstance(part, People) and whole.pid in {one.pid for one in part.lines}


@pytest.mark.parametrize("sort", sorted(ORDERS))
def test_each_order_is_its_own_and_not_the_names(qa: Office, sort: str) -> None:
    values = [ORDERS[sort](one) for one in told(qa, sort=sort).lines]
    assert values == sorted(values) != [ORDERS[sort](one) for one in told(qa).lines]  # type: ignore[type-var]


@pytest.mark.req("R-PRV-02")
def test_a_trainer_sees_the_department_and_a_learner_the_own_line(played: Stage) -> None:
    trainer = signed_in(played, TRAINER)
    assert {one.dept for one in told(trainer, gone=True).lines} == {"FIL"} == set(choices(trainer).depts)
    learner = signed_in(played, LEARNER)
    assert [one.number for one in told(learner, gone=True).lines] == [LEARNER_NUMBER]
    assert len(in_sight(learner, None)) == 1  # type: ignore[arg-type]
