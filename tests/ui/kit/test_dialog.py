"""The dialog's frame: where the focus starts, what Esc does, what lies behind."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from tests.ui.kit.gallery import question
from ui.kit.buttons import button
from ui.kit.dialog import Dialog, Scrim
from ui.kit.layout import column, holder
from ui.kit.text import label

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def behind(qtbot: QtBot) -> QWidget:
    """A window."""
    made = holder(column(label("The page", "h1")), "bg")
    qtbot.addWidget(made)
    made.resize(1_000, 640)
    made.show()
    return made


def opened(dialog: Dialog) -> QLineEdit:
    """The dialog open; answers its field."""
    dialog.open()
    settle()
    return next(each for each in dialog.findChildren(QLineEdit))


def visible(dialog: Dialog, words: str) -> QPushButton:
    """The button with some words that can be seen."""
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == words and each.isVisible())


def test_the_focus_starts_in_a_field_and_no_button_is_default(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    field = opened(dialog)
    assert dialog.focusWidget() is field
    assert not [each for each in dialog.findChildren(QPushButton) if each.isDefault() or each.autoDefault()]
    dialog.done(0)


def test_enter_signs_nothing(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    field = opened(dialog)
    told: list[int] = []
    dialog.finished.connect(told.append)
    for each in dialog.findChildren(QPushButton):
        each.clicked.connect(lambda: told.append(-1))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == [] and dialog.isVisible()
    dialog.done(0)


def test_esc_closes_what_nothing_was_typed_in(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    field = opened(dialog)
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(field, Qt.Key.Key_Escape)


def test_esc_asks_before_typed_text_is_lost(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    field = opened(dialog)
    qtbot.keyClicks(field, "secret")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert dialog.isVisible() and dialog.focusWidget() is visible(dialog, "Keep editing")
    qtbot.keyClick(visible(dialog, "Keep editing"), Qt.Key.Key_Escape)
    assert dialog.isVisible() and field.text() == "secret" and dialog.focusWidget() is field
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    with qtbot.waitSignal(dialog.finished):
        qtbot.mouseClick(visible(dialog, "Close without keeping it"), Qt.MouseButton.LeftButton)


def test_the_window_behind_is_veiled_while_it_is_open(qtbot: QtBot) -> None:
    window = behind(qtbot)
    before = window.grab().toImage().pixelColor(4, 4).lightness()
    dialog = question(window)
    opened(dialog)
    assert window.grab().toImage().pixelColor(4, 4).lightness() < before - 40
    dialog.done(0)
    settle()
    assert window.grab().toImage().pixelColor(4, 4).lightness() == before
    assert window.findChildren(Scrim) == []


def test_it_stays_in_the_middle_and_inside(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    opened(dialog)
    window.resize(700, 400)
    settle()
    middle = window.mapToGlobal(window.rect().center()) - dialog.geometry().center()
    assert abs(middle.x()) <= 1 and abs(middle.y()) <= 1 and dialog.width() <= 700 - 32
    dialog.done(0)


def test_the_shortcuts_of_the_window_rest(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    opened(dialog)
    assert dialog.isModal()
    dialog.done(0)


def test_the_affirmative_button_is_right_most(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    opened(dialog)
    sign, cancel = (
        next(each for each in dialog.findChildren(QPushButton) if word in each.accessibleName())
        for word in ("Sign", "Cancel")
    )
    assert sign.x() > cancel.x()
    dialog.done(0)


def test_a_second_body_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    dialog = Dialog(None, "Title")
    qtbot.addWidget(dialog)
    dialog.set_body(holder(column(button("One"))))
    dialog.set_body(holder(column(button("Two"))))
    settle()
    assert "One" not in {each.accessibleName() for each in dialog.findChildren(QPushButton)}


def test_a_dialog_on_a_dialog_stands_on_the_window(qtbot: QtBot) -> None:
    window = behind(qtbot)
    first = question(window)
    opened(first)
    assert Dialog(first, "Second").parentWidget() is window
    first.done(0)


def test_the_corners_show_the_dialog_that_it_stands_on(qtbot: QtBot) -> None:
    window = behind(qtbot)
    under, over = question(window), Dialog(window, "Cannot", width=300)
    opened(under)
    over.open()
    settle()
    assert under.width() > over.width() and under.height() > over.height()
    corner = over.grab().toImage().pixelColor(0, 0)
    assert corner == under.grab().toImage().pixelColor(under.mapFromGlobal(over.mapToGlobal(QPoint(0, 0))))
    over.done(0)
    under.done(0)


@pytest.mark.req("R-ACC-17")
def test_it_does_not_open_where_its_window_is_hidden(qtbot: QtBot) -> None:
    window = behind(qtbot)
    dialog = question(window)
    told: list[int] = []
    dialog.finished.connect(told.append)
    window.hide()
    dialog.open()
    settle()
    assert told == [0] and not window.findChildren(Dialog) and not window.findChildren(Scrim)
