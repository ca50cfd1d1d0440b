"""The eight shapes of status, painted: each is a shape, a colour and a word (design §4.3).

- Shape and colour both carry the meaning, so that grey print and colour-blind eyes lose nothing.
- In high contrast everything is drawn in the system's ink.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QWidget

from app.base.say import say
from ui.kit.palette import px, theme, themed, tokens

KEYS = ("ok", "exp", "over", "sign", "prog", "todo", "exempt", "na")


def status_word(key: str) -> str:
    """The word of a status: `ok` is Qualified, and so on."""
    return say(f"ui.status.{key}")


def tone(key: str) -> str:
    """The family of tokens that a status is written in: ok warn bad sign idle."""
    found: str = tokens()["status"][key][3]
    return found


def paint_status(painter: QPainter, centre: QPointF, size: float, key: str) -> None:
    """Paint the shape of status `key` around `centre`, nominally `size` pixels wide (of the device, not the design)."""
    fill, mark, shape, _ = tokens()["status"][key]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(centre)
    painter.scale(size / 2, size / 2)
    colour = theme().colour(fill)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    _PAINTERS[shape](painter, colour, _pen(theme().colour(mark), max(0.23, 2.8 / size)))
    painter.restore()


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _disc(painter: QPainter, _colour: QColor, mark: QPen) -> None:
    painter.drawEllipse(QPointF(), 1.0, 1.0)
    painter.setPen(mark)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline([QPointF(-0.42, 0.04), QPointF(-0.1, 0.36), QPointF(0.46, -0.34)])


def _triangle(painter: QPainter, colour: QColor, mark: QPen) -> None:
    painter.setPen(_pen(colour, 0.24))
    painter.drawPolygon(QPolygonF([QPointF(0, -1.1), QPointF(1.14, 0.92), QPointF(-1.14, 0.92)]))
    painter.setPen(mark)
    painter.drawLine(QLineF(0, -0.28, 0, 0.2))
    painter.drawPoint(QPointF(0, 0.58))


def _square(painter: QPainter, _colour: QColor, mark: QPen) -> None:
    painter.drawRoundedRect(QRectF(-0.94, -0.94, 1.88, 1.88), 0.32, 0.32)
    painter.setPen(mark)
    painter.drawLine(QLineF(-0.38, -0.38, 0.38, 0.38))
    painter.drawLine(QLineF(0.38, -0.38, -0.38, 0.38))


def _diamond(painter: QPainter, colour: QColor, mark: QPen) -> None:
    painter.setPen(_pen(colour, 0.2))
    painter.drawPolygon(QPolygonF([QPointF(0, -1.16), QPointF(1.16, 0), QPointF(0, 1.16), QPointF(-1.16, 0)]))
    painter.setPen(mark)
    painter.drawLine(QLineF(-0.34, 0.34, 0.3, -0.3))
    painter.drawLine(QLineF(0.04, 0.4, 0.36, 0.4))


def _ring(painter: QPainter, colour: QColor, _mark: QPen) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 0.26))
    painter.drawEllipse(QPointF(), 0.87, 0.87)


def _half(painter: QPainter, colour: QColor, mark: QPen) -> None:
    painter.drawPie(QRectF(-0.87, -0.87, 1.74, 1.74), 90 * 16, 180 * 16)
    _ring(painter, colour, mark)


def _slash(painter: QPainter, colour: QColor, mark: QPen) -> None:
    _ring(painter, colour, mark)
    painter.drawLine(QLineF(-0.62, 0.62, 0.62, -0.62))


def _dash(painter: QPainter, colour: QColor, _mark: QPen) -> None:
    painter.setPen(_pen(colour, 0.26))
    painter.drawLine(QLineF(-0.45, 0, 0.45, 0))


_PAINTERS: dict[str, Callable[[QPainter, QColor, QPen], None]] = {
    "disc": _disc,
    "triangle": _triangle,
    "square": _square,
    "diamond": _diamond,
    "half": _half,
    "ring": _ring,
    "slash": _slash,
    "dash": _dash,
}


class Painted(QLabel):
    """A widget that paints what its accessible name says: to a reader it is text, not an empty box (WCAG 2.2, 1.1.1)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, textFormat=Qt.TextFormat.PlainText)


class StatusShape(Painted):
    """A status shape as a widget; its word is its accessible name."""

    def __init__(self, key: str, size: float = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.show_status(key)
        themed.changed.connect(self._fit)
        self._fit()

    def show_status(self, key: str) -> None:
        """Show another status."""
        self._key = key
        self.setAccessibleName(status_word(key))
        self.update()

    def sizeHint(self) -> QSize:
        """The shape and a hair of room for its corners."""
        return QSize(px(self._size + 4), px(self._size + 4))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shape in the middle."""
        centre = QPointF(self.width() / 2, self.height() / 2)
        with QPainter(self) as painter:
            paint_status(painter, centre, self._size * theme().size, self._key)

    def _fit(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
