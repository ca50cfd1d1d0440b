"""Fields of a row: what is read, what is found."""

from __future__ import annotations

import pytest

from app.work.feeds.row import FeedRow
from app.work.feeds.table import Layout, read_table

LAYOUT = Layout(name="l", columns={"one": "One", "two": "Two"}, required=frozenset({"one"}))


@pytest.fixture
def row(write):
    def made(one: str, two: str = "") -> FeedRow:
        table = read_table(write("t.csv", f"One|Two\n{one}|{two}\n".encode("utf-8", "surrogateescape")), LAYOUT)
        return FeedRow(table, table.records[0])

    return made


def codes(row: FeedRow) -> list[tuple[str, str]]:
    return [(found.code, found.outcome) for found in row.shown()]


def test_text_is_trimmed_and_composed(row) -> None:
    assert row("  Zoe\u0301  ").text("one") == "Zoé"
    assert row("   ").text("one") is None


def test_a_column_that_is_not_there_reads_as_empty(row) -> None:
    assert (row("a").text("three"), row("a").code("three"), row("a").day("three")) == (None, None, None)


TEXTS = [
    ("=1+1", "text.formula", "accepted"), ("+SUM(A1)", "text.formula", "accepted"), ("@x", "text.formula", "accepted"),
    ("a\x07b", "text.control", "rejected"), ("a\u202eb", "text.control", "rejected"), ("a\0b", "text.nul", "rejected"),
    ("é\udce9", "text.wrong_encoding", "rejected"), ("x" * 1_001, "text.too_long", "rejected"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "outcome"), TEXTS)
def test_a_text_with_a_flaw_is_found(row, text: str, code: str, outcome: str) -> None:
    found = row(text)
    found.text("one")
    assert codes(found) == [(code, outcome)]


@pytest.mark.parametrize("text", ["-5", "+31 6 12345678", "-", "<b>bold</b>", "a=b", "a  b"])
def test_a_text_without_one_is_not(row, text: str) -> None:
    found = row(text)
    assert found.text("one") == text and not codes(found)


def test_sealed_text_may_hold_line_breaks_and_direction_signs(row) -> None:
    found = row('"a\nb\u200f"')
    assert found.text("one", sealed=True) == "a\nb\u200f" and not codes(found)


@pytest.mark.parametrize("code", ["НB1", "HB１", "HB\u200b1", "ΗB1"])
def test_an_identifier_with_a_foreign_letter_is_rejected(row, code: str) -> None:
    found = row(code)
    found.code("one")
    assert codes(found) == [("id.lookalike", "rejected")]


def test_one_value_is_reported_once(row) -> None:
    found = row("31.09.2026", "31.09.2026")
    assert (found.day("one"), found.day("two")) == (None, None)
    assert codes(found) == [("date.impossible", "rejected")]


def test_findings_that_let_pass_are_shown_only_if_the_row_is_taken(row) -> None:
    found = row("=1", "x y")
    found.text("one")
    assert codes(found) == [("text.formula", "accepted")]
    found.whole("two")
    assert (found.outcome, codes(found)) == ("rejected", [("number.unreadable", "rejected")])


def test_a_row_follows_the_outcome_of_its_pair(row) -> None:
    found = row("a")
    found.follows = "held"
    assert (found.outcome, codes(found)) == ("held", [])


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("", None)])
def test_whole_numbers(row, text: str, number: int | None) -> None:
    found = row("a", text)
    assert found.whole("two") == number and not codes(found)


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "9" * 10, "٣"])
def test_what_is_no_whole_number_is_found(row, text: str) -> None:
    found = row("a", text)
    assert found.whole("two") is None and codes(found) == [("number.unreadable", "rejected")]
