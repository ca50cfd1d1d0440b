"""The five states of a list or page: content, empty, loading, error, offline (design §6).

- Loading shows after 300 ms only, as a number with Cancel, above a skeleton.
- An error is a banner above the content that was there, never in its place; so is being offline.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.kit.banner import Banner
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, column, holder
from ui.kit.palette import px, theme, themed
from ui.kit.progress import Progress
from ui.kit.text import label

PATIENCE_MS = 300


class Skeleton(QWidget):
    """Grey bars where rows will be."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(px(40))
        themed.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a bar in each row's place."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("surface3"))
            step, height = px(40), px(12)
            for number in range(self.height() // step):
                top, left = number * step + px(14), px(12)
                for share in (0.28, 0.18, 0.22 - 0.04 * (number % 3), 0.12):
                    width = self.width() * share
                    painter.drawRoundedRect(QRectF(left, top, width - px(24), height), px(4), px(4))
                    left += int(width)


class States(QStackedWidget):
    """Shows `content`, or why there is none."""

    cancelled = Signal()

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.content = content
        self._error = Banner("bad", "circle-alert", "")
        self._offline = Banner("warn", "cloud-off", "")
        for each in (self._error, self._offline):
            each.hide()
        self._page = holder(column(self._offline, self._error, (content, 1), gap=12))
        self._progress = Progress("")
        self._progress.cancelled.connect(self.cancelled)
        self._loading = holder(column(self._progress, (Skeleton(), 1), gap=12, margins=16))
        self._empty: QWidget | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_loading)
        self.addWidget(self._page)
        self.addWidget(self._loading)

    def show_content(self) -> None:
        """Show the content and no error."""
        self._patience.stop()
        self._error.hide()
        self.setCurrentWidget(self._page)
        self._drop_empty()

    def show_empty(
        self, title: str, text: str = "", action: QWidget | None = None, icon: str = "search-x"
    ) -> None:
        """Say why there is nothing, and offer the one action that helps."""
        self._patience.stop()
        self._drop_empty()
        middle = Qt.AlignmentFlag.AlignHCenter
        words = label(text, "body", "text2", wrap=True)
        words.setAlignment(middle)
        words.setMinimumWidth(px(420))
        items = column((Icon(icon, 32, "text3"), middle), 8, (label(title, "h3"), middle), (words, middle), 8)
        if action is not None:
            items.addWidget(action, 0, middle)
        self._empty = holder(column(STRETCH, items, STRETCH, STRETCH, gap=4))
        self.addWidget(self._empty)
        self.setCurrentWidget(self._empty)

    def show_loading(self, text: str, done: int = 0, of: int = 0) -> None:
        """Say what is being read and how far it is, if it takes longer than a moment."""
        self._progress.show_done(done, of, text)
        if self.currentWidget() is not self._loading and not self._patience.isActive():
            self._patience.start()

    def show_error(self, title: str, text: str = "", action: QWidget | None = None) -> None:
        """Say what went wrong above the content that was there."""
        self._patience.stop()
        self._error.set(title, text)
        self._error.set_actions([action] if action is not None else [])
        self._error.show()
        self.setCurrentWidget(self._page)

    def set_offline(self, title: str, text: str = "") -> None:
        """Say as of when the content is; an empty title takes it away."""
        self._offline.set(title, text)
        self._offline.setVisible(bool(title))

    def _show_loading(self) -> None:
        self.setCurrentWidget(self._loading)

    def _drop_empty(self) -> None:
        if self._empty is not None:
            self.removeWidget(self._empty)
            self._empty.deleteLater()
            self._empty = None
