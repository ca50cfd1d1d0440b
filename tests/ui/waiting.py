"""Waiting for the window, so that its worker threads get their turn.

- `QTest.qWait` keeps the interpreter while it sleeps, and a lane then has to beg for every byte code: never wait with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

LONG_MS, STEP_MS = 60_000, 10
"""How long a page may take on a machine that has much else to do: a wait ends as soon as what it waits for is so."""


def pause(ms: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def until(true: Callable[[], object], ms: int = LONG_MS, step: int = STEP_MS) -> None:
    """Wait until it is so, looking every `step` ms. AssertionError when it never is."""
    ends = time.monotonic() + ms / 1000
    while not true():
        assert time.monotonic() < ends, "it did not come to that"
        pause(step)
