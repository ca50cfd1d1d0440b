"""Since when somebody has had to meet a requirement: intersections of dates, and no restart by moving."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.moment import add_days
from app.domain.duties import employed, plus, running_since, terms

REQUIREMENT = {"id": "q_1", "curriculum": "c_1"}
ASSIGNMENTS = {
    "b_1": (
        {"id": "a_1", "curriculum": "c_1", "valid_from": "2022-01-01"},
        {"id": "a_2", "curriculum": "c_2"},
    )
}


def posting(start: str | None, end: str | None = None, job: str = "b_1"):
    return {"id": "j", "job": job, "valid_from": start, "valid_to": end}


@pytest.mark.req("T-01", "T-02")
def test_a_duty_runs_only_while_everything_that_makes_it_runs():
    person = {"id": "p_1", "hired": "2023-05-01", "gone": "2026-06-30"}
    found = terms(person, [posting("2015-01-01"), posting("2024-01-01", job="b_2")], ASSIGNMENTS, REQUIREMENT)
    assert found == [("2023-05-01", "2026-06-30")]
    assert terms({"id": "p_1", "gone": "2021-12-31"}, [posting("2015-01-01")], ASSIGNMENTS, REQUIREMENT) == []


@pytest.mark.req("T-24")
def test_moving_without_a_gap_does_not_restart_anything():
    moved = [("2026-01-01", "2026-01-20"), ("2026-01-21", "2026-05-31"), ("2026-06-01", "9999-12-31")]
    assert running_since(moved, "2026-07-01") == "2026-01-01"
    assert running_since([moved[0], ("2026-01-22", "9999-12-31")], "2026-07-01") == "2026-01-22"
    assert running_since(moved, "2025-12-31") is None


def test_first_and_last_days_belong_to_an_employment():
    person = {"id": "p_1", "hired": "2026-01-01", "gone": "2026-01-31"}
    days = ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01")
    assert [employed(person, day) for day in days] == [False, True, True, False]


def test_days_at_the_end_of_the_calendar_stay():
    assert plus("9999-12-31", 1) == "9999-12-31"
    assert plus("", 30) == ""
    assert plus("2026-01-31", 1) == "2026-02-01"


days = st.integers(0, 60).map(lambda n: add_days("2026-01-01", n))
spans = st.lists(st.tuples(days, days).map(lambda pair: (min(pair), max(pair))), max_size=6)


@settings(deadline=None)
@given(spans, days)
def test_every_day_back_to_the_start_is_covered(found, day):
    since = running_since(found, day)
    covered = {add_days(begin, n) for begin, end in found for n in range(61) if add_days(begin, n) <= end}
    assert (since is None) == (day not in covered)
    if since is not None:
        assert since <= day and add_days(since, -1) not in covered
        assert all(add_days(since, n) in covered for n in range(61) if add_days(since, n) <= day)
