"""What comes next on a record, and who signs it where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox

from tests.ui.records.acting import begin, complete, go_on, newest
from tests.ui.signing.hands import fill, pick
from tests.ui.signing.onscreen import Screen, button, click, gone, named, words
from tests.ui.waiting import until
from tests.work.onstage import LEARNER, ON_THE_JOB, QA, READING, TRAINER
from ui.records.next import NextDialog, sign_next
from ui.signing.dialog import SignDialog

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]


@pytest.mark.req("R-SIG-04", "R-SIG-16", "R-REC-03")
def test_trainee_and_trainer_sign_at_the_screen_of_qa(screen: Open) -> None:
    there = screen(QA)
    for code in (READING, ON_THE_JOB):
        signing = go_on(there, begin(there, code))
        fill(there, signing, LEARNER)
        click(signing.sign_button)
        gone(signing)
    told = there.dialog(NextDialog)
    assert "Next: the signature of the trainer" in words(told) and "Jennifer van der Wal" in words(told)
    click(button(told, "Sign here as a second person"))
    signing = there.dialog(SignDialog)
    pick(named(signing, QComboBox, "Meaning"), "Assessed: competent")
    until(lambda: "competent to work" in words(signing))
    fill(there, signing, TRAINER)
    click(signing.sign_button)
    until(lambda: not there.dialogs())
    row = newest(there)
    assert row["verdict"] == "COMPETENT" and row["learned_by"] != row["taught_by"]
    assert there.office.session is not None and there.office.session.uid == there.who["uid"]
    assert "Omkaar Barad is now qualified for RQ-0047 until" in there.said[-1]


def test_a_complete_record_has_nothing_next(screen: Open) -> None:
    there = screen(QA)
    sign_next(there.desk, there.page, complete(there))
    there.rest()
    assert there.dialogs() == []
