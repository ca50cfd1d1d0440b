"""Widths of columns: what is spare goes where there is no room for all, and comes back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from ui.kit.cells import Cell, Column
from ui.kit.table import Table

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")
COLUMNS = (
    Column(key="who", title="Who", width=200),
    Column(key="what", title="What", width=200, stretch=True),
    Column(key="why", title="Why", width=100, spare=True),
    Column(key="where", title="Where", width=100, spare=True),
)


def table(qtbot: QtBot, width: int) -> Table:
    """One of a width, with a row."""
    made = Table("Entries", COLUMNS)
    qtbot.addWidget(made)
    made.set_rows([("a", tuple(Cell(text=each.title) for each in COLUMNS))])
    made.resize(width, 300)
    made.show()
    settle()
    return made


@pytest.mark.parametrize(("width", "gone"), [(620, []), (560, ["where"]), (460, ["why", "where"])])
def test_what_is_spare_goes_from_the_right(qtbot: QtBot, width: int, gone: list[str]) -> None:
    made = table(qtbot, width)
    hidden = [each.key for number, each in enumerate(COLUMNS) if made.grid.isColumnHidden(number)]
    assert hidden == gone
    assert not made.grid.horizontalScrollBar().isVisible()


def test_it_comes_back_with_the_room(qtbot: QtBot) -> None:
    made = table(qtbot, 460)
    made.resize(700, 300)
    settle()
    assert not made.grid.isColumnHidden(3)
    assert made.grid.columnWidth(3) == 100
