"""The size of the window, kept from one sign-in to the next on this device; never larger than the screen.

- What is kept and can't be a size is as good as nothing kept.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QMainWindow

from ui.kit.memory import Memory

ROOM = "shell.room"
LEAST, MOST = 400, 20_000


class Room(QObject):
    """Brings a window back to its size when it is shown for the first time, and keeps every size it takes later."""

    def __init__(self, window: QMainWindow, remembers: Memory) -> None:
        super().__init__(window)
        self._window, self._remembers = window, remembers
        self._shown = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the size that is kept, then keep what comes."""
        if watched is self._window:
            if event.type() == QEvent.Type.Show and not self._shown:
                self._shown = True
                self._take()
            elif event.type() == QEvent.Type.Resize and self._shown and not self._window.isMaximized():
                self._remembers.set(ROOM, [self._window.width(), self._window.height()])
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        size = size_of(self._remembers.get(ROOM))
        if size is not None and not self._window.isMaximized():
            self._window.resize(size.boundedTo(self._window.screen().availableSize()))


def size_of(kept: object) -> QSize | None:
    """The size that was kept, or None."""
    if not isinstance(kept, list) or len(kept) != 2:
        return None
    width, height = kept
    sound = [type(one) is int and LEAST <= one <= MOST for one in (width, height)]
    return QSize(width, height) if all(sound) else None
