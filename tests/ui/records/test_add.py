"""A record is begun and signed by its trainee; what is typed until then is a draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton

from app.work.drafts import drafts_of
from tests.ui.records.acting import begin, go_on, newest
from tests.ui.signing.hands import fill
from tests.ui.signing.onscreen import Screen, button, click, gone, named, words
from tests.ui.waiting import until
from tests.work.onstage import ADMIN, LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING
from ui.records.add import add_record
from ui.records.next import NextDialog
from ui.signing.dialog import SignDialog
from ui.signing.sign import CannotDialog

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]


@pytest.mark.req("R-REC-02", "R-SIG-16")
def test_the_trainee_begins_a_record_and_signs_it(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = begin(there, READING)
    seen = words(dialog)
    assert "Omkaar Barad" in seen and "You sign first, as trainee." in seen
    assert "RQ-0045 · Gowning for Grade A and B" in named(dialog, QComboBox, "Requirement").currentText()
    assert "SOP-0007 version 8.0" in named(dialog, QComboBox, "Document version").currentText()
    signing = go_on(there, dialog)
    fill(there, signing)
    click(signing.sign_button)
    until(lambda: not there.dialogs())
    assert newest(there)["learned_by"] == there.who["uid"] and "now qualified" in there.said[0]


def test_ctrl_enter_goes_on_to_the_signature_and_signs_nothing(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = begin(there, READING)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    signing = there.dialog(SignDialog)
    assert there.signed == 0
    QTest.keyClick(signing, Qt.Key.Key_Escape)
    gone(signing)


@pytest.mark.req("R-REC-15")
def test_without_a_requirement_it_says_so(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = begin(there, "")
    click(button(dialog, "Go on to the signature"))
    assert "Choose what the training was about." in words(dialog)


@pytest.mark.req("R-REC-02")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("RQ-0003", "SOP-0024 has no file here, so it can't be signed as read."),
        ("RQ-0037", "RQ-0035 must be met first."),
        ("RQ-0002", "A quiz or a course is recorded where it is taken."),
    ],
)
def test_what_cannot_begin_says_why_before_anybody_types_a_password(screen: Open, code: str, said: str) -> None:
    dialog = begin(screen(QA), code)
    assert said in words(dialog) and code in words(dialog)
    assert not button(dialog, "Go on to the signature").isEnabled()


@pytest.mark.req("R-ACC-06")
def test_who_may_not_see_the_person_begins_nothing(screen: Open) -> None:
    there = screen(ADMIN)
    add_record(there.desk, there.page, LEARNER_NUMBER)
    assert "outside your role's scope" in words(there.dialog(CannotDialog))


@pytest.mark.req("R-REC-10")
def test_leaving_the_signature_leaves_the_fields_and_the_draft(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = begin(there, READING)
    QTest.keyClicks(named(dialog, QPlainTextEdit, "Comment"), "line 2, <i>left</i> & right")
    signing = go_on(there, dialog)
    QTest.keyClick(signing, Qt.Key.Key_Escape)
    gone(signing)
    assert named(dialog, QPlainTextEdit, "Comment").toPlainText() == "line 2, <i>left</i> & right"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    until(lambda: not there.dialogs())
    there.rest()
    again = begin(there, "")
    assert named(again, QPlainTextEdit, "Comment").toPlainText() == "line 2, <i>left</i> & right"
    assert "RQ-0045" in named(again, QComboBox, "Requirement").currentText()
    signing = go_on(there, again)
    fill(there, signing)
    click(signing.sign_button)
    until(lambda: not there.dialogs())
    there.rest()
    assert drafts_of(there.office) == ()


@pytest.mark.req("A-08")
def test_with_the_keyboard_alone(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = begin(there, READING)
    dialog.activateWindow()
    QTest.keyClick(dialog, Qt.Key.Key_Space) if not button(
        dialog, "Go on to the signature"
    ).hasFocus() else None
    QTest.keyClick(button(dialog, "Go on to the signature"), Qt.Key.Key_Space)
    signing = there.dialog(SignDialog)
    signing.activateWindow()
    fill(there, signing)
    press: QPushButton = signing.sign_button
    press.setFocus()
    QTest.keyClick(press, Qt.Key.Key_Space)
    until(lambda: not there.dialogs())
    assert newest(there)["learned_by"] == there.who["uid"]


@pytest.mark.req("R-REC-02")
def test_an_open_record_is_finished_and_not_begun_twice(screen: Open) -> None:
    there = screen(QA)
    for code in (READING, ON_THE_JOB):
        signing = go_on(there, begin(there, code))
        fill(there, signing, LEARNER)
        click(signing.sign_button)
        gone(signing)
    click(button(there.dialog(NextDialog), "Later"))
    until(lambda: not there.dialogs())
    dialog = begin(there, ON_THE_JOB)
    assert "A record is open for this requirement" in words(dialog)
    assert not button(dialog, "Go on to the signature").isEnabled()
    click(button(dialog, "Finish it"))
    assert "Jennifer van der Wal" in words(there.dialog(NextDialog))
