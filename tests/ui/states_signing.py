"""The states of records and signing, as somebody brings them about."""

from __future__ import annotations

from app.base.say import say
from app.base.words import Refused
from tests.ui.opened import Opened
from tests.ui.scenes import LEARNER, NUMBER, READING, at, close_dialogs, dialog
from tests.ui.waiting import pause, until
from ui.people.person import PersonPage
from ui.records.add import AddDialog, add_record
from ui.records.next import sign_next
from ui.records.void import CorrectDialog, correct_record, void_record
from ui.signing.cant import CantDialog
from ui.signing.dialog import SignDialog
from ui.signing.exact import ExactDialog
from ui.signing.sign import CannotDialog

# ---- records and signing


def adding(made: Opened, code: str = READING) -> AddDialog:
    """A record is begun."""
    close_dialogs()
    page = made.page()
    add_record(made.desk, page, NUMBER, code)
    return dialog(AddDialog)


def adding_wrong(made: Opened) -> None:
    """Its time can't be read, its requirement is missing."""
    shown = adding(made, "")
    shown.when.way.set_value("earlier")
    shown.when._changed()
    shown.go_button.click()


def adding_late(made: Opened) -> None:
    """It took place long ago, at a time that is none."""
    shown = adding(made)
    shown.when.way.set_value("earlier")
    shown.when.day_edit.set_day("2026-09-01")
    shown.when.time_edit.setText("25:99")
    shown.go_button.click()


def signing(made: Opened) -> SignDialog:
    """The dialog, alone or with a second person, after the form."""
    adding(made).go_button.click()
    return dialog(SignDialog)


def signing_late(made: Opened) -> None:
    """A late record is signed."""
    shown = adding(made)
    shown.when.way.set_value("earlier")
    shown.when.day_edit.set_day("2026-09-01")
    shown.when.time_edit.setText("09:05")
    shown.go_button.click()
    dialog(SignDialog)


def signing_missing(made: Opened) -> None:
    """Asked to sign without a password."""
    signing(made)._sign()


def signing_wrong(made: Opened) -> None:
    """The password did not match."""
    shown = signing(made)
    form = shown.form
    if form.user_edit.isVisible() and form.user_edit.isEnabled() and not form.user_edit.text():
        form.user_edit.setText(LEARNER)
    form.password_edit.setText("not the password")
    form.code_entry.edit.setText("000000")
    shown.sign_button.click()
    until(lambda: not shown._busy)


def signing_busy(made: Opened) -> None:
    """The signature is being made."""
    signing(made)._set_busy(busy=True)


def signing_refused(made: Opened) -> None:
    """The core refused."""
    signing(made)._refuse(Refused("record.changed_meanwhile"))


def signing_cant(made: Opened) -> None:
    """I can't sign this."""
    shown = signing(made)
    shown.cant_button.click()
    asked = dialog(CantDialog)
    asked.why.setCurrentIndex(1)
    asked._tell(asked.why.value())


def signing_exact(made: Opened) -> None:
    """Exactly what is signed."""
    signing(made).what.opening.emit()
    dialog(ExactDialog)


def _complete(made: Opened) -> str:
    page = at(made, PersonPage, f"countersign:person/{NUMBER}")
    assert page._shown is not None
    return next(one.id for one in page._shown.file.proofs if not one.void and not one.open)


def voiding(made: Opened) -> None:
    """A record is declared void."""
    close_dialogs()
    record = _complete(made)
    void_record(made.desk, made.page(), record)
    dialog(SignDialog)


def correcting(made: Opened) -> None:
    """A record is corrected."""
    close_dialogs()
    record = _complete(made)
    correct_record(made.desk, made.page(), record)
    dialog(CorrectDialog)


def open_record(made: Opened) -> str:
    """A record of somebody that waits for a signature."""
    page = at(made, PersonPage, "countersign:person/HB10032")
    assert page._shown is not None
    return next((one.id for one in page._shown.file.proofs if one.open and not one.void), "")


def going_on(made: Opened) -> None:
    """What comes next."""
    close_dialogs()
    record = open_record(made)
    if record:
        sign_next(made.desk, made.page(), record)
        pause(400)


def cannot(made: Opened) -> None:
    """It can't be signed."""
    close_dialogs()
    at(made, PersonPage, f"countersign:person/{NUMBER}")
    CannotDialog(made.page(), say("ui.refused.scope.outside", {"dept": "FIL"})).open()
    dialog(CannotDialog)
