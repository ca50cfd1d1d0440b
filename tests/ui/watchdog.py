"""Finds who holds the screen's thread: a timer there says that it is alive, a thread beside it looks where it hangs.

- `with Watchdog() as dog: ...; assert not dog.holds` ; a hold is longer than `least_ms` and knows its deepest Python lines,
  how much of it the screen's thread computed itself, and what the other threads did meanwhile.
- The fixture `watchdog` is one that runs for the whole test: `from tests.ui.watchdog import watchdog`.
- The event loop must turn meanwhile (`made.settle()`, `qtbot.wait`): time in which a test itself computes is a hold too.
"""

from __future__ import annotations

import faulthandler
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, TypeAlias

import pytest
from PySide6.QtCore import Qt, QTimer

BEAT_MS, LOOK_S, HOLD_MS, DEEPEST = 2, 0.005, 50.0, 8
WAITS = ("threading.py", "lane.py")
HEAD = re.compile(r"(?:Current t|T)hread (0x[0-9a-f]+)")
LINE = re.compile(r'File "(.+?)", line (\d+) in (.+)')
Lines: TypeAlias = tuple[str, ...]


class Hold:
    """The screen's thread did not turn for `ms` milliseconds, of which it computed `own`.

    `seen`: the deepest lines where it was most often found meanwhile; `beside`: those of the other threads then.
    """

    def __init__(self, ms: float, own: float, seen: Counter[tuple[Lines, Lines]]) -> None:
        self.ms, self.own = ms, own
        self.where, self.beside = seen.most_common(1)[0][0] if seen else ((), ())

    def __repr__(self) -> str:
        head = f"held {self.ms:.0f} ms, computed {self.own:.0f} of them, in"
        return "\n  ".join([head, *self.where, *(f"beside: {line}" for line in self.beside)])


class Watchdog:
    """Watches the thread that made it, from `with` to the end of the block."""

    def __init__(self, least_ms: float = HOLD_MS) -> None:
        self.least_ms, self.holds = least_ms, list[Hold]()
        self.worst = 0.0
        self.own = 0.0
        """The longest time without a turn, ms, and how much of it the screen's thread computed."""
        self._screen = threading.get_ident()
        self._seen = Counter[tuple[Lines, Lines]]()
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
        self.worst = self.own = 0.0
        self._last, self._own = time.perf_counter(), time.thread_time()
        self._seen = Counter()

    def _beat(self) -> None:
        now, own, seen = time.perf_counter(), time.thread_time(), self._seen
        ms, computed = (now - self._last) * 1000, (own - self._own) * 1000
        self._last, self._own = now, own
        if ms > self.worst:
            self.worst, self.own = ms, computed
        if seen:
            self._seen = Counter()
        if ms > self.least_ms:
            self.holds.append(Hold(ms, computed, seen))

    def _look(self) -> None:
        with TemporaryFile() as told:
            while not self._over.wait(LOOK_S):
                late = (time.perf_counter() - self._last) * 1000
                if late > self.least_ms / 3:
                    self._seen[seen_now(self._screen, told)] += 1


def seen_now(screen: int, told: IO[bytes]) -> tuple[Lines, Lines]:
    """The deepest lines of a thread, the deepest last, and of the others that do something.

    Python writes them down itself: whoever holds another thread's frames keeps its painters alive, and ends them here.
    """
    told.seek(0)
    told.truncate()
    faulthandler.dump_traceback(told, all_threads=True)
    told.seek(0)
    mine: Lines = ()
    others: list[str] = []
    for block in told.read().decode("utf-8", "replace").split("\n\n"):
        found = HEAD.match(block)
        lines = tuple(f"{file.rpartition('/')[2]}:{n} {name}" for file, n, name in LINE.findall(block))
        if found and int(found[1], 16) == screen:
            mine = lines[:DEEPEST][::-1]
        elif lines and not block.startswith("Current") and not lines[0].startswith(WAITS):
            others.extend(lines[:2][::-1])
    return mine, tuple(others)


@pytest.fixture
def watchdog(qapp: object) -> Iterator[Watchdog]:
    """One for the whole test."""
    with Watchdog() as made:
        yield made
