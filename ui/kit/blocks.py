"""Blocks of a record: old and new, a signature as it was made, a line of time, facts by name.

- A signature block always shows all that 21 CFR 11.50 asks: name, meaning, date and time with zone.
- Old and new are told by signs and words, not by colour alone. Everything can be selected and copied.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from app.base.say import say
from app.base.words import Value
from ui.kit.flow import FlowLayout
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, Hug, Item, column, frame, holder, row
from ui.kit.palette import px, theme, themed
from ui.kit.shapes import Painted, paint_status, status_word
from ui.kit.text import label


class Diff(QWidget):
    """What a value was and what it is: − old, + new."""

    def __init__(self, old: str, new: str, name: str = "") -> None:
        super().__init__()
        title = label(name, "caption", "text2", weight=600, wrap=True) if name else None
        before = _change("old", "−", old or say("ui.kit.nothing_before"), "bad")
        after = _change("new", "+", new or say("ui.kit.nothing_now"), "ok")
        self.setLayout(column(title, before, after, gap=2))
        spoken = (say("ui.kit.old", {"text": old or "–"}), say("ui.kit.new", {"text": new or "–"}))
        self.setAccessibleName(" ".join((name, *spoken)).strip())


def _change(kind: str, sign: str, text: str, ink: str) -> QFrame:
    mark = (label(sign, "mono", ink, weight=500), Qt.AlignmentFlag.AlignTop)
    return frame(kind, row(mark, (label(text, "dense", wrap=True, select=True), 1), margins=(10, 6, 10, 6)))


class SignatureBlock(Hug):
    """A signature as it was made: meaning, when, who, what was said, and the fingerprint of what was signed."""

    def __init__(
        self, meaning: str, when: str, name: str, id_line: str = "", statement: str = "", fingerprint: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("k", "sign")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        moment = label(when, "caption", "text2", select=True)
        top = FlowLayout(label(meaning, "caption", "sign", weight=600), moment, gap=4, apart=True)
        said = label(statement, "dense", wrap=True, select=True) if statement else None
        print_ = (
            row(
                Icon("fingerprint", 14, "text3"),
                label(fingerprint, "mono", "text2", select=True),
                STRETCH,
                gap=6,
            )
            if fingerprint
            else None
        )
        who = label(name, "strong", wrap=True)
        line = label(id_line, "caption", "text2", wrap=True) if id_line else None
        self.setLayout(column(top, who, line, said, print_, gap=3, margins=12))
        self.setAccessibleName(". ".join(part for part in (meaning, name, when, id_line, statement) if part))


class Fact(Value, frozen=True):
    """One line of `Facts`: its name, its words, and small words below them."""

    name: str
    value: str
    sub: str = ""
    mono: bool = False
    colour: str = "text"


class Facts(QWidget):
    """Facts by name, names in a column at the left; with `right` the values stand at the right edge."""

    def __init__(
        self, facts: Sequence[Fact | tuple[str, str]], name_width: int = 104, *, right: bool = False
    ) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._width = name_width
        for number, each in enumerate(facts):
            fact = each if isinstance(each, Fact) else Fact(name=each[0], value=each[1])
            weight = None if fact.mono else 500
            value = label(
                fact.value, "dense", fact.colour, wrap=True, mono=fact.mono, select=True, weight=weight
            )
            sub = label(fact.sub, "caption", "text2", wrap=True) if fact.sub else None
            for words in filter(None, (value, sub) if right else ()):
                words.setAlignment(Qt.AlignmentFlag.AlignRight)
            name = label(fact.name, "dense", "text2", wrap=True)
            self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addLayout(column(value, sub, STRETCH, gap=0), number, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(len(facts), 1)  # what is left stays below them
        themed.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._grid.setColumnMinimumWidth(0, px(self._width))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(6))


class Event(Value, frozen=True):
    """One point of a `Timeline`: a status key or empty, a title, small words, or a widget in their place."""

    title: str = ""
    text: str = ""
    status: str = ""
    tone: str = "text"


class Timeline(QWidget):
    """Events from top to bottom on a line; an event may be a widget, such as a signature block."""

    def __init__(self, items: Sequence[Event | tuple[str, QWidget]]) -> None:
        super().__init__()
        rows: list[Item] = []
        for number, each in enumerate(items):
            last = number == len(items) - 1
            if isinstance(each, Event):
                text = label(each.text, "caption", "text2", wrap=True) if each.text else None
                words = holder(
                    column(label(each.title, "dense", each.tone, wrap=True, weight=600), text, gap=1)
                )
                rows.append(_point(each.status, words, first=not number, last=last))
            else:
                rows.append(_point(each[0], each[1], first=not number, last=last))
        self.setLayout(column(*rows, STRETCH, gap=0))


def _point(status: str, widget: QWidget, *, first: bool, last: bool) -> QWidget:
    inner = holder(column(widget, margins=(0, 0, 0, 0 if last else 14)))
    return holder(row(_Rail(status, first=first, last=last), (inner, 1), gap=8))


class _Rail(Painted):
    """The line at the left of a timeline, with the shape of its event."""

    def __init__(self, status: str, *, first: bool, last: bool) -> None:
        super().__init__()
        self._status, self._first, self._last = status, first, last
        if status:
            self.setAccessibleName(status_word(status))
        themed.changed.connect(self._fit)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line and the shape on it."""
        look = theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle, at = self.width() / 2, px(10)
            painter.setPen(QPen(look.colour("line2"), 2))
            if not self._first:
                painter.drawLine(QPointF(middle, 0), QPointF(middle, at))
            if not self._last:
                painter.drawLine(QPointF(middle, at), QPointF(middle, self.height()))
            if self._status:
                paint_status(painter, QPointF(middle, at), 16 * look.size, self._status)
            else:
                painter.setPen(QPen(look.colour("ctl"), 1.5))
                painter.setBrush(look.colour("surface"))
                painter.drawEllipse(QPointF(middle, at), px(4), px(4))

    def _fit(self) -> None:
        self.setFixedWidth(px(22))
