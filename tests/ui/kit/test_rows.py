"""Rows for the clipboard: cells as words, in a spreadsheet too."""

from __future__ import annotations

import pytest

from ui.kit.cells import Cell, Column
from ui.kit.rows import Listed, Rows

FORMULAS = ("=cmd|'/C calc'!A0", "+cmd", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "=1+1")
WORDS = ("Omkaar", "-5", "+31", "–", "a=b", "-1,234.5", "")


def copied(text: str) -> str:
    """What a cell with this text brings to the clipboard."""
    rows = Rows((Column(key="a", title="A", width=90),))
    rows.show(Listed([("1", (Cell(text=text),))]))
    return rows.line(0)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert copied(text) == f"'{text}"


@pytest.mark.parametrize("text", WORDS)
def test_words_and_numbers_stay_as_they_are(text: str) -> None:
    assert copied(text) == text
