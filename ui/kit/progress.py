"""Progress in place: words, a number, a bar and Cancel; never a spinner alone (design §4.4)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.kit.buttons import button
from ui.kit.layout import column, row
from ui.kit.palette import px, theme, themed
from ui.kit.shapes import Painted
from ui.kit.text import label


class Bar(Painted):
    """A bar that shows a share from 0 to 1, with a target line if one is named."""

    def __init__(self, share: float = 0.0, colour: str = "accent", target: float | None = None) -> None:
        super().__init__()
        self._share, self._colour, self._target = share, colour, target
        themed.changed.connect(self._fit)
        self._fit()

    def set_share(self, share: float) -> None:
        """Show another share."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track, the share and the target."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(0, (self.height() - px(6)) / 2, self.width(), px(6))
            painter.setPen(theme().colour("text") if theme().name == "contrast" else Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("track"))
            painter.drawRoundedRect(area, px(3), px(3))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour(self._colour))
            if self._share:
                painter.drawRoundedRect(
                    QRectF(0, area.top(), max(px(6), area.width() * self._share), area.height()), px(3), px(3)
                )
            if self._target is not None:
                painter.fillRect(
                    QRectF(area.width() * self._target - 1, 0, 2, self.height()), theme().colour("text")
                )

    def _fit(self) -> None:
        self.setFixedHeight(px(14))


class Progress(QWidget):
    """What is being done, how far it is, and a way to stop it."""

    cancelled = Signal()

    def __init__(self, text: str, *, cancel: bool = True) -> None:
        super().__init__()
        self.words = label(text, "dense", weight=500)
        self.number = label("", "dense", "text2")
        self._bar = Bar()
        self.stop = button(say("ui.kit.cancel"), size="s")
        if not cancel:
            self.stop.hide()  # never shown before it has a parent: that would open a window of its own
        self.stop.clicked.connect(self.cancelled)
        self.setLayout(row((column(row((self.words, 1), self.number), self._bar, gap=4), 1), self.stop, gap=16))
        self.show_done(0, 0)

    def show_done(self, done: int, of: int, text: str = "") -> None:
        """Show how far it is: `done` of `of` things; 0 of 0 shows no number yet."""
        if text:
            self.words.set_text(text)
        self._bar.set_share(done / of if of else 0.0)
        self.number.set_text(say("ui.kit.done_of", {"done": f"{done:,}", "of": f"{of:,}"}) if of else "")
        self.setAccessibleName(f"{self.words.text()} {self.number.text()}".strip())
