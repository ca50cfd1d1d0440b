"""What the tests of the sign dialog type and count."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.domain.records import SignOff
from tests.ui.signing.onscreen import Screen, named
from tests.work.onstage import LEARNER_NUMBER, READING
from tests.work.seeing import entries
from ui.signing.dialog import SignDialog


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


def pick(choice: QComboBox, text: str) -> None:
    """Choose as a person does."""
    at = choice.findText(text)
    assert at >= 0, text
    choice.setCurrentIndex(at)
    choice.activated.emit(at)
