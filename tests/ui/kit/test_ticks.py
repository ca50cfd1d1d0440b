"""Check boxes and radio buttons: keys, the whole line as target, literal words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ui.kit.layout import column, holder
from ui.kit.ticks import Check, Radio
from ui.kit.tokens import px, set_theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


@pytest.mark.parametrize("size", [0.9, 1.0, 1.5])
def test_the_whole_line_is_the_target(qtbot: QtBot, size: float) -> None:
    set_theme("light", size)
    made = Check("Only <b>overdue</b> & gone")
    qtbot.addWidget(made)
    made.resize(400, px(28))
    made.show()
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(380, 10))
    assert made.isChecked() and made.height() >= px(28)
    assert made.accessibleName() == "Only <b>overdue</b> & gone"


def test_space_ticks(qtbot: QtBot) -> None:
    made = Check("Only overdue")
    qtbot.addWidget(made)
    made.show()
    qtbot.keyClick(made, Qt.Key.Key_Space)
    assert made.isChecked()


def test_one_of_several(qtbot: QtBot) -> None:
    yes, no = Radio("Competent"), Radio("Not yet", checked=True)
    page = holder(column(yes, no))
    qtbot.addWidget(page)
    page.show()
    qtbot.keyClick(yes, Qt.Key.Key_Space)
    assert (yes.isChecked(), no.isChecked()) == (True, False)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_ticked_looks_other_than_empty(qtbot: QtBot, theme: str) -> None:
    set_theme(theme)
    for kind in (Check, Radio):
        on, off = kind("x", checked=True), kind("x")
        for each in (on, off):
            qtbot.addWidget(each)
            each.resize(60, 28)
        assert on.grab().toImage() != off.grab().toImage()
