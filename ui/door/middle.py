"""A page of the door in one column, which scrolls where the text is large."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, column, holder, row, sized


class Middle(QWidget):
    """One column in the middle of the window, `width` pixels of the design wide."""

    def __init__(self, content: QWidget, width: int, name: str) -> None:
        super().__init__()
        self.setProperty("bg", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        sized(content, max_width=width)
        content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inner = holder(column(STRETCH, row((content, 1), gap=0), STRETCH, gap=0, margins=24))
        self.setLayout(column(Scroll(inner, name), gap=0))
