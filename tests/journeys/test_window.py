"""The main job in the real window, by keys alone: in, find, two people sign, verdict, paper, verify, lock, back in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.base.say import say
from app.work.checking import verify_pdf
from app.work.demo.stage import Stage
from tests.ui.conftest import look
from tests.ui.opened import Opened, opened
from tests.ui.waiting import until
from tests.work.conftest import stage
from tests.work.onstage import READING
from ui.history.page import HistoryView
from ui.history.verify import AskPassword
from ui.kit.dialog import Dialog
from ui.kit.editors import Choice
from ui.people.person import PersonPage
from ui.records.add import AddDialog
from ui.records.next import NextDialog
from ui.reports.page import ReportsPage
from ui.shell.search import Search
from ui.signing.dialog import SignDialog

__all__ = ["look", "stage"]
TRAINING = "RQ-0083"
"""Trainee and trainer sign it; the demo's own record of it counts already."""


def dialog(kind: type[Dialog]) -> Dialog:
    """The uppermost dialog of a kind; waits for it."""

    def found() -> list[Dialog]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]

    until(lambda: bool(found()))
    return found()[-1]


def keys(
    text: str = "", key: Qt.Key | None = None, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Type where the focus is."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, text)
    if key is not None:
        QTest.keyClick(target, key, how)


def tab_to(target: QWidget) -> None:
    """Walk there with Tab, as a person does."""
    for _ in range(60):
        focus = QApplication.focusWidget()
        if focus is target or (focus is not None and target.isAncestorOf(focus)):
            return
        keys(key=Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never came to {target.accessibleName()!r}")


def pick(made: Opened, choice: Choice, words: str) -> None:
    """Choose by typing the first letters, where there is something to choose."""
    if choice.isVisible() and not choice.value():
        tab_to(choice)
        keys(words[:5])
        made.settle()
        assert choice.value(), words


def sign_beside(made: Opened, stage: Stage, username: str) -> None:
    """A second person types everything and signs with Ctrl+Enter."""
    ask = dialog(SignDialog)
    assert isinstance(ask, SignDialog)
    made.settle()
    pick(made, ask.form.signer_choice, stage.cast.people[username]["name"])
    pick(made, ask.form.meaning_choice, say("meaning.COMPETENT"))
    given = stage.cast.typed(username)
    for field, text in ((ask.form.user_edit, given.user), (ask.form.password_edit, given.password)):
        tab_to(field)
        keys(text)
    tab_to(ask.form.code_entry)
    keys(given.code)
    keys(key=Qt.Key.Key_Return)
    assert ask.isVisible(), "Enter in a field signed"
    keys(key=Qt.Key.Key_Return, how=Qt.KeyboardModifier.ControlModifier)
    made.settle()


def find_person(made: Opened) -> PersonPage:
    """Ctrl+K, a few letters, Enter."""
    made.press("Ctrl+K")
    search = dialog(Search)
    keys("omkaar bar")
    made.settle()
    keys(key=Qt.Key.Key_Return)
    until(lambda: not isValid(search) or not search.isVisible())
    made.settle()
    page = made.page()
    assert isinstance(page, PersonPage)
    return page


def choose(made: Opened, page: PersonPage, code: str) -> None:
    """Ctrl+F, the code, and down into the table."""
    made.press("Ctrl+F")
    keys(code)
    rows = page.tabs.tables["duties"].rows
    until(lambda: rows.rowCount() == 1 and (rows.source.row(0) or ("",))[0] == code)
    tab_to(page.tabs.tables["duties"].grid)
    keys(key=Qt.Key.Key_Home)
    made.settle()
    assert page.tabs.current() == code


def cell(page: PersonPage, column: int) -> str:
    """What the requirement in front says in a column."""
    row = page.tabs.tables["duties"].rows.source.row(0)
    assert row is not None
    return row[1][column].text


def begin(made: Opened) -> None:
    """Ctrl+Shift+S, then on to the first signature."""
    made.press("Ctrl+Shift+S")
    add = dialog(AddDialog)
    assert isinstance(add, AddDialog)
    tab_to(add.go_button)
    keys(key=Qt.Key.Key_Space)


def closed(made: Opened) -> None:
    """Wait until no dialog is open and every answer is there."""
    until(
        lambda: not any(isinstance(one, Dialog) and one.isVisible() for one in QApplication.topLevelWidgets())
    )
    made.settle()


@pytest.mark.req("R-SIG-01", "R-SIG-04", "R-SIG-07", "R-ACC-17")
def test_the_main_job_by_keys_alone(qtbot: QtBot, look: None, stage: Stage, tmp_path: Path) -> None:
    with opened(qtbot, stage, "muphaus") as made:
        made.window.resize(1440, 900)
        page = find_person(made)
        choose(made, page, READING)
        assert "Qualified" not in cell(page, 1)
        begin(made)
        sign_beside(made, stage, "obarad")
        closed(made)
        assert cell(page, 1).startswith("Qualified")
        choose(made, page, TRAINING)
        before = cell(page, 3)
        begin(made)
        sign_beside(made, stage, "obarad")
        another = dialog(NextDialog)
        assert isinstance(another, NextDialog)
        tab_to(another.here_button)
        keys(key=Qt.Key.Key_Space)
        sign_beside(made, stage, "jwal")
        closed(made)
        assert cell(page, 4) == "2 of 2"
        assert cell(page, 3) != before or "Qualified" in cell(page, 1)
        report(made, tmp_path / "training-file.pdf")
        verify(made, stage)
        lock_and_return(made, stage)
        assert made.page().name == "history"


def report(made: Opened, out: Path) -> None:
    """Ctrl+P from the training file, Ctrl+P makes it, Ctrl+E saves it; the file proves itself."""
    made.press("Ctrl+P")
    page = made.page()
    assert isinstance(page, ReportsPage)
    until(lambda: page.form.person() is not None)
    made.press("Ctrl+P")
    until(lambda: page.made is not None and not page.viewer.sheet.is_empty())
    made.settle()
    answer_where(out)
    made.press("Ctrl+E")
    until(lambda: say("ui.reports.checked") in made.said(page))
    checked = verify_pdf(out, None)
    assert checked.report.exit == 0
    assert out.read_bytes() == page.made.drawn.pdf  # type: ignore[union-attr]


def answer_where(out: Path) -> None:
    """Once the question for a place is open, type it there and press Enter."""

    def answer() -> None:
        asked = QApplication.activeModalWidget()
        if not isinstance(asked, QFileDialog):
            QTimer.singleShot(20, answer)
            return
        keys(key=Qt.Key.Key_A, how=Qt.KeyboardModifier.ControlModifier)
        keys(str(out))
        keys(key=Qt.Key.Key_Return)

    QTimer.singleShot(20, answer)


def verify(made: Opened, stage: Stage) -> None:
    """Ctrl+4 to the history, Ctrl+Shift+V, name, password, Enter."""
    made.press("Ctrl+4")
    page = made.page()
    assert isinstance(page, HistoryView)
    made.press("Ctrl+Shift+V")
    dialog(AskPassword)
    given = stage.cast.typed("muphaus")
    keys(given.user)
    keys(key=Qt.Key.Key_Tab)
    keys(given.password)
    keys(key=Qt.Key.Key_Return)
    until(lambda: not page.standing.verifying.runs and not page.standing.progress.isVisible(), 120_000)
    made.settle()
    assert "History verifies" in page.standing.banner.title.text()


def lock_and_return(made: Opened, stage: Stage) -> None:
    """Ctrl+L, then name, password and code at the door."""
    window = made.window
    made.press("Ctrl+L")
    until(made.door.isVisible)
    made.settle()
    assert not window.isVisible()
    made.press_at_door("Space")
    until(made.door.form.isVisible)
    given = stage.cast.typed("muphaus")
    form = made.door.form
    for field, text in ((form.user, given.user), (form.password, given.password)):
        tab_to(field)
        field.clear()
        keys(text)
    tab_to(form.code)
    keys(given.code)
    keys(key=Qt.Key.Key_Return)
    until(window.isVisible)
    made.settle()
