"""Rows of a full HR export, one rule each."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.work.feeds.feed import Feed
from app.work.feeds.people import read_people
from tests.work.feeds.conftest import TODAY, ZONE, Rows
from tests.work.feeds.making import export


@pytest.fixture
def read(rows: Rows, write):
    def reading(*people: dict[str, str]) -> Feed:
        file = write("people.csv", export(*people))
        return read_people(file, rows.known_people(), TODAY, ZONE, random=rows.random)

    return reading


ONE_ROW = [
    ({"number": ""}, "person.number_missing", "rejected"),
    ({"given": "", "family": "."}, "person.name_missing", "rejected"),
    ({"gone": "31.01.2020"}, "person.ends_before_start", "rejected"),
    ({"hired": "30.02.2020"}, "date.impossible", "rejected"),
    ({"hired": "01/02/2020"}, "date.ambiguous", "held"),
    ({"hired": "spring"}, "date.unreadable", "rejected"),
    ({"hired": "01.02.1911"}, "date.out_of_range", "rejected"),
    ({"fte": "most"}, "number.unreadable", "rejected"),
    ({"manager": "HB9"}, "person.manager_unknown", "rejected"),
    ({"number": "HВ1"}, "id.lookalike", "rejected"),
    ({"number": " HB1"}, "id.whitespace", "accepted"),
    ({"given": "x" * 201}, "person.name_too_long", "rejected"),
    ({"remarks": "x" * 8_001}, "text.too_long", "rejected"),
    ({"remarks": "a\0b"}, "text.nul", "rejected"),
    ({"building": "Noord\u202e"}, "text.control", "rejected"),
    ({"remarks": "@SUM(A1)"}, "text.formula", "accepted"),
    ({"second_job": "WHS-OP"}, "person.job_dates", "rejected"),
]


@pytest.mark.req("M-01")
@pytest.mark.parametrize(("told", "code", "outcome"), ONE_ROW)
def test_a_flaw_is_named_and_the_other_row_is_taken(
    read, told: dict[str, str], code: str, outcome: str
) -> None:
    feed = read(told, {"number": "HB2", "external": "P2", "login": ""})
    (defect,) = feed.defects
    assert (defect.code, defect.outcome, defect.at.row, defect.at.line) == (code, outcome, 2, 2)
    assert (feed.accepted, feed.rows_in) == (2 if outcome == "accepted" else 1, 2)
    assert defect.say and defect.what_to_do


def test_a_slashed_date_with_a_number_above_twelve_is_in_order(read) -> None:
    feed = read({"hired": "13/02/2020", "job_from": "02/13/2020"})
    assert feed.defects == ()
    assert feed.commands[1].rows[0].hired == feed.commands[2].postings[0].valid_from == "2020-02-13"


def test_a_number_goes_to_the_first_person_only(read) -> None:
    feed = read({}, {"external": "P2", "login": ""}, {"login": "other"})
    assert [(d.code, d.also.row) for d in feed.defects] == [
        ("person.number_repeated", 2),
        ("person.row_repeated", 2),
    ]


def test_a_number_held_by_somebody_else_is_not_given_away(read, rows: Rows) -> None:
    rows.perform(read({}))
    feed = read({"external": "P2", "login": ""})
    assert [defect.code for defect in feed.defects] == ["person.number_reused"]
    assert feed.commands == ()


def test_a_second_number_within_one_employment_is_refused(read, rows: Rows) -> None:
    rows.perform(read({}))
    assert [defect.code for defect in read({"number": "HB2"}).defects] == ["person.second_number"]


def test_a_manager_whose_own_row_falls_is_left_out(read) -> None:
    feed = read({"number": "HB2", "external": "P2", "hired": "31.02.2020", "login": ""}, {"manager": "HB2"})
    assert [(d.code, d.outcome) for d in feed.defects][1] == ("person.manager_not_taken", "accepted")
    assert Rows().perform(feed) == 3


def test_a_login_stays_with_whoever_had_it_first(read, rows: Rows) -> None:
    rows.perform(read({}))
    feed = read({"number": "HB2", "external": "P2", "login": "ABOS"})
    assert [defect.code for defect in feed.defects] == ["account.login_reused"]
    rows.perform(feed)
    assert sorted(row.get("login", "-") for row in rows.opened("person")) == ["-", "abos"]


def test_a_missing_column_is_not_told_and_an_empty_cell_is(read, rows: Rows, write) -> None:
    rows.perform(read({"remarks": "kept", "mail": "a@b.example"}))
    columns = "number external given family hired gone job title job_from dept manager mail".split()
    file = write("less.csv", export({}, columns=columns))
    rows.perform(read_people(file, rows.known_people(), TODAY, ZONE, random=rows.random))
    (person,) = rows.opened("person")
    assert person["remarks"] == "kept" and "mail" not in person


def test_a_second_job_runs_beside_the_first_with_its_own_end(read, rows: Rows) -> None:
    rows.perform(read({"second_job": "WHS-OP", "second_from": "01.03.2021", "second_to": "31.03.2021"}))
    jobs = rows.by_code("job")
    assert jobs["WHS-OP"]["title"] == "WHS-OP"
    second = next(row for row in rows.table("posting").values() if row["job"] == jobs["WHS-OP"]["id"])
    assert (second["main"], second["valid_from"], second["valid_to"]) == (0, "2021-03-01", "2021-03-31")


def test_an_entry_date_after_leaving_gives_way_to_the_day_of_hire(read) -> None:
    feed = read({"hired": "01.02.2008", "gone": "01.03.2012", "job_from": "01.01.2015"})
    (posting,) = feed.commands[2].postings
    assert (posting.valid_from, posting.valid_to) == ("2008-02-01", "2012-03-01")


def test_an_absence_is_kept_as_canonical_text(read) -> None:
    feed = read({"absence": "Parental leave", "absent_from": "12.10.2026", "absent_to": "09.02.2027"})
    assert (
        feed.commands[1].rows[0].absent == '[{"from":"2026-10-12","to":"2027-02-09","type":"Parental leave"}]'
    )


def test_another_main_job_on_the_same_day_is_rejected(read, rows: Rows) -> None:
    rows.perform(read({}))
    feed = read({"job": "PKG-OP"})
    assert [(d.code, d.column) for d in feed.defects] == [("person.job_dates", "Job Entry Date")]


def test_titles_of_known_roles_are_left_alone(read, rows: Rows) -> None:
    rows.perform(read({}))
    assert rows.perform(read({"title": "Operator, filling"})) == 1
    assert rows.by_code("job")["FIL-OP"]["title"] == "Filling Operator"


def any_of(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


DAYS = any_of("", "01.02.2020", "01.01.2015", "15.06.2021", "31.12.9999", "03/04/2021", "30.02.2020")
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "number": any_of("HB1", "HB2", "HB3", " HB2", ""),
            "external": any_of("P1", "P2", "P3", ""),
            "family": any_of("Bos", "Smit", ".", "a\0b"),
            "login": any_of("", "one", "ONE", "two"),
            "manager": any_of("", "HB1", "HB2", "HB9"),
            "job": any_of("", "FIL-OP", "PKG-OP"),
            "second_job": any_of("", "WHS-OP"),
            "hired": DAYS,
            "gone": DAYS,
            "job_from": DAYS,
            "second_from": DAYS,
        }
    ),
    min_size=1,
    max_size=7,
)


@pytest.mark.req("M-01")
@given(PEOPLE, PEOPLE)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_that_is_taken_is_refused_or_changes_anything_twice(write, first, second) -> None:
    rows = Rows()
    for people in (first, second, second):
        file = write("people.csv", export(*people))
        feed = read_people(file, rows.known_people(), TODAY, ZONE, random=rows.random)
        assert feed.rows_in == len(people) == feed.accepted + feed.held + feed.rejected
        changed = rows.perform(feed)
    assert changed == 0
