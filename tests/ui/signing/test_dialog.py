"""The sign dialog, by what is seen, typed and clicked: nothing signs but what is meant to, and everything is said."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QPushButton

from app.base.say import say
from app.base.words import Done
from app.domain.records import SignOff, Void
from app.store import vault as engine
from app.work.demo.stage import next_step
from app.work.drafts import draft
from app.work.perform import perform
from app.work.unlock import Given, granted_keys, opened_slot
from tests.ui.signing.onscreen import Screen, button, click, gone, named, words
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING, SECOND_QA, TRAINER
from tests.work.seeing import done, entries, setting, watched
from ui.desk import Notice
from ui.signing.cant import CantDialog
from ui.signing.dialog import SignDialog
from ui.signing.exact import ExactDialog
from ui.signing.sign import CannotDialog, sign

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]
WRONG = "this is not the password"


def reading(screen: Screen) -> SignOff:
    """The trainee's step on a document that is read."""
    return screen.stage.command(LEARNER_NUMBER, READING, "READ")


def fill(screen: Screen, dialog: SignDialog, username: str = "", password: str = "") -> None:
    """Type what proves the signer; with `password`, that one in place of the right one."""
    typed = screen.stage.cast.typed(username or screen.username)
    if username:
        named(dialog, QLineEdit, "User ID").setText(typed.user)
    QTest.keyClicks(named(dialog, QLineEdit, "Password"), password or typed.password)
    if dialog.form.code.isVisible():
        named(dialog, QLineEdit, "One-time code").clear()
        QTest.keyClicks(named(dialog, QLineEdit, "One-time code"), typed.code)


def signatures(screen: Screen) -> int:
    """How many e-signatures there are in history."""
    screen.rest()
    return sum(1 for one in entries(screen.office) if one.sig is not None and one.act != "session.open")


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


@pytest.mark.req("R-SIG-02", "R-ACC-16")
def test_a_wrong_password_keeps_everything_but_itself(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    fill(there, dialog, password=WRONG)
    code = named(dialog, QLineEdit, "One-time code").text()
    click(dialog.sign_button)
    until(lambda: "Nothing was signed" in words(dialog))
    seen = words(dialog)
    assert (
        "The record and your choices are unchanged. Tries left: 4; then signing locks for 15 minutes." in seen
    )
    assert named(dialog, QLineEdit, "Password").text() == "" and named(dialog, QLineEdit, "Password").hasFocus()
    assert named(dialog, QLineEdit, "One-time code").text() == code and signatures(there) == before
    assert "did not match" in named(dialog, QLineEdit, "Password").accessibleDescription()


@pytest.mark.req("R-SIG-04")
def test_somebody_elses_password_signs_nothing(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    fill(there, dialog, password=there.stage.cast.people[TRAINER]["password"])
    click(dialog.sign_button)
    until(lambda: "Nothing was signed" in words(dialog))
    assert signatures(there) == before


@pytest.mark.req("R-ACC-17", "R-SIG-07")
def test_what_is_signed_while_the_period_ends_is_told_to_nobody_after(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    fill(there, dialog)
    click(dialog.sign_button)
    there.desk.office = None
    until(lambda: not there.dialogs())
    there.desk.office = there.office
    assert signatures(there) == before + 1
    assert there.said == [] and there.signed == 0


@pytest.mark.req("R-SIG-07")
def test_what_changed_meanwhile_is_not_signed_and_shown_anew(screen: Open) -> None:
    there = screen(QA)
    dialog = there.sign(setting("kiosk_s", 60))
    assert "from 45 to 60" in words(dialog)
    changed = perform(there.office, setting("kiosk_s", 90), there.stage.beside(SECOND_QA))
    assert isinstance(changed, Done)
    before = signatures(there)
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: "has changed since it was shown" in words(dialog) and "from 90 to 60" in words(dialog))
    assert "Nothing was signed" in words(dialog) and signatures(there) == before
    assert not dialog.sign_button.isEnabled()
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: there.signed)


@pytest.mark.req("R-SIG-07")
def test_a_document_that_was_exchanged_is_not_signed(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    for path in (there.stage.site / "files").glob("*/*"):
        path.write_bytes(os.urandom(path.stat().st_size))
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: "Nothing was signed" in words(dialog))
    assert "was changed outside Countersign" in words(dialog) and signatures(there) == before


@pytest.mark.req("R-SIG-03", "R-ACC-17")
def test_after_the_period_ended_nothing_is_signed(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    fill(there, dialog)
    there.stage.cast.clock.advance(11 * 60_000)
    click(dialog.sign_button)
    until(lambda: "Nobody is signed in" in words(dialog))
    assert "Nothing was signed" in words(dialog) and signatures(there) == before
    QTest.keyClicks(named(dialog, QLineEdit, "Password"), "again")
    assert not dialog.sign_button.isEnabled()


@pytest.mark.req("R-SIG-03", "R-AUD-08")
@pytest.mark.parametrize(
    ("ms", "said"), [(3_600_000, "all needed now"), (-3_600_000, "lies more than five minutes before")]
)
def test_a_clock_that_moved_signs_nothing(screen: Open, ms: int, said: str) -> None:
    there = screen(QA)
    assert done(perform(there.office, setting("late_h", 30), there.stage.signer())) == 1
    before, dialog = signatures(there), there.sign(setting("kiosk_s", 60))
    there.stage.cast.clock.shift += ms
    there.stage.cast.clock.start += ms
    QTest.keyClicks(named(dialog, QLineEdit, "Password"), there.who["password"])
    click(dialog.sign_button)
    until(lambda: said in words(dialog))
    assert "Nothing was signed" in words(dialog) and signatures(there) == before
    until(lambda: dialog.form.code.isVisible() or ms < 0)


@pytest.mark.req("R-SIG-02")
def test_a_keyring_that_is_gone_signs_nothing_and_says_what_to_do(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    secrets = watched(there.stage.secrets())
    there.office.gate._secrets, secrets.broken = secrets, "lock"
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: "Nothing was signed" in words(dialog))
    assert "The disk is full." in words(dialog) and "Free some space" in words(dialog)
    assert signatures(there) == before and dialog.isVisible()


@pytest.mark.req("R-SIG-02")
def test_a_store_that_another_program_holds_signs_nothing_and_the_next_try_does(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    opened = opened_slot(there.office.vault, there.office.ds, Given(LEARNER, there.who["password"]))
    assert opened is not None
    key = granted_keys(there.office.vault, opened, "db")[-1]
    other = engine.connect(there.stage.site / "main.db", key, kind="main")
    other.execute("BEGIN IMMEDIATE")
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: "Nothing was signed" in words(dialog))
    assert "Another Countersign has this store open." in words(dialog) and dialog.isVisible()
    other.execute("ROLLBACK")
    other.close()
    assert signatures(there) == before
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: there.signed)


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


@pytest.mark.req("R-SIG-16")
def test_a_role_that_ended_meanwhile_signs_nothing(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    there.office.standing.roles._grants.clear()
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: "Your roles don't allow this here" in words(dialog))
    assert signatures(there) == before and "Nothing was signed" in words(dialog)


# ---- verdicts, reasons, second person


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


def pick(choice: QComboBox, text: str) -> None:
    """Choose as a person does."""
    at = choice.findText(text)
    assert at >= 0, text
    choice.setCurrentIndex(at)
    choice.activated.emit(at)


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
