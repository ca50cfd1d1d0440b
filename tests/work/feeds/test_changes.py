"""Rows of a file of changes, one rule each."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.work.feeds.feed import Feed
from app.work.feeds.people import read_people
from app.work.feeds.people_layouts import CHANGES
from tests.work.feeds.conftest import DELTA_DAY, TODAY, ZONE, Rows
from tests.work.feeds.making import changes, export

HIRE = {
    "kind": "Nieuw",
    "day": "2026-12-07",
    "number": 7,
    "family": "Bos",
    "given": "Ann",
    "job": "FIL-OP",
    "dept": "FIL",
}


@pytest.fixture
def read(rows: Rows, write):
    known = ({"number": f"HB{n}", "external": f"P{n}", "login": "", "family": f"Bos{n}"} for n in (1, 2))
    file = write("people.csv", export(*known))
    rows.perform(read_people(file, rows.known_people(), TODAY, ZONE, random=rows.random))

    def reading(*told: dict[str, object]) -> Feed:
        file = write("changes.xlsx", changes(*told))
        return read_people(file, rows.known_people(), DELTA_DAY, ZONE, random=rows.random)

    return reading


def change(kind: str, number: object = 1, day: str = "2026-12-07", **told: object) -> dict[str, object]:
    return {"kind": kind, "number": number, "day": day, "family": f"Bos{number}", "given": "Ann", **told}


ONE_ROW = [
    (change("Verhuizing"), "change.kind_unknown", "A2"),
    (change("Ploegwissel"), "change.incomplete", "K2"),
    (change("Ploegwissel", day="", shift="Nacht"), "change.incomplete", "B2"),
    (change("Overplaatsing", job="NEW-OP"), "person.job_unknown", "H2"),
    (change("Leidinggevende", manager=99), "person.manager_unknown", "L2"),
    (change("Ploegwissel", number=99, shift="Nacht"), "person.unknown", "C2"),
    (change("Ploegwissel", number="=1", shift="Nacht"), "cell.formula", "C2"),
    (change("Uit dienst", gone="2019-01-31"), "person.ends_before_start", "G2"),
    (change("Uit dienst", gone="31-06-2027"), "date.impossible", "G2"),
    ({**HIRE, "number": 1}, "person.number_reused", "C2"),
    ({**HIRE, "given": None, "family": None}, "person.name_missing", "D2"),
]


@pytest.mark.req("M-01")
@pytest.mark.parametrize(("told", "code", "cell"), ONE_ROW)
def test_a_flaw_is_named_by_its_cell_and_the_other_row_is_taken(read, told: dict, code: str, cell: str) -> None:
    feed = read(told, change("Ploegwissel", number=2, shift="Nacht"))
    assert code in [defect.code for defect in feed.defects]
    assert {(d.at.cell, d.outcome, d.sheet) for d in feed.defects if d.code == code} == {
        (cell, "rejected", "Sheet")
    }
    assert feed.accepted == 1


def test_an_empty_cell_means_unchanged(read, rows: Rows) -> None:
    rows.perform(read(change("Overplaatsing", job="FIL-OP", dept="INS")))
    person = next(row for row in rows.opened("person") if row["number"] == "HB1")
    assert (person["dept"], person["building"], person["shift"]) == ("INS", "Noord", "Early")


def test_a_move_ends_the_old_posting_the_day_before(read, rows: Rows) -> None:
    rows.perform(read(change("Ploegwissel", shift="Nacht")))
    pid = rows.numbers()["HB1"]
    spans = sorted((p["valid_from"], p.get("valid_to"), p["shift"]) for p in rows.known_people().postings[pid])
    assert spans == [("2020-02-01", "2026-12-06", "Early"), ("2026-12-07", None, "Night")]


def test_leaving_ends_the_postings_and_an_extension_moves_the_end(read, rows: Rows) -> None:
    for kind, gone in (("Uit dienst", "2026-12-31"), ("Verlenging", "2027-06-30")):
        rows.perform(read(change(kind, gone=gone)))
        (posting,) = rows.known_people().postings[rows.numbers()["HB1"]]
        assert posting["valid_to"] == gone


def test_a_change_may_name_somebody_hired_in_the_same_file(read, rows: Rows) -> None:
    feed = read(change("Leidinggevende", manager=7), HIRE)
    assert feed.defects == ()
    rows.perform(feed)
    assert {row["number"]: row.get("manager") for row in rows.opened("person")}["HB1"] == rows.numbers()["HB7"]


def test_whoever_names_a_hire_that_falls_falls_too(read, rows: Rows) -> None:
    feed = read(
        {**HIRE, "job": "NEW-OP"},
        change("Leidinggevende", manager=7),
        change("Ploegwissel", number=7, shift="Late"),
    )
    assert [d.code for d in feed.defects] == ["person.job_unknown", "person.manager_unknown", "person.unknown"]
    assert feed.commands == ()


def test_two_hires_under_one_number_are_not_made_one_person(read) -> None:
    feed = read(HIRE, {**HIRE, "family": "Smit", "day": "2026-12-08"})
    assert [(d.code, d.at.row, d.also.cell) for d in feed.defects] == [("person.number_repeated", 3, "C2")]


@pytest.mark.req("M-01")
def test_changes_that_contradict_wait_both_and_a_repeated_one_does_not(read) -> None:
    late, night = change("Ploegwissel", shift="Late"), change("Ploegwissel", shift="Nacht")
    feed = read(late, night)
    assert [(d.code, d.outcome, d.at.cell, d.also.cell) for d in feed.defects] == [
        ("person.change_contradicts", "held", "K3", "K2")
    ]
    assert (feed.held, feed.commands) == (2, ())
    assert read(late, late).defects == ()


def test_the_totals_row_is_no_change(read) -> None:
    assert read(change("Ploegwissel", shift="Late"), {"kind": "Totaal mutaties", "number": 1}).rows_in == 1


TOLD = st.lists(
    st.builds(
        dict,
        kind=st.sampled_from(list(CHANGES.kinds)),
        number=st.sampled_from([1, 2, 7, 8]),
        day=st.sampled_from(["2026-12-07", "2020-01-01", "2027-02-01"]),
        family=st.sampled_from(["Bos", "Bos1", None]),
        given=st.just("Ann"),
        gone=st.sampled_from([None, "2026-12-31", "2020-01-31", "2027-06-30"]),
        job=st.sampled_from([None, "FIL-OP", "PKG-OP"]),
        shift=st.sampled_from([None, "Late", "Nacht"]),
        manager=st.sampled_from([None, 2, 7, 9]),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.req("M-01")
@given(TOLD)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_change_that_is_taken_is_refused(write, told: list[dict]) -> None:
    rows = Rows()
    known = (
        {"number": f"HB{n}", "external": f"P{n}", "login": "", "job": j}
        for n, j in ((1, "FIL-OP"), (2, "PKG-OP"))
    )
    for name, content in (("people.csv", export(*known)), ("changes.xlsx", changes(*told))):
        feed = read_people(write(name, content), rows.known_people(), DELTA_DAY, ZONE, random=rows.random)
        assert feed.rows_in == feed.accepted + feed.held + feed.rejected
        rows.perform(feed)
