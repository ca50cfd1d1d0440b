"""State chips: legend, count and filter in one (design §6.3).

- A chip is a shape, a word and a number; pressing it shows only those, pressing it again shows all.
- A count that is not known yet is a dash, never a nought.
- Where they would break the line, a chip that nobody stands behind gives way, unless it filters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOptionButton, QWidget

from app.base.say import say
from ui.kit.buttons import Button
from ui.kit.flow import FlowLayout
from ui.kit.fonts import font, metrics
from ui.kit.palette import px, theme, themed
from ui.kit.shapes import paint_status, status_word

GAP = 8


def chip_word(key: str) -> str:
    """The word of a state, naming all that is counted under it."""
    return say("ui.people.state.exp") if key == "exp" else status_word(key)


class StateChip(Button):
    """One state as a filter."""

    def __init__(self, key: str) -> None:
        self.key, self.count = key, ""
        super().__init__(chip_word(key), "chip", None, "s")
        self.setCheckable(True)
        self.set_count(None)

    def set_count(self, count: int | None) -> None:
        """Show how many there are; None is not known yet."""
        self.count = "–" if count is None else f"{count:,}"
        self.setAccessibleName(say("ui.people.state_chip", {"state": chip_word(self.key), "n": self.count}))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Shape, word and number."""
        word = metrics("dense", weight=500).horizontalAdvance(chip_word(self.key))
        number = metrics("dense", weight=600).horizontalAdvance(self.count)
        return QSize(word + number + px(50), px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip's ground, then shape, word and number."""
        option, look = QStyleOptionButton(), theme()
        self.initStyleOption(option)
        option.text = ""
        middle = Qt.AlignmentFlag.AlignVCenter
        area = QRectF(px(31), 0, self.width() - px(42), self.height())
        with QPainter(self) as painter:
            self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
            paint_status(painter, QPointF(px(17), self.height() / 2), 13 * look.size, self.key)
            painter.setFont(font("dense", weight=500))
            painter.setPen(look.colour("accent" if self.isChecked() else "text2"))
            painter.drawText(area, middle, chip_word(self.key))
            painter.setFont(font("dense", weight=600))
            painter.setPen(look.colour("accent" if self.isChecked() else "text"))
            painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, self.count)


class StateChips(QWidget):
    """The chips of all states; emits `chosen` with the key of the one that filters, or an empty text."""

    chosen = Signal(str)

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(say("ui.people.states"))
        self._chips = {key: StateChip(key) for key in keys}
        for chip in self._chips.values():
            chip.clicked.connect(self._clicked)
        self.setLayout(FlowLayout(*self._chips.values(), gap=GAP))
        themed.changed.connect(self._fit)

    def value(self) -> str:
        """The key of the state that filters; empty if none does."""
        return next((key for key, chip in self._chips.items() if chip.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Let one state filter, or with an empty key none, without telling."""
        for each, chip in self._chips.items():
            chip.setChecked(each == key)
        self._fit()

    def set_counts(self, counts: Mapping[str, int] | None) -> None:
        """Show how many there are of each; None: not known yet."""
        for key, chip in self._chips.items():
            chip.set_count(None if counts is None else counts.get(key, 0))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take less room where there is little."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = sum(chip.sizeHint().width() + px(GAP) for chip in self._chips.values()) - px(GAP)
        for chip in self._chips.values():
            chip.setHidden(wanted > self.width() and chip.count == "0" and not chip.isChecked())
        self.updateGeometry()

    def _clicked(self) -> None:
        pressed = self.sender()
        for chip in self._chips.values():
            if chip is not pressed:
                chip.setChecked(False)
        self._fit()
        self.chosen.emit(self.value())
