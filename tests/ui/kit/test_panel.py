"""The detail panel: beside the list where there is room, over it where there is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from tests.ui.kit.gallery import panel
from ui.kit.layout import column, holder
from ui.kit.lines import LineEdit
from ui.kit.panel import Beside, Panel
from ui.kit.text import label
from ui.kit.tokens import set_theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def beside(qtbot: QtBot, width: int, room: int = 940) -> Beside:
    """A list with its panel in a window of a width."""
    made = Beside(QWidget(), panel(), room=room)
    qtbot.addWidget(made)
    made.resize(width, 700)
    made.show()
    settle()
    return made


@pytest.mark.parametrize(
    ("width", "size", "drawer"), [(1400, 1.0, False), (1200, 1.0, True), (1920, 1.5, True), (1400, 1.25, False)]
)
def test_little_room_makes_a_drawer(qtbot: QtBot, width: int, size: float, drawer: bool) -> None:
    set_theme("light", size)
    made = beside(qtbot, width)
    assert made.is_drawer() is drawer
    assert (made.content.width() == made.width()) is drawer
    assert made.panel.geometry().right() == made.width() - 1


def test_it_changes_with_the_window(qtbot: QtBot) -> None:
    made = beside(qtbot, 1400)
    made.resize(1100, 700)
    settle()
    assert made.is_drawer()
    made.resize(1500, 700)
    settle()
    assert not made.is_drawer() and made.content.width() < made.width()


def test_its_words_grow_with_the_text_wherever_it_lies(qtbot: QtBot) -> None:
    page = holder(column(QWidget()))
    made = Beside(QWidget(), panel(), over=page)
    page.layout().addWidget(made)  # type: ignore[union-attr]
    qtbot.addWidget(page)
    page.resize(1400, 700)
    page.show()
    settle()
    before = made.panel.title.font().pixelSize()
    set_theme("light", 1.5)
    settle()
    assert made.panel.parentWidget() is page
    assert made.panel.title.font().pixelSize() > before * 1.4


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_a_drawer_hides_what_it_lies_over_in_every_theme(qtbot: QtBot, name: str) -> None:
    set_theme(name, 1.0)
    made = beside(qtbot, 1100)
    made.content.setLayout(column(label("below " * 2000, wrap=True)))
    settle()
    inside = made.panel.geometry().adjusted(20, 20, -20, -20)
    shot = made.grab(inside).toImage()
    made.content.hide()
    settle()
    assert made.grab(inside).toImage() == shot


def test_esc_and_the_cross_close(qtbot: QtBot) -> None:
    made = Panel("Record")
    qtbot.addWidget(made)
    made.set_body(LineEdit())
    made.show()
    with qtbot.waitSignal(made.closed):
        qtbot.keyClick(made, Qt.Key.Key_Escape)
    assert made.isHidden()


def test_another_body_takes_the_place(qtbot: QtBot) -> None:
    made = Panel("Record")
    qtbot.addWidget(made)
    made.set_body(label("one"))
    made.set_body(label("two"))
    made.set_head("Title", "Sub")
    settle()
    assert {each.text() for each in made.findChildren(type(made.title)) if each.text()} == {
        "two",
        "Title",
        "Sub",
    }


def test_a_page_may_ask_for_more_room(qtbot: QtBot) -> None:
    made = beside(qtbot, 1400, room=1500)
    assert made.is_drawer()
