"""Parts of the home pages: a figure with its shape, a line that asks for something, a card with a head.

- A figure that is not known is a dash with the reason beside it, never a nought.
- What can be opened is a button with a verb; the shape beside it says the status in a word too.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QWidget

from app.base.words import Value
from ui.kit.buttons import Button, button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, Item, card, column, hline, holder, row, sized
from ui.kit.shapes import StatusShape
from ui.kit.text import label

TOP = Qt.AlignmentFlag.AlignTop


class Figure(QFrame):
    """One number of the site: shape and name, the number, and what it is made of."""

    def __init__(self, key: str, name: str) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._name = name
        self.number, self.unit = label("–", "display", select=True), label("", "body", "text3")
        self.note = label("", "dense", "text2", wrap=True)
        head = row(StatusShape(key, 16), label(name, "dense", "text2", weight=500), STRETCH, gap=6)
        unit = holder(row(self.unit, margins=(0, 0, 0, 6)))
        digits = row(self.number, (unit, Qt.AlignmentFlag.AlignBottom), STRETCH, gap=6)
        self.setLayout(column(head, digits, self.note, STRETCH, gap=4, margins=(16, 14, 16, 14)))

    def show_number(self, number: str, note: str, unit: str = "") -> None:
        """Show a number with its unit and what stands behind it."""
        self.number.set_text(number)
        self.unit.set_text(unit)
        self.note.set_text(note)
        self.setAccessibleName(f"{self._name}: {number} {unit}".strip())
        self.setAccessibleDescription(note)


class Ask(Value, frozen=True):
    """Something that asks for attention: its shape, two lines, the verb of its button, and where that leads."""

    key: str
    title: str
    sub: str
    verb: str
    address: str


def ask_line(ask: Ask, go: Callable[[str], None]) -> QWidget:
    """A line with a shape, two lines of words and one button."""
    press = button(ask.verb, size="s")
    press.setAccessibleDescription(ask.title)
    press.clicked.connect(lambda: go(ask.address))
    words = column(
        label(ask.title, "dense", wrap=True, weight=500), label(ask.sub, "caption", "text2", wrap=True), gap=2
    )
    return holder(row((StatusShape(ask.key, 15), TOP), (words, 1), press, gap=8))


def lined(widgets: list[QWidget]) -> QLayout:
    """Widgets below each other with hairlines between them."""
    items: list[Item] = []
    for number, each in enumerate(widgets):
        items += [each] if number == 0 else [hline(), each]
    return column(*items, gap=9)


def headed(
    title: str, *items: Item, icon: str = "", tone: str = "text2", note: QWidget | None = None
) -> QFrame:
    """A card with a title, perhaps an icon before it and small words at its right."""
    mark = Icon(icon, 20, tone) if icon else None
    head = row(mark, label(title, "h3"), STRETCH, note, gap=8)
    return card(head, *items, gap=10, margins=(16, 12, 16, 12))


def link(text: str, act: Callable[[], None]) -> Button:
    """Words that lead somewhere."""
    made = button(text, "link", size="s")
    sized(made, min_width=32)
    made.clicked.connect(lambda _checked=False: act())
    return made
