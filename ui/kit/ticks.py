"""Check boxes and radio buttons, painted from the tokens so that they are sharp at every size and in every theme.

- The words are plain text; the whole line is the target, at least 28 pixels high.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy

from ui.kit.fonts import font
from ui.kit.palette import px, theme, themed
from ui.kit.text import mnemonic_safe, plain, tip

_BOX, _GAP, _LEAST = 18, 8, 28


def _dress(button: QAbstractButton, text: str) -> None:
    button.setText(mnemonic_safe(text))
    button.setAccessibleName(plain(text))
    button.setFont(font("body"))
    button.setToolTip(tip(text) if len(text) > 60 else "")
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)


def _size(button: QAbstractButton) -> QSize:
    words = button.fontMetrics().horizontalAdvance(button.accessibleName())
    return QSize(px(_BOX + _GAP) + words + px(4), px(_LEAST))


def _least(button: QAbstractButton) -> QSize:
    return QSize(min(_size(button).width(), px(320)), px(_LEAST))


def _paint(button: QAbstractButton, *, round_: bool) -> None:
    look = theme()
    with QPainter(button) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = px(_BOX)
        box = QRectF(1, (button.height() - side) / 2, side, side).adjusted(1, 1, -1, -1)
        ink = look.colour("accent" if button.isChecked() else "ctl")
        painter.setPen(QPen(ink if button.isEnabled() else look.colour("line2"), 1.5))
        filled = button.isChecked() and not round_
        painter.setBrush(ink if filled else look.colour("surface"))
        radius = box.width() / 2 if round_ else px(4)
        painter.drawRoundedRect(box, radius, radius)
        if button.isChecked():
            _paint_mark(painter, box, round_=round_)
        painter.setPen(look.colour("text" if button.isEnabled() else "text3"))
        area = button.rect().adjusted(px(_BOX + _GAP), 0, 0, 0)
        words = button.fontMetrics().elidedText(
            button.accessibleName(), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), words)
        if button.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(button.rect()).adjusted(1, 1, -1, -1), px(5), px(5))


def _paint_mark(painter: QPainter, box: QRectF, *, round_: bool) -> None:
    if round_:
        painter.setBrush(theme().colour("accent"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(box.center(), box.width() * 0.26, box.width() * 0.26)
        return
    pen = QPen(theme().colour("on_accent"), box.width() * 0.13)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    at = ((0.24, 0.52), (0.43, 0.7), (0.77, 0.31))
    painter.drawPolyline([QPointF(box.left() + box.width() * x, box.top() + box.height() * y) for x, y in at])


class Check(QCheckBox):
    """A box to tick."""

    def __init__(self, text: str, *, checked: bool = False) -> None:
        super().__init__()
        self._words = text
        self.setChecked(checked)
        themed.changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        """The box and the words."""
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        """Long words may be cut; the tooltip has them."""
        return _least(self)

    def hitButton(self, at: object) -> bool:
        """The whole line is the target."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box, tick, words and ring."""
        _paint(self, round_=False)

    def _restyle(self) -> None:
        _dress(self, self._words)


class Radio(QRadioButton):
    """One of several, all shown."""

    def __init__(self, text: str, *, checked: bool = False) -> None:
        super().__init__()
        self._words = text
        self.setChecked(checked)
        themed.changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        """The circle and the words."""
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        """Long words may be cut; the tooltip has them."""
        return _least(self)

    def hitButton(self, at: object) -> bool:
        """The whole line is the target."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint circle, dot, words and ring."""
        _paint(self, round_=True)

    def _restyle(self) -> None:
        _dress(self, self._words)
