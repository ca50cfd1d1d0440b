"""Closing the window while something is being done: it is waited for, with words; nothing that is written is killed.

- Closing again cancels what can be cancelled (a search, a verification); a write goes to its end all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from ui.lane import Lane


class Closing(QObject):
    """Tells `close` when both lanes rest; until then `wait` says why the window is still there."""

    def __init__(
        self, parent: QObject, lanes: Sequence[Lane], wait: Callable[[], None], close: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._lanes, self._wait, self._close = lanes, wait, close
        self._wanted = False
        for lane in lanes:
            lane.rested.connect(self._rested)

    def want(self) -> None:
        """Close as soon as it can be."""
        if not any(lane.is_busy for lane in self._lanes):
            self._close()
            return
        if self._wanted:
            for lane in self._lanes:
                lane.cancel()
        self._wanted = True
        self._wait()

    def _rested(self) -> None:
        if self._wanted and not any(lane.is_busy for lane in self._lanes):
            self._wanted = False
            self._close()
