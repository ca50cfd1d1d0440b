"""The sign dialog, by what is seen, typed and clicked: nothing signs but what is meant to, and everything is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QPushButton

from app.base.say import say
from app.domain.records import Void
from app.work.drafts import draft
from app.work.perform import perform
from tests.ui.signing.hands import fill, pick, reading, signatures
from tests.ui.signing.onscreen import Screen, button, click, gone, named, words
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING
from tests.work.seeing import done, entries, setting, watched
from ui.desk import Notice
from ui.signing.cant import CantDialog
from ui.signing.dialog import SignDialog
from ui.signing.exact import ExactDialog
from ui.signing.sign import CannotDialog, sign

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]
WRONG = "this is not the password"


# ---- what is shown


@pytest.mark.req("R-SIG-05", "R-SIG-07", "R-SIG-08")
def test_it_shows_what_is_signed_before_anybody_types(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    seen = words(dialog)
    for part in (
        "Gowning for Grade A and B", "SOP-0007 version 8.0", "effective 3 Nov 2024", "Omkaar Barad", LEARNER_NUMBER,
        "SOP-0007_v8.0_EN.pdf", "Earlier signatures: 0", "“I read SOP-0007 version 8.0 and understand what it asks of me.”",
        "CET (UTC+01:00)", "Signature 1 of 1. It completes this record and qualifies Omkaar Barad for RQ-0045.",
        "Your electronic signature is the legal equivalent of your handwritten one.",
        "This is your first signing since", "so all three are needed.",
    ):  # fmt: skip
        assert part in seen, part
    assert dialog.windowTitle() == "Sign as Read" == dialog.sign_button.accessibleName()
    assert named(dialog, QLineEdit, "User ID").text() == LEARNER and not dialog.sign_button.isEnabled()


@pytest.mark.req("R-SIG-16")
def test_what_can_not_be_signed_is_told_before_anybody_types(screen: Open) -> None:
    there = screen(LEARNER)
    sign(there.desk, there.page, there.stage.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED"), then=there._then)
    told = there.dialog(CannotDialog)
    assert "RQ-0045 must be met first" in words(told) and not there.signed
    click(button(told, "Close"))


@pytest.mark.req("R-SIG-07")
def test_exactly_what_is_signed_can_be_opened_and_copied(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    click(button(dialog, "Open exactly what is signed"))
    exact = there.dialog(ExactDialog)
    assert dialog._shown is not None
    assert named(exact, QPlainTextEdit, "Canonical text").toPlainText() == dialog._shown.content
    click(button(exact, "Copy the text"))
    assert QApplication.clipboard().text() == dialog._shown.content
    click(button(exact, "Close"))
    assert dialog.isVisible()


def test_the_time_ticks(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    first = dialog.form._time.text()
    until(lambda: dialog.form._time.text() != first)


# ---- signing


@pytest.mark.req("R-SIG-01", "R-SIG-02")
def test_with_all_three_it_signs_says_what_follows_and_tells_the_pages(screen: Open) -> None:
    there = screen(LEARNER)
    before = signatures(there)
    dialog = there.sign(reading(there))
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: there.signed)
    assert signatures(there) == before + 1 and any("record" in nouns for nouns in there.nouns)
    assert there.said[0].startswith("Signed as Read, 20 Nov 2026, ")
    assert "Omkaar Barad is now qualified for RQ-0045" in there.said[0]


@pytest.mark.req("R-SIG-02")
def test_the_second_signing_asks_for_the_password_alone_and_says_why(screen: Open) -> None:
    there = screen(QA)
    assert done(perform(there.office, setting("late_h", 30), there.stage.signer())) == 1
    dialog = there.sign(setting("kiosk_s", 60))
    assert not dialog.form.code.isVisible() and "in this period, so your password is enough." in words(dialog)
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: there.signed)


@pytest.mark.req("R-SIG-02")
def test_enter_in_any_field_signs_nothing(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    fill(there, dialog)
    for name in ("Password", "One-time code", "User ID", "Meaning"):
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QTest.keyClick(named(dialog, QLineEdit, name), key)
    there.rest()
    assert signatures(there) == before and dialog.isVisible() and not dialog._busy
    assert not [one for one in dialog.findChildren(QPushButton) if one.isDefault() or one.autoDefault()]


@pytest.mark.req("R-SIG-02")
def test_what_was_missing_is_no_longer_said_once_it_is_typed(screen: Open) -> None:
    there = screen(QA)
    dialog = there.sign(there.stage.command(LEARNER_NUMBER, READING, "READ"), second=True)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.form.user.error() == say("ui.sign.missing.user")
    QTest.keyClicks(dialog.form.user_edit, LEARNER)
    assert dialog.form.user.error() == ""
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.form.password.error() == say("ui.sign.missing.password")


@pytest.mark.req("R-SIG-02")
@pytest.mark.parametrize("keys", ["Ctrl+Return", "Ctrl+Enter"])
def test_ctrl_enter_signs_only_with_a_password(screen: Open, keys: str) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    QTest.keySequence(dialog, QKeySequence(keys))
    there.rest()
    assert dialog.isVisible() and "Type your password." in words(dialog) and not there.signed
    fill(there, dialog)
    QTest.keySequence(dialog, QKeySequence(keys))
    until(lambda: there.signed)


@pytest.mark.req("R-SIG-02")
def test_a_double_click_signs_once(screen: Open) -> None:
    there = screen(LEARNER)
    before, size = signatures(there), there.office.tail.n
    dialog = there.sign(reading(there))
    fill(there, dialog)
    target = dialog.sign_button
    click(target)
    QTest.mouseDClick(target, Qt.MouseButton.LeftButton)
    QTest.keySequence(dialog, QKeySequence("Ctrl+Return"))
    until(lambda: there.signed)
    there.rest()
    assert signatures(there) == before + 1 and there.signed == 1
    assert "auth.fail" not in [one.act for one in entries(there.office, size)]


def test_asking_twice_opens_one_dialog(screen: Open) -> None:
    there = screen(LEARNER)
    command = reading(there)
    for _ in range(2):
        sign(there.desk, there.page, command, then=there._then)
    there.dialog()
    there.rest()
    assert len(there.dialogs()) == 1


@pytest.mark.req("R-SIG-02")
def test_while_it_signs_it_is_alive_and_says_so(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    fill(there, dialog)
    click(dialog.sign_button)
    assert "Signing…" in words(dialog) and dialog.sign_button.accessibleName() == "Signing…"
    assert not dialog.sign_button.isEnabled() and named(dialog, QLineEdit, "Password").text() == ""
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    until(lambda: there.signed)


# ---- what is refused


@pytest.mark.req("R-SIG-02")
def test_a_mark_that_could_not_be_written_is_told_beside_the_signature(screen: Open) -> None:
    there = screen(LEARNER)
    told: list[Notice] = []
    there.desk.noticed.connect(told.append)
    dialog = there.sign(reading(there))
    secrets = watched(there.stage.secrets())
    there.office.secrets, secrets.broken = secrets, "anchor"
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: there.signed)
    assert there.said[0].startswith("Signed as Read") and "Do not do this step again" in told[0].text
    there.office.secrets = there.stage.secrets()


# ---- verdicts, reasons, second person


# ---- leaving


@pytest.mark.req("R-REC-10")
def test_what_was_typed_as_reason_is_kept_as_a_draft_and_comes_back(screen: Open) -> None:
    there = screen(QA)
    record = [one.ent.id for one in entries(there.office) if one.act == "record.sign"][-1]
    dialog = there.sign(Void(id=record, why=None))
    pick(named(dialog, QComboBox, "Reason"), "Another reason")
    QTest.keyClicks(named(dialog, QPlainTextEdit, "In your own words"), "half a thought")
    QTest.keyClicks(named(dialog, QLineEdit, "Password"), "typed before leaving")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    until(lambda: not there.dialogs())
    there.rest()
    kept = draft(there.office, f"sign/{record}")
    assert kept is not None and kept.fields == {"why": "OTHER", "words": "half a thought"}
    again = there.sign(Void(id=record, why=None))
    assert named(again, QPlainTextEdit, "In your own words").toPlainText() == "half a thought"
    assert named(again, QComboBox, "Reason").currentText() == "Another reason"
    assert named(again, QLineEdit, "Password").text() == ""


def test_i_can_not_sign_this_says_whom_to_tell_and_records_nothing(screen: Open) -> None:
    there = screen(LEARNER)
    size = there.office.tail.n
    dialog = there.sign(reading(there))
    click(button(dialog, "I can't sign this…"))
    asked = there.dialog(CantDialog)
    pick(named(asked, QComboBox, "Why not"), "What it says is wrong")
    until(lambda: "Maaike Uphaus, Nora Doornhem" in words(asked))
    click(button(asked, "Leave without signing"))
    until(lambda: not there.dialogs())
    assert there.office.tail.n == size and not there.signed


@pytest.mark.req("R-SIG-02")
def test_the_password_stays_nowhere_in_the_window(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    fill(there, dialog, password=WRONG)
    edit = named(dialog, QLineEdit, "Password")
    click(dialog.sign_button)
    until(lambda: "Nothing was signed" in words(dialog))
    edit.undo()
    assert edit.text() == "" and WRONG not in repr(vars(dialog)) and WRONG not in repr(vars(dialog.form))


@pytest.mark.req("A-08")
def test_the_keyboard_goes_through_it_in_the_order_of_the_design(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    there.window.activateWindow()
    dialog.activateWindow()
    assert QApplication.focusWidget() is named(dialog, QLineEdit, "Password")
    dialog.what.open.setFocus()
    seen = []
    for _ in range(9):
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
        seen.append((QApplication.focusWidget() or dialog).accessibleName())
    assert seen[:3] == ["Meaning", "User ID", "Password"] and "One-time code" in seen[3:5]
    assert seen.index("Cancel") > seen.index("One-time code")


def test_it_leaves_nothing_behind(screen: Open) -> None:
    there = screen(LEARNER)
    for _ in range(3):
        dialog = there.sign(reading(there))
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        until(lambda: not there.dialogs())
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        pause(10)
    assert there.window.findChildren(SignDialog) == []


@pytest.mark.req("R-ACC-17")
def test_a_lock_takes_it_away_and_the_next_one_can_be_opened(screen: Open) -> None:
    there = screen(LEARNER)
    command = reading(there)
    dialog = there.sign(command)
    fill(there, dialog)
    dialog.reject()
    dialog.hide()
    again = there.sign(command)
    assert named(again, QLineEdit, "Password").text() == "" and len(there.dialogs()) == 1
    again.hide()
    assert there.sign(command).isVisible()


@pytest.mark.req("R-ACC-17")
def test_what_was_asked_of_a_site_that_was_locked_is_not_waited_for(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = there.sign(reading(there))
    before = signatures(there)
    fill(there, dialog)
    there.desk.office = None
    click(dialog.sign_button)
    gone(dialog)
    assert signatures(there) == before and not there.signed
