"""One meeting with a centre: whether it answers is asked beside the store; then everything is sent and taken in.

- A centre that is away holds up nobody who works here: the store's lane meets only a centre that has just answered.
- Cancelled between two batches; what was received stays received, everything else is kept.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.base.words import Refused
from app.work.courier import HttpsCourier, Patience
from app.work.office import Office
from app.work.sync import SyncReport, sync_once
from ui.desk import Desk
from ui.lane import Ticket

ONCE = Patience(tries=1)


class Meeting(QObject):
    """`progressed` (done, of) on the way; one of `answered` (only asked), `met` (SyncReport or Refused), `failed` ends it."""

    progressed = Signal(int, int)
    answered = Signal()
    met = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._where = ("", Path())
        self._turn = 0
        self._ticket: Ticket | None = None
        self._send = False
        self.runs = False

    def begin(self, address: str, authority: Path, *, send: bool) -> None:
        """Ask the centre at `address` under `authority`; with `send` go on to send and take in."""
        if self.runs:
            return
        self.runs, self._send, self._where = True, send, (address, authority)
        self._turn += 1
        self._desk.ask(self, log_of, partial(self._ask, self._turn))

    def cancel(self) -> None:
        """Stop; tells nothing more of this meeting."""
        self.runs, self._turn = False, self._turn + 1
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    def _ask(self, turn: int, log: tuple[str, str]) -> None:
        if turn == self._turn:
            work = partial(greet, where=self._where, log=log)
            self._ticket = self._desk.ask_net(self, work, self._greeted, self._lost)

    def _greeted(self, refused: Refused | None) -> None:
        if refused is not None:
            self._ended(refused)
        elif self._send:
            self._ticket = self._desk.ask_long(self, partial(meet, where=self._where), self._ended, self._lost)
            self._ticket.progressed.connect(self.progressed)
        else:
            self.runs, self._ticket = False, None
            self.answered.emit()

    def _ended(self, told: SyncReport | Refused) -> None:
        self.runs, self._ticket = False, None
        self.met.emit(told)

    def _lost(self, error: Exception) -> None:
        self.runs, self._ticket = False, None
        self.failed.emit(error)


def log_of(office: Office) -> tuple[str, str]:
    """Site and log of this device."""
    return office.site, office.tail.log


def greet(_ticket: Ticket, *, where: tuple[str, Path], log: tuple[str, str]) -> Refused | None:
    """Say hello and no more. Faults `centre.*`; Refused where the centre says no."""
    with HttpsCourier(*where, random=os.urandom, patience=ONCE) as courier:
        answer = courier.hello(*log)
    return answer if isinstance(answer, Refused) else None


def meet(office: Office, ticket: Ticket, *, where: tuple[str, Path]) -> SyncReport | Refused:
    """Send everything, file receipts, take in what others recorded. Ends between two batches when cancelled."""
    with HttpsCourier(*where, random=office.random, patience=ONCE) as courier:
        return sync_once(office, courier, None, ticket.tick)
