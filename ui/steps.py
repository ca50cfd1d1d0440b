"""What is done bit by bit on the store's lane, so that other questions come between: a bit told asks for the next.

- Each bit is a question like any other: it is dropped when who asked is gone, and nothing is asked any more.
- One run at a time: a new one, or `stop`, ends the one before, and so does a failure.
- A bit that a locked screen dropped is asked again when the person comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from ui.desk import Desk
from ui.lane import Ticket

if TYPE_CHECKING:
    from app.work.office import Office

T = TypeVar("T")


class Steps(QObject):
    """Asks again and again for one asker."""

    def __init__(self, desk: Desk, asker: QObject) -> None:
        super().__init__(asker)
        self._desk, self._asker = desk, asker
        self._ticket: Ticket | None = None
        self._again: Callable[[], None] | None = None
        self._turn = 0
        desk.returned.connect(self._returned)

    def run(
        self,
        step: Callable[[Office], T],
        told: Callable[[T], bool],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do `step` again and again, as long as `told` says that there is more."""
        self.stop()
        turn = self._turn

        def ask() -> None:
            self._ticket = self._desk.ask(self._asker, step, take, lost)

        def lost(error: Exception) -> None:
            if turn == self._turn:
                self.stop()
            (failed or self._desk.failed.emit)(error)

        def take(answer: T) -> None:
            # What `told` does may end this run, or begin another.
            more = turn == self._turn and told(answer)
            if turn == self._turn:
                self._ticket = None
                if more:
                    ask()

        self._again = ask
        ask()

    def stop(self) -> None:
        """Ask no more; a bit that is being done ends, and is told to nobody."""
        self._turn += 1
        self._again = None
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    @property
    def is_running(self) -> bool:
        """Whether there is more to come."""
        return self._ticket is not None and not self._ticket.cancelled

    def _returned(self) -> None:
        if self._again is not None and self._ticket is not None and self._ticket.cancelled:
            self._again()
