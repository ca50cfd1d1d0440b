"""What stands on every page."""

from __future__ import annotations

import pytest

from app.report import frame
from app.report.paper import Metrics
from app.report.sheet import A4, Text
from tests.report.filed import LONG, issue, person_file


def words(marks) -> str:
    return " ".join(mark.text for mark in marks if isinstance(mark, Text))


def test_a_page_names_issuer_device_history_and_data():
    said = words(frame.bottom(Metrics(), A4, issue(person_file()), 4).marks)
    for part in ("Marta Uphaus", "QA · u_qa", "dev1", "abab abab", "History entries 1 to 10", "0001 0203", "8 not yet",
                 frame.grouped("9f3c71ad" * 8)):  # fmt: skip
        assert part in said


def test_the_lower_part_grows_with_a_name_and_keeps_it_whole():
    usual, long = (frame.bottom(Metrics(), A4, issue(person_file(), issuer=name), 4) for name in ("Mara", LONG))
    assert long.height > usual.height
    assert words(long.marks).replace(" ", "").count(LONG) == 2


@pytest.mark.parametrize("issuer", ["Zo\u00eb \U0001f642", "A\u202eB", "\u092a\u094d\u0930"])
def test_an_issuer_with_characters_that_no_face_has_is_spelt_out(issuer):
    said = words(frame.bottom(Metrics(), A4, issue(person_file(), issuer=issuer), 4, spelt=True).marks)
    assert said.count("⟦U+") > 2 and "⟦U+…⟧ stands for a character" in said


def test_a_footer_explains_no_sign_that_is_not_there():
    assert "⟦" not in words(frame.bottom(Metrics(), A4, issue(person_file()), 4).marks)


def test_the_footer_says_how_many_pages_belong_together():
    said = words(frame.bottom(Metrics(), A4, issue(person_file()), 4).marks)
    assert "all 4 pages" in said and "Printed by Marta Uphaus" in said and "Scan to check" in said


def test_the_top_of_a_later_page_names_person_report_and_page():
    said = words(frame.head(Metrics(), A4, issue(person_file()), "Page 2 of 4", first=False).marks)
    assert "Ada Okoye" in said and "RPT-0102" in said and "Page 2 of 4" in said


def test_a_hash_is_told_in_groups():
    assert frame.grouped("0123456789", 4) == "0123 4567 89"
