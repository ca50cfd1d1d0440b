"""A sentence for a moment: that something was done. Told to a screen reader too; never the only place where it stands."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from ui.kit.announce import announce
from ui.kit.fonts import metrics
from ui.kit.icons import Icon
from ui.kit.layout import frame, row
from ui.kit.palette import px
from ui.kit.text import label

SHOWN_MS = 6000
WIDEST, AROUND = 640, 64
"""The greatest width; what lies around the words: margins, icon, gap."""


class Toast:
    """Lies over the lower edge of `over`, the place in the window where the pages are; as wide as its words."""

    def __init__(self, window: QWidget, over: QWidget) -> None:
        self._window, self._over = window, over
        self._words = label("", "body", wrap=True)
        self._frame: QFrame = frame(
            "ok", row(Icon("circle-check", 20, "ok"), (self._words, 1), gap=10, margins=14)
        )
        self._frame.setParent(window)
        self._frame.setAutoFillBackground(True)
        self._frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._frame.hide()
        self._timer = QTimer(window, interval=SHOWN_MS, singleShot=True)
        self._timer.timeout.connect(self._frame.hide)

    def say(self, text: str) -> None:
        """Show `text` for a while."""
        self._words.set_text(text)
        self._frame.show()
        self.place()
        self._timer.start()
        announce(self._window, text)

    def place(self) -> None:
        """Where it belongs in a window of this size."""
        if not self._frame.isVisible():
            return
        area = QRect(self._over.mapTo(self._window, QPoint()), self._over.size())
        words = metrics("body").horizontalAdvance(self._words.text()) + px(AROUND)
        width = min(px(WIDEST), area.width() - px(48), words)
        height = self._frame.heightForWidth(width)
        left = area.left() + (area.width() - width) // 2
        self._frame.setGeometry(left, area.bottom() + 1 - height - px(12), width, height)
        self._frame.raise_()
