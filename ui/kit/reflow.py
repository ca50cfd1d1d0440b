"""Parts side by side where there is room for them, below each other where there is not (design §8)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.kit.palette import px, themed


class Reflow(QWidget):
    """Widgets with their shares of the room; `room` is the width (at 100 %) from which they stand side by side."""

    def __init__(self, parts: Sequence[tuple[QWidget, int]], room: int) -> None:
        super().__init__()
        self._room = room
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        for widget, share in parts:
            self._box.addWidget(widget, share)
        themed.changed.connect(self._turn)
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn if the room asks for it."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        wide = self.width() >= px(self._room)
        to = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._box.direction() != to:
            self._box.setDirection(to)
        self._box.setSpacing(px(16))
