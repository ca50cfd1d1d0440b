"""Two halves side by side, above each other where there is no room; and a scroller that is as tall as it may be.

- A dialog at 150 % on a small screen scrolls; nothing in it is cut. One with room takes the height of its words.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

from ui.kit.dialog import Dialog
from ui.kit.flow import Scroll
from ui.kit.layout import holder, row
from ui.kit.palette import px, themed

SOON_MS = 120
"""By then a dialog that was opened, or grew, is laid out."""
LEAST = 700
"""Narrower than this (at 100 %), the halves stand above each other."""
BAR = 6
"""Room between what is scrolled and the bar beside it."""
WIDE = 24
"""Halves so far apart fill their height; fields closer together begin at one line."""


class Halves(QWidget):
    """Widgets of equal width, above each other where there are less than `least` pixels (at 100 %)."""

    def __init__(self, *parts: QWidget, gap: int = 24, least: int = LEAST) -> None:
        super().__init__()
        self._least = least
        self._row = row(gap=gap)
        for part in parts:
            self._row.addWidget(part, 1, Qt.AlignmentFlag.AlignTop if gap < WIDE else Qt.AlignmentFlag(0))
        self.setLayout(self._row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand side by side or above each other."""
        super().resizeEvent(event)
        narrow = event.size().width() < px(self._least)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != way:
            self._row.setDirection(way)


class Tall(Scroll):
    """A scroller that asks for the whole height of what it holds; `grew` tells that this has changed."""

    grew = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when what it holds wants another height."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.grew.emit()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """The widget's own size; whoever places the dialog bounds it."""
        inner: QWidget = self.widget() or self
        layout = inner.layout()
        height = inner.sizeHint().height()
        if layout is not None and layout.hasHeightForWidth() and self.viewport().width() > px(200):
            height = max(height, layout.heightForWidth(self.viewport().width()))
        return QSize(inner.sizeHint().width(), height)


class InView(QTimer):
    """Brings what was just told, or the field that is typed in, into view once everything is laid out, and again when the
    text has another size."""

    def __init__(self, body: Tall) -> None:
        super().__init__(body, singleShot=True, interval=SOON_MS)
        self._body = body
        self._target: QWidget | None = None
        self.timeout.connect(self._show)
        themed.changed.connect(self.start)

    def bring(self, target: QWidget | None) -> None:
        """Show `target` soon."""
        self._target = target
        self.start()

    def _show(self) -> None:
        if self._target is not None and self._target.isVisible():
            self._body.ensureWidgetVisible(self._target, px(16), px(16))


class Fit(QTimer):
    """Gives a dialog the height that its words need, as far as the window has it, whenever its body grew."""

    def __init__(self, dialog: Dialog, body: Tall) -> None:
        super().__init__(dialog, singleShot=True, interval=0)
        self._dialog = dialog
        self.timeout.connect(self._fit)
        body.grew.connect(self.start)

    def _fit(self) -> None:
        dialog, window = self._dialog, self._dialog.parentWidget()
        wanted = dialog.sizeHint().height()
        room = wanted if window is None else window.height() - px(32)
        if dialog.isVisible() and abs(min(wanted, room) - dialog.height()) > 1:
            dialog._place()


def fill(dialog: Dialog, layout: QLayout) -> None:
    """Make `layout` the dialog's body: it scrolls where the window is small, and is as tall as its words elsewhere."""
    put_in(dialog, Tall(holder(row(layout, margins=(0, 0, BAR, 0)))))


def put_in(dialog: Dialog, body: Tall) -> None:
    """Make a body that was made before the dialog's own."""
    Fit(dialog, body)
    dialog.set_body(body)
