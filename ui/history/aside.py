"""The entry in full beside the list: it comes with the first entry chosen where there is room for both, else when opened.

- Whoever closed it is not shown it again until an entry is opened; where it becomes a drawer it shuts,
  and comes back when there is room again.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from ui.kit.layout import sized
from ui.kit.palette import themed
from ui.kit.panel import Beside, Panel

ROOM = 1180
"""A page narrower than this (at 100 %) would squeeze the columns of the history."""
LEAST = 340
"""Lower than this (at 100 %) neither list nor entry can be read: the page scrolls instead."""


class Aside(Beside):
    """List and entry."""

    def __init__(self, content: QWidget, panel: Panel, over: QWidget | None = None) -> None:
        self._shut, self._was_over, self._waits = False, False, False
        super().__init__(content, panel, room=ROOM, over=over)
        sized(self, min_height=LEAST)
        panel.hide()
        panel.closed.connect(self._close)
        themed.changed.connect(self._turn)

    def hasHeightForWidth(self) -> bool:
        """Its table takes the height that is left; the words in it ask for none."""
        return False

    def offer(self) -> bool:
        """Show the panel for what was chosen, if that hides nothing and nobody shut it; whether it is shown."""
        if self.panel.isHidden() and not self._shut and not self.is_drawer():
            self.panel.show()
        return not self.panel.isHidden()

    def open(self) -> None:
        """Show the panel because somebody asked for it."""
        self._shut = False
        self.panel.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shut when there is no more room for both."""
        answer = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.Resize:  # not while the panel is on its way to another holder
            self._turn()
        return answer

    def _turn(self) -> None:
        over, was_over = self.is_drawer(), self._was_over
        self._was_over = over
        if over and not was_over:
            self._waits = not self.panel.isHidden()
            self.panel.hide()
        elif was_over and not over and self._waits:
            self.panel.show()

    def _close(self) -> None:
        self._shut, self._waits = True, False
