"""Chips wrap, pages scroll."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from ui.kit.buttons import button
from ui.kit.flow import FlowLayout, Scroll
from ui.kit.layout import column, holder
from ui.kit.lines import LineEdit

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def test_what_does_not_fit_goes_on_the_next_line(qtbot: QtBot) -> None:
    items = [button(f"Filter {n}") for n in range(6)]
    made = holder(FlowLayout(*items))
    qtbot.addWidget(made)
    made.resize(320, 200)
    made.show()
    settle()
    assert len({each.y() for each in items}) > 1
    assert all(each.geometry().right() <= 320 for each in items)


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    items = [button(f"Filter {n}") for n in range(3)]
    made = holder(FlowLayout(*items))
    qtbot.addWidget(made)
    items[0].hide()
    made.resize(600, 60)
    made.show()
    settle()
    assert items[1].x() == 0


def test_what_gets_the_focus_comes_into_view(qtbot: QtBot) -> None:
    fields = [LineEdit(str(n)) for n in range(40)]
    made = Scroll(holder(column(*fields)), "Form")
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    fields[30].setFocus()
    settle()
    assert made.viewport().rect().contains(fields[30].mapTo(made.viewport(), fields[30].rect().center()))


def test_page_keys_scroll(qtbot: QtBot) -> None:
    made = Scroll(holder(column(*(LineEdit(str(n)) for n in range(40)))))
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    settle()
    qtbot.keyClick(made, Qt.Key.Key_PageDown)
    assert made.verticalScrollBar().value() > 100


def test_its_height_follows_what_it_holds(qtbot: QtBot) -> None:
    items, flow = [button(f"Filter {n}") for n in range(6)], FlowLayout()
    made = holder(flow)
    qtbot.addWidget(made)
    for each in items:
        flow.addWidget(each)
    made.show()
    settle()
    whole = flow.heightForWidth(320)
    for each in items[1:]:
        each.hide()
    settle()
    one = flow.heightForWidth(320)
    assert one < whole
    for each in items[1:]:
        each.show()
    settle()
    assert flow.heightForWidth(320) == whole
    while flow.count() > 1:
        taken = flow.takeAt(1)
        assert taken is not None
    assert flow.heightForWidth(320) == one
