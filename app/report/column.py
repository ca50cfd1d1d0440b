"""Setting text: lines under each other in one column, as marks.

- Text is made visible and wrapped here; a line takes its size times a leading.
- Struck text keeps its letters: a line is drawn through each of its lines.
"""

from __future__ import annotations

from typing import Protocol

from app.report.sheet import FAINT, INK, Mark, Row, Rule, Text

LEAD = 1.36
RISE = 0.95
"""Where the baseline lies below a line's top, as a part of the size."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Faces(Protocol):
    """Whoever holds the faces."""

    def drawable(self, text: str, style: str) -> str:
        """The text with every character visible."""

    def width(self, text: str, style: str, size: float) -> float:
        """Points that a line takes."""

    def wrap(self, text: str, style: str, size: float, room: float) -> list[str]:
        """Lines of at most `room` points."""


class Column:
    """Marks from the top down; `y` is where the next line begins."""

    def __init__(self, faces: Faces, x: float, width: float, y: float = 0.0) -> None:
        self.faces, self.x, self.width, self.y = faces, x, width, y
        self.marks: list[Mark] = []

    def text(
        self, text: str, style: str = "sans", size: float = 8.5, ink: float = INK, *, struck: bool = False
    ) -> Column:
        """Lines of text over the column's width; returns the column."""
        for line in self.faces.wrap(text, style, size, self.width):
            self.marks.append(Text(self.x, self.y + size * RISE, line, style, size, ink))
            if struck and line:
                self._strike(line, style, size)
            self.y += size * LEAD
        return self

    def gap(self, height: float) -> Column:
        """Some room."""
        self.y += height
        return self

    def rule(self, ink: float = FAINT, width: float = 0.5) -> Column:
        """A line over the column's width."""
        self.marks.append(Rule(self.x, self.y, self.x + self.width, self.y, width, ink))
        return self

    def row(self, gap: float = 0.0) -> Row:
        """Everything so far as one row, with room under it."""
        return Row(self.y + gap, tuple(self.marks))

    def _strike(self, line: str, style: str, size: float) -> None:
        y = self.y + size * (RISE - 0.3)
        self.marks.append(Rule(self.x, y, self.x + self.faces.width(line, style, size), y, 0.8, INK))


def side_by_side(*columns: Column, gap: float = 0.0) -> Row:
    """Columns that begin at the same height, as one row as high as the highest."""
    return Row(
        max(column.y for column in columns) + gap, tuple(mark for column in columns for mark in column.marks)
    )


def right_aligned(
    faces: Faces, text: str, style: str, size: float, end: float, y: float, ink: float = INK
) -> Text:
    """One line that ends at `end`, its top at `y`."""
    return Text(end, y + size * RISE, faces.drawable(text, style), style, size, ink, "r")


def day_text(day: str | None) -> str:
    """`2026-11-20` as `20 Nov 2026`; anything else as it is, nothing as nothing."""
    if not day or len(day) != 10:
        return day or ""
    return f"{int(day[8:])} {MONTHS[int(day[5:7]) - 1]} {day[:4]}"
