"""The list of people: whole or as far as it is counted, in every order, for whoever may see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.words import Refused
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.roster import Counted, People, PeopleQuery, choices, count_on, people
from tests.work.onstage import LEARNER, LEARNER_NUMBER, MANAGER, QA, copied
from tests.work.seeing import code_of, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("roster"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


@pytest.fixture
def fresh(played: Stage) -> Office:
    """QA is signed in, on a site that was opened just now."""
    played.close()
    return played.enter(QA)


def listed(office: Office, whole: bool = True, **query: object) -> People:
    """The list."""
    found = people(office, PeopleQuery(**query), whole=whole)  # type: ignore[arg-type]
    assert isinstance(found, People)
    return found


def counted(office: Office) -> Counted:
    """A bit of counting."""
    found = count_on(office, 0.0)
    assert isinstance(found, Counted)
    return found


def test_names_come_first_and_who_is_not_counted_is_in_no_count(fresh: Office) -> None:
    part = listed(fresh, whole=False)
    assert 0 < part.left < part.total == listed(fresh).shown
    assert [line.judged for line in part.lines[:40]] == [True] * 40
    assert sum(part.counts.values()) + part.left <= part.total
    assert all(line.worst == "" and not line.overdue for line in part.lines if not line.judged)


def test_what_is_left_is_counted_among_the_same_people_as_the_total(fresh: Office) -> None:
    part, every = listed(fresh, whole=False), listed(fresh, whole=False, gone=True)
    stay, total = listed(fresh).total, listed(fresh, gone=True).total
    assert (part.total, every.total) == (stay, total) and stay < total
    assert part.left == sum(not line.judged for line in part.lines) < every.left <= total


def test_counting_bit_by_bit_ends_with_the_whole_list(fresh: Office) -> None:
    steps = [counted(fresh)]
    while steps[-1].done < steps[-1].of:
        steps.append(counted(fresh))
    assert len(steps) > 100 and [one.done for one in steps] == sorted(one.done for one in steps)
    assert not steps[0].named and steps[-1].named
    part, whole = listed(fresh, whole=False), listed(fresh)
    assert part.lines == whole.lines and part.counts == whole.counts and part.left == 0


@pytest.mark.parametrize("sort", ["name", "number", "dept", "job", "worst", "overdue", "expiring"])
def test_each_order_and_the_names_within_it(qa: Office, sort: str) -> None:
    up, down = listed(qa, sort=sort).lines, listed(qa, sort=sort, descending=True).lines
    assert up == down[::-1] and len(up) > 100


def test_filters_come_to_what_their_counts_say(qa: Office) -> None:
    every = listed(qa)
    for state, n in every.counts.items():
        assert listed(qa, state=state).shown == n
    depts = choices(qa).depts
    assert sum(listed(qa, dept=dept, gone=True).shown for dept in depts) == listed(qa, gone=True).shown


@pytest.mark.req("R-ACC-01")
def test_a_learner_sees_the_own_line_and_a_manager_a_department(played: Stage) -> None:
    own = listed(signed_in(played, LEARNER)).lines
    assert [line.number for line in own] == [LEARNER_NUMBER]
    manager = listed(signed_in(played, MANAGER))
    assert 1 < manager.total <= listed(signed_in(played, QA)).total


def test_nobody_signed_in_is_told_nothing(played: Stage) -> None:
    office = signed_in(played, QA)
    session, office.session = office.session, None
    assert code_of(people(office, PeopleQuery())) == code_of(count_on(office)) == "session.none"
    assert choices(office).depts == () and isinstance(people(office, PeopleQuery()), Refused)
    office.session = session
