"""Setting text: lines under each other, struck ones with a line through each."""

from __future__ import annotations

import pytest

from app.report.column import Column, day_text, side_by_side
from app.report.paper import Metrics
from app.report.sheet import Rule, Text


def test_lines_stand_under_each_other_within_the_width():
    column = Column(Metrics(), 10, 60).text("one two three four five six seven", "sans", 10)
    lines = [mark for mark in column.marks if isinstance(mark, Text)]
    assert len(lines) > 2 and [mark.y for mark in lines] == sorted({mark.y for mark in lines})
    assert all(Metrics.width(mark.text, "sans", 10) <= 60 for mark in lines)


def test_every_line_that_is_struck_is_struck_over_its_width():
    column = Column(Metrics(), 10, 60).text("one two three four five", "sans", 10, struck=True)
    lines = [mark for mark in column.marks if isinstance(mark, Text)]
    strikes = [mark for mark in column.marks if isinstance(mark, Rule)]
    assert [strike.to_x - strike.x for strike in strikes] == [
        Metrics.width(line.text, "sans", 10) for line in lines
    ]
    assert all(line.y - 10 < strike.y < line.y for line, strike in zip(lines, strikes, strict=True))


def test_columns_side_by_side_are_as_high_as_the_highest():
    one, two = Column(Metrics(), 0, 50).text("a"), Column(Metrics(), 50, 50).text("a\nb")
    assert side_by_side(one, two, gap=3).height == two.y + 3


@pytest.mark.parametrize(
    ("day", "text"), [("2026-11-20", "20 Nov 2026"), (None, ""), ("", ""), ("soon", "soon")]
)
def test_days_are_told_as_people_write_them(day, text):
    assert day_text(day) == text
