"""The head of a table: titles, the arrow of the order, edges that can be dragged.

- Painted from the tokens; a screen reader gets the model's words.
- What the mouse can do here, the table's menu can do too (Shift+F10): sort, reset the widths.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from ui.kit.cells import ALIGN
from ui.kit.fonts import font, metrics
from ui.kit.icons import pixmap
from ui.kit.palette import px, theme
from ui.kit.rows import Rows

HEIGHT = 36


class Blank(QHeaderView):
    """The room of the row heads, where the frozen columns lie: nothing is painted beneath them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setUpdatesEnabled(False)

    def make_room(self, width: int) -> None:
        """Take a width, with nothing inside that would scroll and so have what lies over it painted again."""
        self.setFixedWidth(width)
        self.setViewportMargins(width, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing."""


class Heads(QHeaderView):
    """The titles of a table's columns."""

    def __init__(self, rows: Rows, parent: QWidget, *, dense: bool = False) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._rows, self._dense = rows, dense
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(px(20))
        self.setFrameShape(QHeaderView.Shape.NoFrame)

    def sizeHint(self) -> QSize:
        """As tall as the design says."""
        return QSize(super().sizeHint().width(), px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground to the end, then the titles."""
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), theme().colour("surface2"))
            bottom = self.viewport().height() - 1
            painter.fillRect(
                QRect(event.rect().left(), bottom, event.rect().width(), 1), theme().colour("line2")
            )
            first, last = self.logicalIndexAt(event.rect().left()), self.logicalIndexAt(event.rect().right())
            for section in range(max(first, 0), (last if last >= 0 else self.count() - 1) + 1):
                if not self.isSectionHidden(section):
                    left, width = self.sectionViewportPosition(section), self.sectionSize(section)
                    self._title(painter, section, QRectF(left, 0, width, bottom))

    def _title(self, painter: QPainter, section: int, area: QRectF) -> None:
        column = self._rows.columns[section]
        key, descending = self._rows.order
        side = px(4 if self._dense else 12)
        inner = area.adjusted(side, 0, -px(4 if self._dense else 8), 0)
        if key == column.key:
            inner.setRight(inner.right() - px(16))
        face = font("caption", weight=600)
        measure = metrics("caption", weight=600)
        words = measure.elidedText(
            column.title.replace("\n", " "), Qt.TextElideMode.ElideRight, int(inner.width())
        )
        painter.setFont(face)
        painter.setPen(theme().colour("text2"))
        flags = int(ALIGN[column.align] | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
        painter.drawText(inner, flags, words)
        if key == column.key:
            name = "arrow-down" if descending else "arrow-up"
            picture = pixmap(name, 14, "accent", self.devicePixelRatioF())
            used = measure.horizontalAdvance(words)
            left = inner.left() + used + px(4) if column.align == "left" else inner.right() + px(2)
            painter.drawPixmap(QPointF(left, area.center().y() - px(7)), picture)
