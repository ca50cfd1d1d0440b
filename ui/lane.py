"""The one way off the screen's thread: work is done in order on a thread of its own, and told back on the screen's.

- One lane owns the store's connections, another may wait on the network; neither touches a widget.
- What was asked by a widget that is gone by now is not told to anybody.
- A cancelled ticket stops work that has not begun, and work that looks at its ticket.
- An exception is told to `failed`, else to the lane's `lost`: it never dies in silence.
- What was asked holds widgets, which must end on the screen's thread: the worker keeps nothing of a job that is done.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

T = TypeVar("T")
TICK_S = 0.05
SWITCH_S = 0.00001
"""How long a worker may hold the interpreter while the screen's thread waits for it. Each painted cell takes it anew, so
Python's own 5 ms would make a page wait for seconds while something long is asked."""
SET_TIMER_SLACK = 29
"""Linux, prctl(2): what the kernel may add to a thread's waiting, in ns. By default 50 µs, and five times as long when it
wakes an idle core: each of those waits took 200 µs instead of 45. What this thread begins later has the same."""


@cache
def hurry() -> None:
    """Let the thread that calls get the interpreter back soon when a worker computes. Once, with the first question: loading
    what it needs would hold up the first paint."""
    sys.setswitchinterval(SWITCH_S)
    if sys.platform == "linux":
        from ctypes import CDLL  # noqa: PLC0415

        CDLL(None).prctl(SET_TIMER_SLACK, 1, 0, 0, 0)


class Cancelled(Exception):
    """Raised inside work whose ticket was cancelled; told to nobody."""


class Ticket(QObject):
    """One piece of work that was asked for. `progressed` (done, of) comes on the screen's thread."""

    progressed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = threading.Event()
        self._told = 0.0
        self.begun = False

    def cancel(self) -> None:
        """Stop the work at its next look; what was recorded stays recorded."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self._cancelled.is_set()

    def tick(self, done: int, of: int) -> None:
        """Said by the work: so much of so much. Raises Cancelled; tells the screen twenty times a second at most."""
        if self.cancelled:
            raise Cancelled
        now = time.monotonic()
        if now - self._told >= TICK_S or done == of:
            self._told = now
            self.progressed.emit(done, of)


class _Job:
    """What is asked for, and whom to tell."""

    def __init__(
        self,
        asker: QObject,
        work: Callable[[Ticket], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None,
    ) -> None:
        self.work: Callable[[Ticket], Any] | None = work
        self.ticket: Ticket | None = Ticket()
        self.whom: tuple[QObject, Callable[[Any], None], Callable[[Exception], None] | None] | None
        self.whom = asker, done, failed
        self.answer: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Do it, on the worker; keeps the answer or the failure."""
        ticket, work = self.ticket, self.work
        assert ticket is not None
        assert work is not None
        ticket.begun = True
        try:
            if not ticket.cancelled:
                self.answer = work(ticket)
        except Cancelled:
            ticket.cancel()
        except Exception as error:  # noqa: BLE001  (told to whoever asked)
            self.error = error
        except BaseException as error:  # noqa: BLE001  (a library that panics must not end the thread)
            self.error = RuntimeError(type(error).__name__)


class Lane(QObject):
    """One worker thread. `began` and `rested` tell whether there is work, `lost` brings an exception that nobody takes."""

    began = Signal()
    rested = Signal()
    lost = Signal(object)
    _finished = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._tickets: set[Ticket] = set()
        self._finished.connect(self._tell)
        self._thread = threading.Thread(target=self._work, name=f"lane-{name}", daemon=False)
        self._thread.start()

    def ask(
        self,
        asker: QObject,
        work: Callable[[Ticket], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Ticket:
        """Do `work` on the lane; then `done` or `failed` is told on the screen's thread, if `asker` still lives."""
        hurry()
        job = _Job(asker, work, done, failed)
        ticket = job.ticket
        assert ticket is not None
        self._tickets.add(ticket)
        if len(self._tickets) == 1:
            self.began.emit()
        self._jobs.put(job)
        return ticket

    @property
    def is_busy(self) -> bool:
        """Whether something is being done or waits."""
        return bool(self._tickets)

    def cancel(self) -> None:
        """Cancel what is being done, if it looks at its ticket. What waits is done: it may be a signature."""
        for ticket in self._tickets:
            if ticket.begun:
                ticket.cancel()

    def close(self) -> None:
        """Finish what was asked for, then end the thread; waits for it."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
            self._finished.emit(job)
            del job

    def _tell(self, job: _Job) -> None:
        ticket, whom = job.ticket, job.whom
        job.ticket = job.whom = job.work = None
        assert ticket is not None
        assert whom is not None
        try:
            if shiboken6.isValid(whom[0]) and not ticket.cancelled:
                self._answer(job, *whom[1:])
        finally:
            self._tickets.discard(ticket)
            if not self._tickets:
                self.rested.emit()

    def _answer(
        self, job: _Job, done: Callable[[Any], None], failed: Callable[[Exception], None] | None
    ) -> None:
        if job.error is None:
            done(job.answer)
        elif failed is not None:
            failed(job.error)
        else:
            self.lost.emit(job.error)
