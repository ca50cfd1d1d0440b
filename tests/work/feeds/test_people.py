"""The HR files of the demo site: every planted flaw named, nothing else, and nothing changed by a second run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.domain.people import AddPeople, ChangePeople
from app.work.feeds.feed import Feed, Tick
from app.work.feeds.people import read_people
from tests.work.feeds.conftest import (
    DELTA_DAY,
    LEIDEN,
    TODAY,
    ZONE,
    Rows,
    expected_defects,
    found_defects,
    outcome_counts,
    parse_expected,
)  # fmt: skip
from tests.work.feeds.making import PERSON, export, repacked, workbook

FULL, DELTA = "hr_people.csv", "hr_people_delta.xlsx"


def read(rows: Rows, file: Path, tick: Tick | None = None) -> Feed:
    day = DELTA_DAY if file.name == DELTA else TODAY
    return read_people(file, rows.known_people(), day, ZONE, random=rows.random, tick=tick)


@pytest.mark.req("M-01")
def test_the_export_names_every_flaw_and_nothing_else(rows: Rows) -> None:
    feed = read(rows, LEIDEN / FULL)
    assert found_defects(feed, FULL) == expected_defects(FULL)
    assert outcome_counts(feed, FULL) == (518, 508, 1, 9)


@pytest.mark.req("M-01")
def test_reading_the_export_again_changes_nothing(rows: Rows) -> None:
    assert rows.perform(read(rows, LEIDEN / FULL)) > 1_000
    again = read(rows, LEIDEN / FULL)
    assert rows.perform(again) == 0
    assert found_defects(again, FULL) == expected_defects(FULL)


@pytest.mark.req("T-01")
def test_rehired_people_are_one_person_with_two_postings(rows: Rows) -> None:
    rows.perform(read(rows, LEIDEN / FULL))
    people = rows.opened("person")
    assert len(people) == len({row["external"] for row in people}) == 502
    (person,) = [row for row in people if row["external"] == "P702122"]
    postings = rows.known_people().postings[person["id"]]
    assert sorted(bool(posting.get("valid_to")) for posting in postings) == [False, True]


def test_names_keep_their_signs_and_lose_what_stands_for_none(rows: Rows) -> None:
    rows.perform(read(rows, LEIDEN / FULL))
    by_number = {row["number"]: row for row in rows.opened("person")}
    assert by_number["HB10001"]["native"] == "طارق الخطيب"
    assert by_number["HB10012"]["name"] == "Iris van den Berg-Elberts"
    assert "family" not in next(row for row in rows.opened("person") if row["name"] == row["given"])


@pytest.mark.req("M-01")
def test_the_changes_name_every_flaw_and_nothing_else(rows: Rows) -> None:
    rows.perform(read(rows, LEIDEN / FULL))
    feed = read(rows, LEIDEN / DELTA)
    assert found_defects(feed, DELTA) == expected_defects(DELTA)
    assert outcome_counts(feed, DELTA) == (46, 40, 2, 4)


TOLD = {
    "last_name": "family", "first_name": "given", "prefix": "prefix", "leaves": "gone", "department": "dept",
    "building": "building", "shift": "shift",
}  # fmt: skip


@pytest.mark.req("M-01")
def test_the_forty_good_changes_arrive_in_full(rows: Rows) -> None:
    rows.perform(read(rows, LEIDEN / FULL))
    rows.perform(read(rows, LEIDEN / DELTA))
    people, numbers = {row["number"]: row for row in rows.opened("person")}, rows.numbers()
    jobs = rows.by_code("job")
    for change in parse_expected()["files"][DELTA]["good_changes_in_full"]:
        person, to = people[change["person"]], change["to"]
        assert {TOLD[name]: person.get(TOLD[name]) for name in TOLD if name in to} == {
            TOLD[name]: to[name] for name in TOLD if name in to
        }
        assert "manager" not in to or person["manager"] == numbers[to["manager"]]
        postings = [p for p in rows.table("posting").values() if p["pid"] == person["id"]]
        assert "role" not in to or any(
            p["valid_from"] == change["day"] and p["job"] == jobs[to["role"]]["id"] for p in postings
        )


def test_reading_the_changes_again_changes_nothing(rows: Rows) -> None:
    rows.perform(read(rows, LEIDEN / FULL))
    first = read(rows, LEIDEN / DELTA)
    assert [type(command) for command in first.commands][:2] == [AddPeople, ChangePeople]
    assert rows.perform(first) > 40
    assert rows.perform(read(rows, LEIDEN / DELTA)) == 0


NAMED = [("", "feed.empty"), ("\r\n\r\n", "feed.empty"), (b"\xef\xbb\xbf", "feed.empty"), (export(), "feed.no_rows"),
         (export(PERSON).encode("utf-16"), "feed.encoding"), (export(PERSON).encode("utf-16-le"), "feed.encoding"),
         ("\n".join([export(PERSON), "é;ü;ë;ï;ö"]).encode("latin-1"), "feed.encoding"),
         ("a,b\n1,2\n", "feed.column_missing"), (b"PK\x03\x04 no archive", "feed.not_xlsx"),
         (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "feed.old_excel"), (workbook([["a"], ["b"]]), "feed.column_missing"),
         (repacked(workbook([["a"]]), workbook=b"<!DOCTYPE x><x/>"), "feed.not_xlsx")]  # fmt: skip


@pytest.mark.parametrize(("content", "code"), NAMED)
def test_a_file_that_cannot_be_read_is_a_fault_in_words(
    rows: Rows, write, content: str | bytes, code: str
) -> None:
    with pytest.raises(Fault) as fault:
        read(rows, write("people.csv", content))
    assert fault.value.code == code
    assert fault.value.plain() and fault.value.what_to_do()


def test_a_folder_and_a_missing_file_are_faults(rows: Rows, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="is a folder"):
        read(rows, tmp_path)
    with pytest.raises(Fault, match="There is no file"):
        read(rows, tmp_path / "nothing.csv")


def test_the_fault_names_the_missing_column(rows: Rows, write) -> None:
    columns = [field for field in PERSON if field != "hired"] + ["manager"]
    with pytest.raises(Fault, match="no column Hire Date"):
        read(rows, write("people.csv", export(PERSON, columns=columns)))


@pytest.mark.parametrize("sep", [",", "\t", "|"])
def test_another_separator_is_found_out(rows: Rows, write, sep: str) -> None:
    feed = read(rows, write("people.csv", export({"fte": "1"}, sep=sep)))
    assert (feed.accepted, feed.defects) == (1, ())


def test_stopping_half_way_leaves_nothing(rows: Rows) -> None:
    class Stop(Exception):
        pass

    def tick(done: int, total: int) -> None:
        if done >= total // 2:
            raise Stop

    with pytest.raises(Stop):
        read(rows, LEIDEN / FULL, tick)
    assert not any(rows.tables.values())


def test_progress_counts_up_to_the_end(rows: Rows) -> None:
    heard: list[tuple[int, int]] = []
    read(rows, LEIDEN / FULL, lambda done, total: heard.append((done, total)))
    assert heard == [(0, 518), (250, 518), (500, 518), (518, 518)]


@pytest.mark.slow
def test_twenty_thousand_people_are_read_and_decided_fast(rows: Rows, write) -> None:
    people = (
        {"number": f"HB{n}", "external": f"P{n}", "login": f"l{n}", "manager": "HB20000"}
        for n in range(20_000, 40_000)
    )
    file = write("people.csv", export(*people))
    began = time.process_time()
    feed = read(rows, file)
    assert feed.accepted == 20_000 and rows.decided(feed.commands[1]) == 20_000
    assert 20_000 / (time.process_time() - began) > 5_000, (
        "rows a second of processor time, on a shared machine"
    )
