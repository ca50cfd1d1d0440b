"""Verifying from the window: the password is asked, the rest runs beside the store's lane with a number and Cancel.

- What was found is kept with the device; errors pause signing here, and that is said with what is intact.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.base.faults import Fault
from app.base.moment import clock_text
from app.base.say import say
from app.base.words import Refused
from app.work.office import Office
from app.work.unlock import Given
from app.work.verifying import Asked, Found, Verified, asked, keep_verified, verify_beside
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.dialog import Dialog
from ui.kit.fields import Field
from ui.kit.layout import column, holder
from ui.kit.lines import LineEdit, Password
from ui.lane import Ticket


class Verifying(QObject):
    """One verification at a time. `progressed` (words, done, of), `ended` (Verified or None), `failed` (Fault), `refused`
    (Refused)."""

    progressed = Signal(str, int, int)
    ended = Signal(object)
    failed = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._late: Verified | None = None
        desk.returned.connect(self._returned)
        self._ticket: Ticket | None = None
        self._step = ""
        self.runs = False

    def begin(self, given: Given) -> None:
        """Verify with what was typed, unless one is under way."""
        if self.runs:
            return
        self.runs = True
        self._desk.ask(self, partial(asked, given=given), partial(self._run, given), self._failed)

    def cancel(self) -> None:
        """Stop; what was verified before still holds."""
        if self._ticket is not None:
            self._ticket.cancel()
        self._ticket, self.runs = None, False
        self.ended.emit(None)

    def _run(self, given: Given, what: Asked | Refused) -> None:
        if not self.runs:  # cancelled before it began
            return
        if isinstance(what, Refused):
            self.runs = False
            self.refused.emit(what)
            return

        def work(ticket: Ticket) -> Verified:
            def tick(step: str, done: int, of: int) -> None:
                self._step = step
                ticket.tick(done, of)

            return verify_beside(what, given, tick)

        self._ticket = self._desk.ask_net(self, work, self._done, self._failed)
        self._ticket.progressed.connect(self._tell)

    def _tell(self, done: int, of: int) -> None:
        step = f"ui.history.step_of.{self._step}"
        self.progressed.emit(say(step) if self._step else say("ui.history.verifying"), done, of)

    def _done(self, told: Verified) -> None:
        self._ticket, self.runs, self._late = None, False, told
        if self._desk.office is None:
            self.ended.emit(None)
        else:
            self._keep(told)

    def _keep(self, told: Verified) -> None:
        def keep(office: Office) -> Verified:
            keep_verified(office, told)
            return told

        self._desk.ask(self, keep, self._kept, self._failed)

    def _kept(self, told: Verified) -> None:
        self._late = None
        self.ended.emit(told)

    def _returned(self) -> None:
        """Back after a lock: what was found meanwhile holds the site now; what the lock cut short is over."""
        if self._late is not None:
            self._keep(self._late)
        elif self._ticket is None:
            self.runs = False
            self.ended.emit(None)

    def _failed(self, error: Exception) -> None:
        self._ticket, self.runs = None, False
        if isinstance(error, Fault):
            self.failed.emit(error)
        else:
            self.ended.emit(None)
            self._desk.failed.emit(error)


class AskPassword(Dialog):
    """Asks for user name and password, with which everything is read. `given` brings them."""

    given = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        window = getattr(parent, "window", None)
        super().__init__(
            window() if window else None,
            say("ui.history.verify"),
            say("ui.history.verify.sub"),
            "shield-check",
            tone="accent",
        )
        self.user, self.password = LineEdit(), Password()
        self.go = button(say("ui.history.verify"), "primary", "shield-check")
        cancel = button(say("ui.kit.cancel"))
        self.set_body(
            holder(
                column(
                    Field(say("ui.door.user"), self.user), Field(say("ui.door.password"), self.password), gap=12
                )
            )
        )
        self.set_foot(say("ui.history.verify.note"), [cancel, self.go])
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._go)
        self.password.returnPressed.connect(self._go)
        self.user.setFocus()

    def typed(self) -> bool:
        """What was typed here needs no keeping."""
        return False

    def _go(self) -> None:
        if self.user.text() and self.password.text():
            given = Given(self.user.text(), self.password.text(), "")
            self.password.clear()
            self.accept()
            self.given.emit(given)


def report_text(told: Verified) -> str:
    """The verification as text, to be read, kept and handed over."""
    head = say(
        "ui.history.report",
        {
            "at": clock_text(told.at), "entries": told.entries, "signatures": told.signatures,
            "checkpoints": told.checkpoints, "receipts": told.receipts, "trust": told.trust, "n": len(told.found),
        },
    )  # fmt: skip
    return "\n".join([head, "", *map(finding_text, told.found)])


def finding_text(one: Found) -> str:
    """One finding as a line."""
    place = f"{one.log}#{one.seq + 1}" if one.seq is not None else one.log
    return " · ".join(part for part in (one.code, one.severity, place, one.entity, one.text) if part)
