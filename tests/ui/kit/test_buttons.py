"""Buttons: names, keys, targets, the ring, and a choice of a few."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from ui.kit.buttons import Button, Chip, button, icon_button, segments, tabs
from ui.kit.layout import holder, row
from ui.kit.tokens import px, set_theme, theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

KINDS = ["plain", "primary", "sign", "danger", "ghost", "link", "chip", "segment", "tab", "nav"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0.9, 1.0, 1.5])
def test_every_kind_is_a_target(qtbot: QtBot, kind: str, size: float) -> None:
    set_theme("light", size)
    made = button("Go", kind, "x")
    qtbot.addWidget(made)
    made.show()
    assert min(made.height(), made.width()) >= px(28)
    assert made.accessibleName() == "Go"


def focused(qtbot: QtBot, kind: str) -> tuple[QWidget, Button]:
    """A window, and in it a button that has the focus and is not the first."""
    made = button("Verify now", kind)
    around = holder(row(button("First"), made, margins=20))
    qtbot.addWidget(around)
    around.show()
    around.activateWindow()
    qtbot.waitUntil(around.isActiveWindow)
    made.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    return around, made


@pytest.mark.parametrize("kind", KINDS)
def test_the_focus_is_seen(qtbot: QtBot, kind: str) -> None:
    around, made = focused(qtbot, kind)
    lit = made.grab().toImage()
    size = made.size()
    made.clearFocus()
    settle()
    plain = made.grab().toImage()
    middle = size.width() // 2
    changed = [y for y in range(8) if lit.pixelColor(middle, y) != plain.pixelColor(middle, y)]
    assert len(changed) >= 2
    assert made.size() == size and around.isVisible()


def test_a_ring_inside_a_fill_has_contrast(qtbot: QtBot) -> None:
    around, made = focused(qtbot, "primary")
    picture = made.grab().toImage()
    assert around.isVisible()
    column = [picture.pixelColor(made.width() // 2, y).name() for y in range(6)]
    assert theme().hex("on_accent").lower() in column and theme().hex("accent").lower() in column


def test_space_presses_and_enter_does_not_by_itself(qtbot: QtBot) -> None:
    made = button("Sign as Assessed", "sign")
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(made.clicked):
        qtbot.keyClick(made, Qt.Key.Key_Space)
    assert not made.autoDefault() and not made.isDefault()


def test_other_words_follow(qtbot: QtBot) -> None:
    made = button("Sign")
    qtbot.addWidget(made)
    narrow = made.sizeHint().width()
    made.set_text("Sign as Assessed & Reviewed")
    assert (made.words(), made.accessibleName()) == ("Sign as Assessed & Reviewed",) * 2
    assert made.text() == "Sign as Assessed && Reviewed" and made.sizeHint().width() > narrow


def test_an_icon_alone_has_a_name_and_shows_its_shortcut(qtbot: QtBot) -> None:
    made = icon_button("x", "Sync now", "Ctrl+R")
    qtbot.addWidget(made)
    assert (made.accessibleName(), made.toolTip()) == ("Sync now", "Sync now (Ctrl+R)")
    assert made.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("make", [segments, tabs])
def test_one_of_a_few_is_chosen_by_key(qtbot: QtBot, make: object) -> None:
    made = make("Rows", [("c", "Compact"), ("m", "Comfortable")], "m")  # type: ignore[operator]
    qtbot.addWidget(made)
    made.show()
    first = made.findChildren(Button)[0]
    with qtbot.waitSignal(made.chosen) as told:
        qtbot.keyClick(first, Qt.Key.Key_Space)
    assert told.args == ["c"] and made.value() == "c"


def test_a_chip_lights_up(qtbot: QtBot) -> None:
    made = Chip("Person: any")
    qtbot.addWidget(made)
    made.show()
    settle()
    off = made.grab().toImage().pixelColor(QPoint(made.width() - 4, 6))
    made.set_on(on=True)
    settle()
    assert (
        made.grab().toImage().pixelColor(QPoint(made.width() - 4, 6)).name()
        == theme().hex("accent_bg").lower()
        != off.name()
    )
