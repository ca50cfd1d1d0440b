"""Rows that break: chips wrap to the next line; a page scrolls up and down when it is taller than its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QLayoutItem, QScrollArea, QWidget

from ui.kit.palette import px, themed


class FlowLayout(QLayout):
    """Items from left to right, then on the next line; `apart` puts the last of a line at its right edge."""

    def __init__(self, *widgets: QWidget, gap: int = 8, apart: bool = False) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap, self._apart = gap, apart
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)
        themed.changed.connect(self.invalidate)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item at the end."""
        self._items.append(item)
        self._heights.clear()

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a place, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out."""
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It asks for no room that is left."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def invalidate(self) -> None:
        """Something in it has changed: what was measured is no longer so."""
        self._heights.clear()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        """The height at a width; it is asked for over and over until layouts around it agree."""
        known = self._heights.get(width)
        if known is None:
            known = self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return known

    def setGeometry(self, area: QRect) -> None:
        """Place the items."""
        super().setGeometry(area)
        self._place(area, move=True)

    def sizeHint(self) -> QSize:
        """Everything on one line, up to a width that a page has."""
        width = sum(item.sizeHint().width() + px(self._gap) for item in self._items if self._shown(item))
        return QSize(min(width, px(720)), self.heightForWidth(min(max(width, 1), px(720))))

    def minimumSize(self) -> QSize:
        """The largest item."""
        made = QSize()
        for item in self._items:
            made = made.expandedTo(item.minimumSize())
        return made

    @staticmethod
    def _shown(item: QLayoutItem) -> bool:
        widget = item.widget()
        return widget is None or not widget.isHidden()

    def _place(self, area: QRect, *, move: bool) -> int:
        top, gap = area.y(), px(self._gap)
        for line in self._lines(area.width(), gap):
            tall, left = max(size.height() for _, size in line), area.x()
            for number, (item, size) in enumerate(line):
                if self._apart and 0 < number == len(line) - 1:
                    left = area.x() + area.width() - size.width()
                if move:
                    item.setGeometry(QRect(QPoint(left, top + (tall - size.height()) // 2), size))
                left += size.width() + gap
            top += tall + gap
        return max(0, top - gap - area.y())

    def _lines(self, width: int, gap: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """The items that are shown, broken into lines."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item in filter(self._shown, self._items):
            size = item.sizeHint().boundedTo(QSize(max(width, 1), 1_000_000))
            if not lines or used + gap + size.width() > width:
                lines.append([])
                used = -gap
            lines[-1].append((item, size))
            used += gap + size.width()
        return lines


class Scroll(QScrollArea):
    """Scrolls its widget up and down; PgUp, PgDn and arrows work, and what gets the focus comes into view."""

    def __init__(self, widget: QWidget, name: str = "") -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self.setWidget(widget)
        widget.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]

    def minimumSizeHint(self) -> QSize:
        """As wide as its widget needs to be; any height."""
        inside = self.widget()
        inner = inside.minimumSizeHint().width() if inside is not None else 0
        return QSize(inner + self.verticalScrollBar().sizeHint().width(), px(60))

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        inside = self.widget()
        if now is not None and inside is not None and inside.isAncestorOf(now):
            self.ensureWidgetVisible(now, px(16), px(16))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the widget's least width when it changes."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys scroll."""
        bar = self.verticalScrollBar()
        steps = {Qt.Key.Key_PageDown: bar.pageStep(), Qt.Key.Key_PageUp: -bar.pageStep()}
        if event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
