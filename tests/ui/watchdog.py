"""Finds who holds the screen's thread: a timer there says that it is alive, a thread beside it looks where it hangs.

- `with Watchdog() as dog: ...; assert not dog.holds` ; a hold is longer than `least_ms` and knows its deepest Python lines.
- The fixture `watchdog` is one that runs for the whole test: `from tests.ui.watchdog import watchdog`.
- The event loop must turn meanwhile (`made.settle()`, `qtbot.wait`): time in which a test itself computes is a hold too.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from types import FrameType, TracebackType

import pytest
from PySide6.QtCore import Qt, QTimer

BEAT_MS, LOOK_S, HOLD_MS, DEEPEST = 2, 0.005, 50.0, 8


class Hold:
    """The screen's thread did not turn for `ms` milliseconds; `where` are the deepest lines seen meanwhile."""

    def __init__(self, ms: float, where: tuple[str, ...]) -> None:
        self.ms, self.where = ms, where

    def __repr__(self) -> str:
        return "\n  ".join([f"held {self.ms:.0f} ms in", *self.where])


class Watchdog:
    """Watches the thread that made it, from `with` to the end of the block."""

    def __init__(self, least_ms: float = HOLD_MS) -> None:
        self.least_ms, self.holds = least_ms, list[Hold]()
        self.worst = 0.0
        """The longest time without a turn, ms."""
        self._screen = threading.get_ident()
        self._where: tuple[str, ...] = ()
        self._over = threading.Event()
        self._beats = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._beats.timeout.connect(self._beat)
        self._thread = threading.Thread(target=self._look, name="watchdog")

    def __enter__(self) -> Watchdog:
        self.forget()
        self._beats.start()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._beat()
        self._beats.stop()
        self._over.set()
        self._thread.join()

    def forget(self) -> None:
        """Begin anew."""
        self.holds.clear()
        self.worst, self._last, self._where = 0.0, time.perf_counter(), ()

    def _beat(self) -> None:
        now = time.perf_counter()
        ms, where, self._last, self._where = (now - self._last) * 1000, self._where, now, ()
        self.worst = max(self.worst, ms)
        if ms > self.least_ms:
            self.holds.append(Hold(ms, where))

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            late = (time.perf_counter() - self._last) * 1000
            if late > self.least_ms / 2 and not self._where:
                self._where = lines(sys._current_frames().get(self._screen))


def lines(frame: FrameType | None) -> tuple[str, ...]:
    """The deepest lines of a stack, the deepest last."""
    found = traceback.extract_stack(frame) if frame is not None else []
    return tuple(f"{one.filename.rpartition('/')[2]}:{one.lineno} {one.name}" for one in found[-DEEPEST:])


@pytest.fixture
def watchdog(qapp: object) -> Iterator[Watchdog]:
    """One for the whole test."""
    with Watchdog() as made:
        yield made
