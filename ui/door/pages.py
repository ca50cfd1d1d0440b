"""The door's two halves: the form is there at once, what stands beside it after the first paint."""

from __future__ import annotations

from importlib import import_module

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.door.signin import TALL, SignIn
from ui.kit.layout import STRETCH, column, holder, put, row, sized, vline
from ui.kit.palette import px, themed
from ui.kit.text import label

FORM, SIDE, MARGIN = 384, 480, 32
LOW, LESS = 620, 36
"""In a lower window the fields are lower and the product's name gives way, so that the button is in sight."""
SHARE = 640 / 1440
"""How much of the width the form's half takes where there is room for both."""


class Halves(QWidget):
    """A form at the left and what is to know at the right, `foot` below it; the right half comes after the first paint."""

    def __init__(self, form: SignIn) -> None:
        super().__init__()
        self._asks = form
        self.setProperty("bg", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        sized(form, width=FORM)
        self._form = holder(
            column(
                STRETCH, row(STRETCH, form, STRETCH, gap=0), STRETCH, gap=0, margins=(MARGIN, 12, MARGIN, 12)
            )
        )
        self._left = column(self._form, gap=0)
        self._ground = holder(self._left, "surface")
        self._ground.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._right = column(gap=0)
        self.setLayout(row(self._ground, vline(), (self._right, 1), gap=0))
        themed.changed.connect(self._share)

    def complete(self, side: QWidget, foot: str, name: str) -> None:
        """Add the right half, and let the left one scroll where it is taller than the window."""
        sized(side, max_width=SIDE)
        side.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        right = holder(column(STRETCH, row((side, 1), gap=0), STRETCH, gap=0, margins=(MARGIN, 24, MARGIN, 24)))
        scroll = import_module("ui.kit.flow").Scroll
        put(self._right, (scroll(right), 1))
        put(self._right, row(STRETCH, label(foot, "caption", "text3"), gap=0, margins=(24, 0, 24, 20)))
        focus = self.focusWidget()
        put(self._left, scroll(self._form, name))
        if focus is not None:
            focus.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        least = px(FORM) + 2 * px(MARGIN) + px(16)
        self._ground.setFixedWidth(max(least, round(self.width() * SHARE)))
        form, low = self._asks, self.height() < px(LOW)
        form.head.setVisible(not low)
        for each in form.tall:
            each.setFixedHeight(px(LESS if low else TALL))
