"""How a page reads what it shows: one question at a time, with its number, Cancel, and what went wrong in words.

- A newer question drops the older one; its answer is told to nobody.
- What must be counted first is counted bit by bit, so that other questions come between.
- What a locked screen dropped is asked again when the person comes back.
- What stood on the page stays there when reading fails or is cancelled; a banner above it says so, with a way on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Refused
from app.work.office import Office
from app.work.roster import Counted, count_on
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.states import States
from ui.lane import Ticket
from ui.steps import Steps

T = TypeVar("T")


class Reading(QObject):
    """Reads for one page. `code` begins its words: `<code>.loading`, `.cancelled`, `.broken`, `.refused`."""

    def __init__(self, desk: Desk, page: QWidget, states: States, code: str, again: Callable[[], None]) -> None:
        super().__init__(page)
        self._desk, self._page, self._states, self._code, self._again = desk, page, states, code, again
        self._ticket = Ticket()
        self._steps = Steps(desk, page)
        self._loud = True
        states.cancelled.connect(self._cancel)
        desk.returned.connect(self._returned)

    def ask(
        self, verb: Callable[[Office, Ticket], T], show: Callable[[T], None], *, quiet: bool = False
    ) -> None:
        """Ask; `quiet`: what is shown is only brought up to date, so nothing says that it is being read."""
        self.stop()
        self._loud = not quiet
        self._count(0, 0)
        self._ticket = self._desk.ask_long(self._page, verb, show, self._failed)
        self._ticket.progressed.connect(self._count)

    def ask_counted(
        self, verb: Callable[[Office, Ticket], T], show: Callable[[T], None], *, quiet: bool = False
    ) -> None:
        """Ask what needs everybody to be counted; how far that is stands on the page."""
        self.stop()
        self._loud = not quiet
        self._count(0, 0)

        def told(far: Counted | Refused) -> bool:
            if isinstance(far, Refused):
                self.refused(far)
            elif far.done < far.of:
                self._count(far.done, far.of)
                return True
            else:
                self.ask(verb, show, quiet=quiet)
            return False

        self._steps.run(count_on, told, self._failed)

    def stop(self) -> None:
        """Drop what was asked."""
        self._ticket.cancel()
        self._ticket = Ticket()
        self._steps.stop()

    def refused(self, answer: Refused, icon: str = "lock") -> None:
        """Say why it can't be shown."""
        self._states.show_empty(
            say(f"{self._code}.refused"), say(f"refused.{answer.code}", answer.about), icon=icon
        )

    def _count(self, done: int, of: int) -> None:
        if self._loud:
            self._states.show_loading(say(f"{self._code}.loading"), done, of)

    def _cancel(self) -> None:
        self.stop()
        self._states.show_error(say(f"{self._code}.cancelled"), say("ui.people.cancelled.do"), self._button())

    def _returned(self) -> None:
        if self._ticket.cancelled:
            self._again()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Fault):
            self._states.show_error(error.plain(), error.what_to_do(), self._button())
            return
        self._states.show_error(say(f"{self._code}.broken"), say("ui.people.broken.do"), self._button())
        self._desk.failed.emit(error)

    def _button(self) -> QWidget:
        made = button(say("ui.people.again"), size="s")
        made.clicked.connect(lambda _checked=False: self._again())
        return made
