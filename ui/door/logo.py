"""The mark of the product: two ticks, one behind the other; painted, so that it is sharp at every size."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.kit.palette import px, theme, themed

_FRONT = ((0.22, 0.52), (0.40, 0.70), (0.70, 0.36))
_BACK = ((0.48, 0.68), (0.52, 0.70), (0.82, 0.36))


class Logo(QWidget):
    """The mark, `side` pixels of the design wide; a screen reader passes it by."""

    def __init__(self, side: int = 40) -> None:
        super().__init__()
        self._side = side
        themed.changed.connect(self._fit)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and both ticks."""
        ground, ink = theme().colour("logo"), theme().colour("logo_ink")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        side = float(min(self.width(), self.height()))
        painter.drawRoundedRect(QRectF(0, 0, side, side), side / 5, side / 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for points, strength in ((_BACK, 0.45), (_FRONT, 1.0)):
            colour = QColor(ink)
            colour.setAlphaF(strength)
            pen = QPen(
                colour, side * 0.085, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
            )
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([QPointF(x * side, y * side) for x, y in points]))

    def _fit(self) -> None:
        self.setFixedSize(px(self._side), px(self._side))
        self.update()
