"""Verdicts, reasons and second persons in the dialog: chosen and typed by whoever signs, never filled in for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.domain.records import SignOff, Void
from app.work.demo.stage import next_step
from app.work.perform import perform
from tests.ui.signing.hands import fill, pick, signatures
from tests.ui.signing.onscreen import Screen, click, named, words
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING, SECOND_QA, TRAINER
from tests.work.seeing import done, entries
from ui.kit.layout import column, holder
from ui.kit.text import label
from ui.kit.tokens import set_theme
from ui.signing.halves import SOON_MS, InView, Tall

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]
WRONG = "this is not the password"


def assessed(there: Screen) -> SignOff:
    """The trainer's step on a record that the trainee has signed."""
    office, stage = there.office, there.stage
    assert done(perform(office, stage.command(LEARNER_NUMBER, READING, "READ"), stage.beside(LEARNER))) == 1
    first = stage.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED")
    assert done(perform(office, first, stage.beside(LEARNER))) == 1
    return next_step(first, "COMPETENT")


@pytest.mark.req("R-SIG-08", "R-SIG-16")
def test_a_verdict_is_never_preselected_and_the_words_follow_the_choice(screen: Open) -> None:
    there = screen(TRAINER)
    dialog = there.sign(assessed(there))
    choice = named(dialog, QComboBox, "Meaning")
    assert choice.currentText() == "Choose your verdict" and choice.hasFocus()
    assert "Choose what you judge" in words(dialog) and "competent to work" not in words(dialog)
    QTest.keyClicks(named(dialog, QLineEdit, "Password"), "x")
    click(dialog.sign_button)
    assert "Choose what you judge." in words(dialog) and not dialog._busy
    pick(choice, "Assessed: not yet competent")
    until(lambda: "not yet competent.”" in words(dialog))
    assert dialog.sign_button.accessibleName() == "Sign as Not yet competent" and dialog.form.words.isVisible()
    pick(choice, "Assessed: competent")
    until(lambda: "competent to work unsupervised.”" in words(dialog))
    assert dialog.windowTitle() == "Sign as Assessed"


@pytest.mark.req("R-SIG-08", "R-SIG-16")
def test_words_for_another_verdict_are_not_signed_out_of_sight(screen: Open) -> None:
    there = screen(TRAINER)
    dialog = there.sign(assessed(there))
    meaning = named(dialog, QComboBox, "Meaning")
    pick(meaning, "Assessed: not yet competent")
    until(lambda: "not yet competent.”" in words(dialog))
    pick(named(dialog, QComboBox, "Reason"), "Another reason")
    QTest.keyClicks(named(dialog, QPlainTextEdit, "In your own words"), "He touched the filling needle")
    pick(meaning, "Assessed: competent")
    until(lambda: "unsupervised.”" in words(dialog))
    pick(named(dialog, QComboBox, "Reason"), "Initial qualification")
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: there.signed)
    there.rest()
    why = entries(there.office)[-1].why
    assert why is not None and why.code == "INITIAL" and why.text is None


@pytest.mark.req("R-SIG-08")
def test_a_reason_is_remembered_only_where_none_is_asked_for(screen: Open) -> None:
    there = screen(TRAINER)
    there.desk.remembers.set("sign.reason.COMPETENT", "INITIAL")
    there.desk.remembers.set("sign.reason.NOT_YET", "STEP_FAILED")
    dialog = there.sign(assessed(there))
    pick(named(dialog, QComboBox, "Meaning"), "Assessed: not yet competent")
    until(lambda: "not yet competent.”" in words(dialog))
    assert named(dialog, QComboBox, "Reason").currentText() == "Choose a reason"
    pick(named(dialog, QComboBox, "Meaning"), "Assessed: competent")
    until(lambda: "unsupervised.”" in words(dialog))
    assert named(dialog, QComboBox, "Reason").currentText() == "Initial qualification"


@pytest.mark.req("R-REC-12")
def test_an_empty_reason_signs_nothing_and_the_words_are_kept_in_history(screen: Open) -> None:
    there = screen(QA)
    record = [one.ent.id for one in entries(there.office) if one.act == "record.sign"][-1]
    dialog = there.sign(Void(id=record, why=None))
    fill(there, dialog)
    click(dialog.sign_button)
    assert "Choose a reason." in words(dialog) and not dialog._busy and not there.signed
    pick(named(dialog, QComboBox, "Reason"), "Another reason")
    click(dialog.sign_button)
    assert "Say the reason in your own words." in words(dialog)
    QTest.keyClicks(named(dialog, QPlainTextEdit, "In your own words"), "It was <b>another</b> & person")
    click(dialog.sign_button)
    until(lambda: there.signed)
    there.rest()
    why = entries(there.office)[-1].why
    assert why is not None and why.code == "OTHER"
    assert there.office.ring.open(why.text, "record", record, "why.text") == "It was <b>another</b> & person"


@pytest.mark.req("R-SIG-04")
def test_a_second_person_types_everything_and_opens_no_session(screen: Open) -> None:
    there = screen(QA)
    dialog = there.sign(assessed(there), second=True)
    assert "Jennifer van der Wal" in words(dialog) and "always gives all three" in words(dialog)
    assert named(dialog, QLineEdit, "User ID").text() == "" and dialog.form.code.isVisible()
    pick(named(dialog, QComboBox, "Meaning"), "Assessed: competent")
    until(lambda: "competent to work" in words(dialog))
    fill(there, dialog, TRAINER)
    click(dialog.sign_button)
    until(lambda: there.signed)
    there.rest()
    newest = entries(there.office)[-1]
    assert newest.by.sess is None and newest.by.uid == there.stage.cast.people[TRAINER]["uid"]
    assert there.office.session is not None and there.office.session.uid == there.who["uid"]


@pytest.mark.req("R-SIG-04")
def test_somebody_else_does_not_sign_the_second_persons_words(screen: Open) -> None:
    there = screen(QA)
    dialog = there.sign(assessed(there), second=True)
    pick(named(dialog, QComboBox, "Meaning"), "Assessed: competent")
    until(lambda: "competent to work" in words(dialog))
    before = signatures(there)
    fill(there, dialog, SECOND_QA)
    click(dialog.sign_button)
    until(lambda: "These words name Jennifer van der Wal" in words(dialog))
    assert signatures(there) == before and "Nothing was signed" in words(dialog)


def test_what_was_told_stays_in_view_when_the_text_grows(qtbot: QtBot) -> None:
    lines = [label(f"Line {n}", "body") for n in range(40)]
    body = Tall(holder(column(*lines)))
    qtbot.addWidget(body)
    body.resize(400, 300)
    body.show()
    view = InView(body)
    view.bring(lines[25])
    for size in (1.0, 1.5):
        set_theme("light", size)
        until(lambda: lines[25].visibleRegion().boundingRect().height() == lines[25].height())
        pause(2 * SOON_MS)
        assert lines[25].visibleRegion().boundingRect().height() == lines[25].height()
