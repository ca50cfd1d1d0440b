"""The head of a training file: who it is, what the person is released for, and what can be done.

- Released for: every curriculum that the person's jobs ask for, with its verdict in shape and words.
- A file of one's own and a learner's view have the same head; what the role may not do is not shown at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from app.base.say import say
from app.base.words import Value
from app.work.person import Released
from ui.kit.badge import Avatar, Tag
from ui.kit.buttons import button, icon_button
from ui.kit.flow import FlowLayout
from ui.kit.layout import STRETCH, clear, column, frame, holder, row
from ui.kit.reflow import Reflow
from ui.kit.shapes import StatusShape
from ui.kit.text import label, mnemonic_safe, plain
from ui.people.words import released_key, released_text


class Act(Value, frozen=True):
    """Something that can be done: words and what does it."""

    words: str
    run: Callable[[], None]


class Header(QFrame):
    """Name, number, jobs, what the person is released for; the main buttons and a menu for the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.name = label("", "h1", select=True)
        self.number = Tag("", mono=True)
        self.sub = label("", "dense", "text2", wrap=True, select=True)
        self.avatar = Avatar("", 56)
        self.report = button(say("ui.person.report"), "primary", "file-badge")
        self.begin = button(say("ui.person.begin"), icon="plus")
        self.more = icon_button("ellipsis", say("ui.person.more"))
        self._acts: tuple[Act, ...] = ()
        self._released: tuple[Released, ...] | None = None
        self._strip = FlowLayout()
        self._build()
        self.more.clicked.connect(self._offer)

    def show_person(self, name: str, number: str, sub: str) -> None:
        """Tell who it is."""
        self.name.set_text(name)
        self.avatar.set_name(name)
        self.number.set_text(number)
        self.number.setVisible(bool(number))
        self.sub.set_text(sub)
        self.setAccessibleName(f"{plain(name)} {plain(number)}".strip())

    def show_released(self, released: Sequence[Released]) -> None:
        """Tell what the person is released for; nothing is told in words too."""
        if tuple(released) == self._released:
            return
        self._released = tuple(released)
        clear(self._strip)
        self._strip.addWidget(_caption())
        for each in released:
            self._strip.addWidget(pebble(each))
        if not released:
            self._strip.addWidget(label(say("ui.person.released_none"), "dense", "text2"))
        self._strip.invalidate()
        self._claim()

    def set_acts(self, acts: Sequence[Act]) -> None:
        """What the menu offers."""
        self._acts = tuple(acts)

    def menu(self) -> QMenu:
        """The menu of everything else."""
        menu = QMenu(self)
        menu.setAccessibleName(say("ui.person.more"))
        for act in self._acts:
            made = QAction(mnemonic_safe(act.words), menu)
            made.triggered.connect(act.run)
            menu.addAction(made)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Claim the height that the width needs: nothing of the head is ever squeezed."""
        super().resizeEvent(event)
        self._claim()

    def _claim(self) -> None:
        layout = self.layout()
        height = 0 if layout is None else layout.heightForWidth(self.width())
        if height > 0 and height != self.minimumHeight():
            self.setMinimumHeight(height)

    def _build(self) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        words = column(row(self.name, (self.number, middle), STRETCH, gap=10), self.sub, gap=4)
        acts = holder(row(self.report, self.begin, self.more, STRETCH, gap=8))
        who = holder(row((self.avatar, middle), (holder(words), 1), gap=14))
        top = Reflow([(who, 1), (acts, 0)], 760)
        self.setLayout(column(top, holder(self._strip), gap=14, margins=(20, 16, 16, 16)))

    def _offer(self) -> None:
        self.menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height())))


def _caption() -> QWidget:
    inner = row(
        (label(say("ui.person.released"), "caption", "text2", weight=500), Qt.AlignmentFlag.AlignVCenter),
        margins=(0, 13, 4, 13),
    )
    return holder(inner)


def pebble(one: Released) -> QWidget:
    """One thing that a person may be released for."""
    title, sub = one.title, released_text(one)
    words = column(label(title, "dense", weight=500), label(sub, "caption", "text2"), gap=0)
    made = frame("inset", row(StatusShape(released_key(one), 15), words, gap=8, margins=(12, 6, 14, 6)))
    made.setAccessibleName(f"{plain(title)}: {plain(sub)}")
    return made
