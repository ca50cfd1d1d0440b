"""Fields: named by their label, errors in words, Tab and wheel as the design says, codes as they were typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.base.say import say
from tests.ui.conftest import settle
from tests.ui.waiting import until
from ui.kit.days import DayEdit
from ui.kit.editors import Choice, SearchEdit, TextArea
from ui.kit.fields import CodeEntry, Field
from ui.kit.layout import column, holder
from ui.kit.lines import LineEdit, Password
from ui.kit.tokens import set_theme, theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

ITEMS = [("a", "Aseptic filling"), ("b", "Formulation"), ("c", "R&D")]


def wheel(widget: QWidget) -> None:
    """One notch of the wheel over a widget."""
    at = QPointF(widget.rect().center())
    down, none = QPoint(0, -120), Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        QPoint(),
        down,
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def shown(qtbot: QtBot, *fields: QWidget) -> QWidget:
    """Fields in a window that has the focus on the first of them."""
    page = holder(column(*fields))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    fields[0].setFocus()
    settle()
    return page


@pytest.mark.parametrize("make", [lambda: Choice(ITEMS, "a"), lambda: DayEdit("2026-11-17")])
def test_the_wheel_needs_the_focus(qtbot: QtBot, make: object) -> None:
    other, field = LineEdit(), make()  # type: ignore[operator]
    page = shown(qtbot, other, field)
    before = field.value() if isinstance(field, Choice) else field.day()
    wheel(field)
    assert (field.value() if isinstance(field, Choice) else field.day()) == before
    field.setFocus()
    wheel(field)
    assert (field.value() if isinstance(field, Choice) else field.day()) != before
    assert page.isVisible()


def test_tab_leaves_a_text_area(qtbot: QtBot) -> None:
    area, after = TextArea("x"), LineEdit()
    page = shown(qtbot, area, after)
    qtbot.keyClick(area, Qt.Key.Key_Tab)
    assert page.focusWidget() is after and area.text() == "x"


def test_tab_reaches_the_button_that_shows_a_password(qtbot: QtBot) -> None:
    field, after = Password(), LineEdit()
    page = shown(qtbot, field, after)
    qtbot.keyClicks(field, "correct horse")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert page.focusWidget() is field.reveal and field.reveal.accessibleName() == "Show password"
    qtbot.keyClick(field.reveal, Qt.Key.Key_Space)
    assert field.echoMode() == QLineEdit.EchoMode.Normal and field.reveal.accessibleName() == "Hide password"
    qtbot.keyClick(field.reveal, Qt.Key.Key_Tab)
    assert page.focusWidget() is after


def test_a_label_names_its_field_and_an_error_describes_it(qtbot: QtBot) -> None:
    field = Field("Department", LineEdit("typed"), "As in the register")
    page = shown(qtbot, field)
    edit = field.editor
    assert (edit.accessibleName(), edit.accessibleDescription()) == ("Department", "As in the register")
    field.set_error("Choose one of the list.")
    assert edit.accessibleDescription() == field.error() == "Choose one of the list."
    assert isinstance(edit, LineEdit) and edit.text() == "typed"
    field.set_error("")
    assert edit.accessibleDescription() == "As in the register" and page.isVisible()


def test_the_label_takes_the_focus_to_the_field(qtbot: QtBot) -> None:
    field = Field("One-time code", CodeEntry())
    qtbot.addWidget(field)
    assert isinstance(field.editor, CodeEntry)
    assert field.label.buddy() is field.editor.edit and field.editor.edit.accessibleName() == "One-time code"


@pytest.mark.parametrize("typed", ["123 456", " 123456 ", "123\u00a0456"])
def test_a_code_may_have_spaces(qtbot: QtBot, typed: str) -> None:
    made = CodeEntry()
    qtbot.addWidget(made)
    QApplication.clipboard().setText(typed)
    made.edit.paste()
    assert (made.text(), made.code()) == (typed.strip("\n"), "123456")


def test_full_width_digits_are_kept_for_the_verb_to_refuse(qtbot: QtBot) -> None:
    made = CodeEntry()
    qtbot.addWidget(made)
    made.edit.setText("１２３４５６")
    assert made.code() == "１２３４５６"


def test_the_countdown_runs_only_while_it_is_seen(qtbot: QtBot) -> None:
    left = [7]
    made = CodeEntry()
    qtbot.addWidget(made)
    made.count_down(lambda: left[0])
    made.show()
    assert made.left.text() == "Next code in 7 s"
    left[0] = 6
    qtbot.waitUntil(lambda: made.left.text() == "Next code in 6 s", timeout=2_000)
    made.hide()
    assert not made._clock.isActive()


def test_enter_in_a_code_is_told(qtbot: QtBot) -> None:
    made = CodeEntry()
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(made.entered):
        qtbot.keyClick(made.edit, Qt.Key.Key_Return)


def test_a_filter_searches_once_when_typing_rests(qtbot: QtBot) -> None:
    made = SearchEdit("Filter", wait=40)
    qtbot.addWidget(made)
    told: list[str] = []
    made.searched.connect(told.append)
    qtbot.keyClicks(made, "kwame")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["kwame"]


def test_a_choice_tells_only_what_a_person_chose(qtbot: QtBot) -> None:
    made = Choice(ITEMS, "b")
    page = shown(qtbot, made)
    told: list[str] = []
    made.chosen.connect(told.append)
    made.set_value("a")
    assert made.value() == "a" and told == []
    qtbot.keyClick(made, Qt.Key.Key_Down)
    assert told == ["b"]
    made.set_value("gone")
    assert made.value() == "" and page.isVisible()


def test_long_words_of_a_choice_end_in_an_ellipsis_and_a_tooltip(qtbot: QtBot) -> None:
    made = Choice([("a", "Assessed: competent to work unsupervised"), ("b", "No")], "a")
    qtbot.addWidget(made)
    made.resize(140, 36)
    made.grab()
    assert made.toolTip() == "Assessed: competent to work unsupervised"
    made.set_value("b")
    made.grab()
    assert made.toolTip() == ""


def test_a_filter_that_filters_is_lit(qtbot: QtBot) -> None:
    offered = [("", "Any state"), ("draft", "Draft")]
    small, large = Choice(offered, name="State", small=True), Choice(offered, "draft", name="State")
    page = shown(qtbot, small, large)
    assert page.isVisible()
    assert not small.property("on")
    small.set_value("draft")
    assert small.property("on")
    assert not large.property("on")


def test_a_day_grows_with_the_text(qtbot: QtBot) -> None:
    day = DayEdit("2026-11-17")
    page = shown(qtbot, day)
    set_theme("light", 1.5)
    assert page.isVisible()
    assert day.lineEdit().font().pixelSize() == day.font().pixelSize() == 21


@pytest.mark.parametrize(
    ("key", "how"),
    [
        (None, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier),
    ],
)
def test_the_calendar_of_a_day_is_dressed_however_it_is_opened(
    qtbot: QtBot, key: Qt.Key | None, how: Qt.KeyboardModifier
) -> None:
    day = DayEdit("2026-11-17")
    page = shown(qtbot, day)
    for name in ("light", "dark"):
        set_theme(name, 1.0)
        if key is None:
            qtbot.mouseClick(day, Qt.MouseButton.LeftButton, pos=QPoint(day.width() - 8, day.height() // 2))
        else:
            qtbot.keyClick(day, key, how)
        calendar = day.calendarWidget()
        assert calendar.isVisible() and day.day() == "2026-11-17"
        before = calendar.findChild(QToolButton, "qt_calendar_prevmonth")
        assert before is not None and before.accessibleName() == say("ui.kit.month_before")
        assert calendar.headerTextFormat().foreground().color() == theme().colour("text")
        QTest.keyClick(calendar, Qt.Key.Key_Escape)
        until(lambda: not day.calendarWidget().isVisible())
    day._open_calendar()
    set_theme("light", 1.0)
    assert day.calendarWidget().headerTextFormat().foreground().color() == theme().colour("text")
    assert page.isVisible()


def test_a_day_is_written_with_its_month_in_letters(qtbot: QtBot) -> None:
    made = DayEdit("2026-11-03")
    qtbot.addWidget(made)
    assert (made.text(), made.day()) == ("3 Nov 2026", "2026-11-03")


@pytest.mark.req("R-ACC-17")
@pytest.mark.parametrize("kind", [LineEdit, Password])
def test_what_was_cleared_does_not_come_back_by_undo(qtbot: QtBot, kind: type[LineEdit]) -> None:
    field = kind()
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClicks(field, "correct horse")
    field.clear()
    field.setEchoMode(QLineEdit.EchoMode.Normal)
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "" and not field.isUndoAvailable()
