"""Answers as members and as lines."""

from __future__ import annotations

import pytest

from app.audit.findings import Counts, Findings, Report
from app.base.faults import Fault
from app.domain.verdicts import Gate, Reason, Verdict
from app.wiring.answers import (
    check_members,
    check_text,
    feed_members,
    gate_members,
    instant_of,
    page_members,
    step_text,
)
from app.work.care import Check
from app.work.checking import Checked
from app.work.demo.story import Step
from app.work.feeds.feed import Feed

GOOD = Verdict(
    word="Qualified", reasons=(Reason(code="record.valid", about={}),), due=None, until=None, record="r_1"
)
BAD = Verdict(
    word="Overdue", reasons=(Reason(code="record.none", about={}),), due=None, until=None, record=None
)


@pytest.mark.req("T-17")
def test_a_gate_names_its_requirements_by_code_and_is_0_or_1() -> None:
    yes = gate_members(Gate(go=True, items=(("RQ-1", GOOD),), until=None))
    no = gate_members(Gate(go=False, items=(("RQ-1", GOOD), ("RQ-2", BAD)), until=None))
    assert (yes["exit"], no["exit"]) == (0, 1)
    assert [item["requirement"] for item in no["items"]] == ["RQ-1", "RQ-2"]
    assert "RQ-2" in no["text"][2] and "Overdue" in no["text"][2] and no["items"][1]["reasons"][0]["say"]


def test_an_import_of_people_tells_how_many_can_t_be_read() -> None:
    people, documents = (
        Feed(kind=kind, sources=(), commands=(), defects=()) for kind in ("people", "documents")
    )
    told = feed_members(people, 3)
    assert told["unread"] == 3 and "3 persons entered on another device" in told["text"][-1]
    assert len(feed_members(people)["text"]) == len(feed_members(documents, 3)["text"]) == 1


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-11-20", "Europe/Amsterdam", "2026-11-20T22:59:59.999Z"),
        ("2026-07-20", "Europe/Amsterdam", "2026-07-20T21:59:59.999Z"),
        ("2026-10-25", "Europe/Amsterdam", "2026-10-25T22:59:59.999Z"),
        ("2026-11-20T10:00:00.000Z", "Asia/Tokyo", "2026-11-20T10:00:00.000Z"),
    ],
)
def test_a_day_is_its_last_instant_in_the_sites_zone(text: str, zone: str, utc: str) -> None:
    assert instant_of(text, zone).utc == utc and instant_of(text, zone).zone == zone


@pytest.mark.parametrize("text", ["", "today", "2026-13-01", "2026-02-29", "20.11.2026", "２０２６-11-20"])
def test_what_is_no_instant_is_told(text: str) -> None:
    with pytest.raises(Fault) as told:
        instant_of(text, "UTC")
    assert told.value.code == "terminal.bad_instant"


def test_a_check_is_ok_or_no_with_its_reason() -> None:
    assert check_text(Check(name="words", ok=True, about="448")).startswith("ok ")
    bad = Check(name="keyring", ok=False, about="There is none.")
    assert check_text(bad).startswith("NO ") and check_text(bad).endswith("There is none.")
    assert check_members(bad) == {"name": "keyring", "ok": False, "about": "There is none."}


def test_a_step_tells_its_evidence_a_line_each() -> None:
    lines = step_text(3, Step("verified", {"findings": 0, "entries": 9}, 0.5)).splitlines()
    assert lines[0].startswith(" 3  ") and [line.strip() for line in lines[1:]] == ["findings: 0", "entries: 9"]


def test_a_page_s_code_is_told_with_everything_that_is_to_be_compared() -> None:
    row = {
        "document": "SOP-1", "version": "3", "valid_from": None, "status": "Qualified", "seal": "aa",
        "signatures": [{"name": "Lea de Wit", "meaning": "READ", "at": "2026-11-20T07:36:31.000Z"}],
    }  # fmt: skip
    about = {
        "site": "leiden", "report": "f88c6268df8d8b2e", "page": 1, "pages": 5, "issued": "2026-11-20T07:38:30.000Z",
        "device": "dev1", "rows": [row], "person": {"name": "Lea de Wit", "number": "HB1"}, "history": {},
    }  # fmt: skip
    sound = Checked(report=Report(findings=(), counts=Counts(), how="bundle"), about=about)
    text = "\n".join(page_members(sound)["text"])
    for seen in (
        "genuine",
        "Lea de Wit (HB1)",
        "RPT-f88c-6268-df8d-8b2e",
        "page 1 of 5",
        "SOP-1 version 3",
        "READ",
    ):
        assert seen in text
    found = Findings()
    found.add("SIG_BAD", of="page")
    bad = Checked(report=Report(findings=tuple(found.sorted()), counts=Counts(), how="bundle"), about=about)
    assert "genuine" not in "\n".join(page_members(bad)["text"])
