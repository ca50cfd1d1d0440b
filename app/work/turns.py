"""One worker thread that calls of the outside world are made from, one after the other.

- The asker waits for a fixed time and no longer; a thread that hangs for ever never delays the process's end.
- Jobs run in the order of asking, so a late write can't overtake a newer one.
- A job that nobody waits for any more and that has not begun is never begun.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class TooSlow(Exception):
    """No answer within the time allowed. If the job had begun, its effect may still come."""


class _Job:
    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.ended = threading.Event()
        self.given_up = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:  # noqa: BLE001 - it is raised where the job was asked for
            self.error = error
        self.ended.set()


class Turns:
    """A queue of jobs and the one thread, started at the first job, that runs them."""

    def __init__(self, name: str, seconds: float) -> None:
        """`name` is the thread's, `seconds` how long an asker waits."""
        self._name = name
        self._seconds = seconds
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, in its turn; TooSlow when that takes longer than the time allowed."""
        self._start()
        job = _Job(work)
        self._jobs.put(job)
        if not job.ended.wait(self._seconds):
            job.given_up = True
            raise TooSlow(self._name)
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if not job.given_up:
                job.run()
