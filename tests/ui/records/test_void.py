"""A record is declared void, or corrected: void with its reason, then a new one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit

from tests.ui.records.acting import complete, go_on, newest
from tests.ui.signing.hands import fill, pick, signatures
from tests.ui.signing.onscreen import Screen, button, click, named, words
from tests.ui.waiting import until
from tests.work.onstage import LEARNER, QA, TRAINER
from tests.work.seeing import findings
from ui.records.add import AddDialog
from ui.records.next import NextDialog
from ui.records.void import CorrectDialog, correct_record, void_record
from ui.signing.dialog import SignDialog
from ui.signing.sign import CannotDialog

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]


@pytest.mark.req("R-REC-12", "R-SIG-12")
def test_qa_declares_a_record_void_with_a_reason(screen: Open) -> None:
    there = screen(QA)
    record = complete(there)
    void_record(there.desk, there.page, record)
    signing = there.dialog(SignDialog)
    assert "stays readable and counts for nothing" in words(signing) and "Earlier signatures: 2" in words(
        signing
    )
    pick(named(signing, QComboBox, "Reason"), "The training is recorded twice")
    fill(there, signing)
    click(signing.sign_button)
    until(lambda: not there.dialogs())
    assert newest(there)["void"] == 1
    void_record(there.desk, there.page, record)
    assert "is void and takes no signature" in words(there.dialog(CannotDialog))


@pytest.mark.req("R-REC-12", "R-ACC-06")
def test_a_trainer_has_qa_declare_it_void_at_the_screen(screen: Open) -> None:
    there = screen(TRAINER)
    before = signatures(there)
    void_record(there.desk, there.page, complete(there))
    signing = there.dialog(SignDialog)
    choice = named(signing, QComboBox, "Who signs")
    assert [choice.itemText(at)[:13] for at in range(choice.count())][1:] == ["Maaike Uphaus", "Nora Doornhem"]
    assert signatures(there) == before and not signing.sign_button.isEnabled()
    pick(choice, choice.itemText(1))
    until(lambda: "Maaike Uphaus" in words(signing))
    pick(named(signing, QComboBox, "Reason"), "The person is wrong")
    fill(there, signing, QA)
    click(signing.sign_button)
    until(lambda: not there.dialogs())
    assert newest(there)["void"] == 1 and there.office.session is not None


@pytest.mark.req("R-SIG-11", "R-REC-12")
def test_to_correct_is_to_void_and_to_begin_anew_with_what_it_said(screen: Open) -> None:
    there = screen(QA)
    record = complete(there)
    correct_record(there.desk, there.page, record)
    told = there.dialog(CorrectDialog)
    assert "A signed record is never changed." in words(told) and "RQ-0083" in words(told)
    click(button(told, "Declare void and begin anew"))
    signing = there.dialog(SignDialog)
    pick(named(signing, QComboBox, "Reason"), "The date or time is wrong")
    fill(there, signing)
    click(signing.sign_button)
    anew = there.dialog(AddDialog)
    assert "RQ-0083" in named(anew, QComboBox, "Requirement").currentText()
    assert named(anew, QDateEdit, "Day").date() == QDate(2026, 11, 20)
    assert named(anew, QLineEdit, "Time").text() == "08:37"
    signing = go_on(there, anew)
    fill(there, signing, LEARNER)
    click(signing.sign_button)
    told = there.dialog(NextDialog)
    row = newest(there)
    assert row["id"] != record and row["learned"] and not row.get("void")
    click(button(told, "Later"))
    until(lambda: not there.dialogs())
    there.stage.close()
    assert findings(there.stage) == []
