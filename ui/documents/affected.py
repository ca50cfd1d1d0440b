"""Whom a document concerns: one number, a bar whose parts are named below it, as things stand or will stand.

- A colour is never alone: each part has its shape, number and word below the bar.
- The count is of people in the sight of whoever asks, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy

from app.base.say import say
from app.work.shelf import Affected, VersionShown
from ui.documents.words import ORDER, as_of, local_day
from ui.kit.flow import FlowLayout
from ui.kit.layout import column, holder, row
from ui.kit.palette import px, theme, themed, tokens
from ui.kit.shapes import Painted, StatusShape, status_word
from ui.kit.text import label

BAR = 14


class Stack(Painted):
    """One bar in parts, by the keys of the shapes."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[tuple[str, int], ...] = ()
        themed.changed.connect(self._fit)
        self._fit()

    def show_parts(self, counts: Mapping[str, int]) -> None:
        """Show how many there are of each key."""
        self._parts = tuple((key, counts[key]) for key in reversed(ORDER) if counts.get(key))
        self.setAccessibleName("; ".join(f"{status_word(key)} {n:,}" for key, n in self._parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts side by side; what has not begun is hollow."""
        look, gap = theme(), px(3)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            total, left = sum(n for _, n in self._parts), 0.0
            room = self.width() - gap * (len(self._parts) - 1)
            for key, n in self._parts:
                wide = max(room * n / total, px(3))
                area = QRectF(left, 0, wide, self.height())
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour(tokens()["status"][key][0]))
                if key == "todo":
                    painter.setPen(QPen(look.colour("ctl"), 1.5))
                    painter.setBrush(look.colour("surface2"))
                    area.adjust(0.75, 0.75, -0.75, -0.75)
                painter.drawRoundedRect(area, px(3), px(3))
                left += wide + gap

    def _fit(self) -> None:
        self.setFixedHeight(px(BAR))


class AffectedCard(QFrame):
    """The card."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.number = label("", "display")
        self.says = label("", "h3", wrap=True)
        self.sub = label("", "dense", "text2", wrap=True)
        self.bar = Stack()
        self._legend = holder(FlowLayout(gap=14))
        words = column(self.says, self.sub, gap=2)
        self.setLayout(
            column(
                row(self.number, (words, 1), gap=12), self.bar, self._legend, gap=12, margins=(20, 14, 20, 14)
            )
        )
        self.show_waiting()

    def show_waiting(self) -> None:
        """Say that it is being counted."""
        self._show("", say("ui.document.counting"), "", {})

    def show_counts(self, found: Affected, ahead: VersionShown | None, zone: str) -> None:
        """Say who is concerned; `ahead` is the version whose beginning is looked at, None for now."""
        about = {"met": f"{found.met:,}", "open": f"{found.people - found.met:,}", "at": as_of(found.at)}
        if not found.people:
            self._show("", say("ui.document.nobody"), say("ui.document.nobody.do"), {})
            return
        if ahead is None:
            says, sub = say("ui.document.affected"), say("ui.document.affected.sub", about)
        else:
            when = {"ver": ahead.ver, "day": local_day(ahead.effective, zone)}
            says, sub = say("ui.document.affected.ahead", when), say("ui.document.affected.ahead.sub", about)
        self._show(f"{found.people:,}", says, sub, found.counts)

    def _show(self, number: str, says: str, sub: str, counts: Mapping[str, int]) -> None:
        self.number.set_text(number)
        self.number.setVisible(bool(number))
        self.says.set_text(says)
        self.sub.set_text(sub)
        self.sub.setVisible(bool(sub))
        self.bar.show_parts(counts)
        self.bar.setVisible(bool(counts))
        self._show_legend(counts)

    def _show_legend(self, counts: Mapping[str, int]) -> None:
        layout = self._legend.layout()
        assert layout is not None
        while (item := layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for key in reversed(ORDER):
            if counts.get(key):
                words = label(f"{counts[key]:,} {status_word(key)}", "dense")
                layout.addWidget(holder(row(StatusShape(key, 14), words, gap=6)))
        self._legend.setVisible(bool(counts))
