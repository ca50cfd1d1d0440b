"""Qualifications that end, week by week, as painted bars with their numbers.

- Every bar carries its number and its week in words; the whole is one sentence for a screen reader.
- The axis begins at nought; nothing is drawn for a week in which nothing ends but its nought.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from app.base.words import Value
from ui.kit.fonts import font, metrics
from ui.kit.palette import px, theme, themed
from ui.kit.shapes import Painted


class Week(Value, frozen=True):
    """A bar: the words below it, the number on it, and what is said of it."""

    label: str
    n: int
    spoken: str


class Weeks(Painted):
    """Bars from left to right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._weeks: tuple[Week, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        themed.changed.connect(self._fit)
        self.show_weeks(())

    def show_weeks(self, weeks: Sequence[Week]) -> None:
        """Show other weeks."""
        self._weeks = tuple(weeks)
        self.setAccessibleName(". ".join((self._name, *(each.spoken for each in self._weeks if each.n))))
        self._fit()

    def sizeHint(self) -> QSize:
        """Room for the words of every week."""
        return QSize(px(44) * max(len(self._weeks), 6), px(140))

    def minimumSizeHint(self) -> QSize:
        """A bar that can still be told from another."""
        return QSize(px(30) * max(len(self._weeks), 6), px(110))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, the bars, their numbers and their weeks."""
        look = theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            base = self.height() - px(22)
            painter.fillRect(QRectF(0, base, self.width(), 1), look.colour("line2"))
            if not self._weeks:
                return
            step = self.width() / len(self._weeks)
            shown = self._shown(step)
            for number, week in enumerate(self._weeks):
                self._bar(painter, QRectF(number * step, 0, step, base), week)
                if number % shown == 0:
                    painter.setFont(font("caption"))
                    painter.setPen(look.colour("text2"))
                    wide = QRectF(number * step - step, base + px(4), step * 3, px(18))
                    middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
                    painter.drawText(wide, middle, week.label)

    def _bar(self, painter: QPainter, area: QRectF, week: Week) -> None:
        look, most = theme(), max(each.n for each in self._weeks)
        room = area.height() - px(20)
        tall = max(px(3), room * week.n / most) if week.n else 0.0
        side = min(float(px(26)), area.width() * 0.6)
        bar = QRectF(area.center().x() - side / 2, area.bottom() - tall, side, tall)
        if week.n:
            painter.setPen(QPen(look.colour("text"), 1) if look.name == "contrast" else Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("warn_fill"))
            painter.drawRoundedRect(bar, px(3), px(3))
        painter.setFont(font("caption", weight=600 if week.n else 400))
        painter.setPen(look.colour("text" if week.n else "text3"))
        words = QRectF(area.left(), bar.top() - px(18), area.width(), px(17))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, f"{week.n:,}")

    def _shown(self, step: float) -> int:
        """Every how many weeks there is room for their words."""
        widest = max(metrics("caption").horizontalAdvance(each.label) for each in self._weeks)
        return max(1, -int(-(widest + px(6)) // step))

    def _fit(self) -> None:
        self.updateGeometry()
        self.update()
