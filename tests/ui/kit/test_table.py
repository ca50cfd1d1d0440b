"""The table: keys, selection, order, widths, rows that come late, and what a screen reader hears."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from tests.ui.kit.gallery import people
from ui.kit.layout import column, holder
from ui.kit.lines import LineEdit
from ui.kit.table import Cell, Column, Row, Table
from ui.kit.tokens import px, set_theme, theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

KEY, NONE, CTRL, SHIFT = (
    Qt.Key,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


class Late(QObject):
    """Rows that are there only after they were asked for and have come."""

    ready = Signal(int, int)

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.there = size, False
        self.asked: set[int] = set()

    def count(self) -> int:
        """How many rows."""
        return self.size

    def row(self, i: int) -> Row | None:
        """A row, once they have come."""
        self.asked.add(i)
        return (f"r{i}", (Cell(text=f"Row {i}"), Cell(text="x"))) if self.there else None

    def come(self) -> None:
        """They are there."""
        self.there = True
        self.ready.emit(0, self.size - 1)


def shown(qtbot: QtBot, table: Table) -> Table:
    """The table on the screen with the focus."""
    qtbot.addWidget(table)
    table.resize(760, 420)
    table.show()
    table.activateWindow()
    qtbot.waitUntil(table.isActiveWindow)
    table.setFocus()
    settle()
    return table


def press(qtbot: QtBot, table: Table, key: Qt.Key, how: Qt.KeyboardModifier = NONE) -> None:
    qtbot.keyClick(table.grid, key, how)


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ([KEY.Key_Down], "p1"),
        ([KEY.Key_Down, KEY.Key_Down, KEY.Key_Up], "p1"),
        ([KEY.Key_End], "p39"),
        ([KEY.Key_End, KEY.Key_Home], "p0"),
    ],
)
def test_keys_move(qtbot: QtBot, keys: list[Qt.Key], at: str) -> None:
    table = shown(qtbot, people())
    for key in keys:
        press(qtbot, table, key)
    assert (table.current_id(), table.selected_ids()) == (at, [at])


def test_page_keys_move_by_what_is_shown(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    press(qtbot, table, KEY.Key_PageDown)
    there = int(table.current_id()[1:])
    press(qtbot, table, KEY.Key_PageUp)
    assert 4 < there < 20 and table.current_id() == "p0"


def test_control_home_and_end_are_the_corners_of_a_matrix(qtbot: QtBot) -> None:
    columns = [Column(key=str(i), title=str(i), width=60, frozen=not i) for i in range(30)]
    table = Table("Matrix", columns, dense=True)
    table.set_rows([(str(i), tuple(Cell(text=f"{i}.{j}") for j in range(30))) for i in range(50)])
    shown(qtbot, table)
    press(qtbot, table, KEY.Key_End, CTRL)
    index = table.grid.currentIndex()
    assert (index.row(), index.column()) == (49, 29)
    press(qtbot, table, KEY.Key_Home, CTRL)
    index = table.grid.currentIndex()
    assert (index.row(), index.column()) == (0, 1)
    assert table.grid.visualRect(index).left() == 0


def test_tab_leaves_the_table(qtbot: QtBot) -> None:
    table, after = people(), LineEdit()
    page = holder(column(table, after))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    table.setFocus()
    press(qtbot, table, KEY.Key_Tab)
    assert page.focusWidget() is after


def test_enter_and_double_click_open(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    with qtbot.waitSignal(table.opened) as told:
        press(qtbot, table, KEY.Key_Return)
    assert told.args == ["p0"]
    at = table.grid.visualRect(table.rows.index(2, 1)).center()
    qtbot.mouseClick(table.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(table.opened) as told:
        qtbot.mouseDClick(table.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == ["p2"]


def test_space_selects_and_shift_extends(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    press(qtbot, table, KEY.Key_Space)
    assert table.selected_ids() == ["p0"]
    press(qtbot, table, KEY.Key_Down, SHIFT)
    press(qtbot, table, KEY.Key_Down, SHIFT)
    assert table.selected_ids() == ["p0", "p1", "p2"]


def test_control_a_selects_all_and_tells_how_many(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    with qtbot.waitSignal(table.selected) as told:
        press(qtbot, table, KEY.Key_A, CTRL)
    assert told.args == [40] and len(table.selected_ids()) == 40


def test_control_c_copies_text(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    press(qtbot, table, KEY.Key_Space)
    press(qtbot, table, KEY.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == (
        "Person 0, LEI-20400\tQualified\tWaits for assessor, now Qualified\tQualified, 1 Nov 2026"
    )


def test_moving_tells_the_id_once(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    told: list[str] = []
    table.chosen.connect(told.append)
    press(qtbot, table, KEY.Key_Down)
    press(qtbot, table, KEY.Key_Right)
    assert told == ["p1"]


def test_a_screen_reader_hears_the_whole_sentence(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    spoken = QAccessible.queryAccessibleInterface(table.grid)
    cells = [each for k in range(40) if (each := spoken.child(k)) and each.role() == QAccessible.Role.Cell]
    assert "Person 2, LEI-20402, Status: Overdue" in [each.text(QAccessible.Text.Name) for each in cells]
    assert spoken.text(QAccessible.Text.Name) == "People"


def test_a_head_sorts_one_way_and_the_other(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    told: list[tuple[str, bool]] = []
    table.sorted.connect(lambda key, descending: told.append((key, descending)))
    head = table.grid.horizontalHeader()
    at = QPoint(head.sectionViewportPosition(1) + 30, 12)
    for _ in range(2):
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told == [("status", False), ("status", True)]
    spoken = table.rows.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Status, sorted, largest first"


def test_the_menu_sorts_without_a_mouse(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    table.grid.customContextMenuRequested.emit(QPoint(5, 5))
    menu = table.grid.findChild(QMenu)
    assert isinstance(menu, QMenu)
    next(each for each in menu.actions() if each.text() == "Sort by Valid until").trigger()
    menu.close()
    assert table.order() == ("until", False)


def test_widths_and_order_are_remembered_at_any_text_size(qtbot: QtBot) -> None:
    set_theme("light", 1.5)
    table = shown(qtbot, people())
    table.grid.horizontalHeader().resizeSection(1, 315)
    table.set_order("until", descending=True)
    set_theme("light", 1.0)
    again = shown(qtbot, people())
    assert again.grid.columnWidth(1) == 210 and again.order() == ("until", True)


def test_a_stretching_column_takes_what_is_left(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    bar = table.grid.verticalScrollBar().width()
    assert table.grid.horizontalHeader().length() == 760 - 220 - bar
    table.resize(900, 420)
    settle()
    assert table.grid.horizontalHeader().length() == 900 - 220 - bar


def test_what_was_selected_stays_selected(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    assert table.select("p7")
    rows = [table.rows.source.row(i) for i in (9, 7, 5)]
    table.set_rows([each for each in rows if each])
    assert (table.current_id(), table.selected_ids()) == ("p7", ["p7"])
    assert not table.select("p1")


def test_rows_that_come_late_are_asked_for_when_seen(qtbot: QtBot) -> None:
    table = Table("Late", [Column(key="a", title="A", width=100), Column(key="b", title="B", width=100)])
    source = Late(10_000)
    table.set_source(source)
    shown(qtbot, table)
    table.grab()
    assert 0 in source.asked and 9_000 not in source.asked
    assert table.rows.sentence(0, 0) == "Being read"
    source.size = 9_999
    source.come()
    assert table.rows.rowCount() == 9_999 and table.rows.sentence(3, 0) == "Row 3"


@pytest.mark.parametrize("dense", [False, True])
def test_the_keyboard_is_seen(qtbot: QtBot, dense: bool) -> None:
    table = Table(
        "Ring", [Column(key="a", title="A", width=100), Column(key="b", title="B", width=100)], dense=dense
    )
    table.set_rows([("1", (Cell(text="x"), Cell()))])
    shown(qtbot, table)
    box = table.grid.visualRect(table.rows.index(0, 0))
    edges = [box.topLeft() + QPoint(0, 8), box.topLeft() + QPoint(1, 8), box.topLeft() + QPoint(30, 1)]
    picture = table.grid.viewport().grab().toImage()
    assert {picture.pixelColor(each).name() for each in edges} == {theme().hex("accent").lower()}


def test_another_theme_paints_other_cells(qtbot: QtBot) -> None:
    table = shown(qtbot, people())
    light = table.grid.viewport().grab().toImage()
    set_theme("dark", 1.0)
    settle()
    dark = table.grid.viewport().grab().toImage()
    corner = QPoint(4, px(20))
    assert dark.pixelColor(corner).lightness() < 60 < 200 < light.pixelColor(corner).lightness()


def test_frozen_columns_stay_and_move_with_their_rows(qtbot: QtBot) -> None:
    columns = [Column(key=str(i), title=str(i), width=90, frozen=not i) for i in range(30)]
    table = Table("Wide", columns)
    table.set_rows([(str(i), tuple(Cell(text=f"{i}.{j}") for j in range(30))) for i in range(90)])
    shown(qtbot, table)
    frozen = table.grid.findChild(type(table.grid))
    assert frozen is not None
    before = frozen.grab().toImage()
    table.grid.horizontalScrollBar().setValue(500)
    assert frozen.grab().toImage() == before
    table.grid.verticalScrollBar().setValue(400)
    assert frozen.verticalScrollBar().value() == 400 and frozen.grab().toImage() != before
