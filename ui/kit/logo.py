"""The product's mark: two ticks, one behind the other, in a rounded square; painted, so that it is sharp at every size."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from ui.kit.palette import px, theme, themed
from ui.kit.shapes import Painted


class Logo(Painted):
    """The mark, `size` pixels of the design wide; without a `name` a screen reader passes it by."""

    def __init__(self, size: int = 28, name: str = "") -> None:
        super().__init__()
        self._size = size
        self.setAccessibleName(name)
        themed.changed.connect(self._fit)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the square and the ticks."""
        side = float(self.width())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("logo"))
            painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.24, side * 0.24)
            ink = theme().colour("logo_ink")
            soft = QColor(ink)
            soft.setAlphaF(0.5)
            for shift, colour, width in ((0.16, soft, 0.095), (0.0, ink, 0.105)):
                line, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
                pen = QPen(colour, side * width, line, cap, join)
                painter.setPen(pen)
                ticks = ((0.22, 0.53), (0.38, 0.69), (0.64, 0.33))
                painter.drawPolyline([QPointF(side * (x + shift), side * y) for x, y in ticks])

    def _fit(self) -> None:
        self.setFixedSize(px(self._size), px(self._size))
