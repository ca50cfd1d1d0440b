"""What stops a signature while its dialog is open: it is said in words, and nothing is signed."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.base.words import Done
from app.store import vault as engine
from app.work.perform import perform
from app.work.unlock import Given, granted_keys, opened_slot
from tests.ui.signing.hands import fill, reading, signatures
from tests.ui.signing.onscreen import Screen, click, named, words
from tests.ui.waiting import until
from tests.work.onstage import LEARNER, QA, SECOND_QA, TRAINER
from tests.work.seeing import done, setting, watched

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]
WRONG = "this is not the password"


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


@pytest.mark.req("R-SIG-16")
def test_a_role_that_ended_meanwhile_signs_nothing(screen: Open) -> None:
    there = screen(LEARNER)
    before, dialog = signatures(there), there.sign(reading(there))
    there.office.standing.roles._grants.clear()
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: "Your roles don't allow this here" in words(dialog))
    assert signatures(there) == before and "Nothing was signed" in words(dialog)
