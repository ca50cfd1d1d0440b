"""Notices in a drawer at the right: not modal, newest first; incidents stay until their cause is gone (mock-up 15)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget
from shiboken6 import isValid

from app.base.say import say
from ui.desk import Notice
from ui.kit.banner import Banner
from ui.kit.buttons import button, icon_button
from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, clear, column, frame, holder, put, row
from ui.kit.palette import px
from ui.kit.text import label
from ui.shell.regions import first_control

WIDTH = 400
ICONS = {"ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "info": "info"}


class Notices(QObject):
    """`counted` brings how many titles have not been looked at; `now` says when one without a time came."""

    counted = Signal(int)

    def __init__(self, window: QWidget, above: QWidget, below: QWidget, now: Callable[[], str]) -> None:
        super().__init__(window)
        self._now = now
        self._window, self._above, self._below = window, above, below
        self._before: QWidget | None = None
        self._list: list[Notice] = []
        self._new: set[str] = set()
        self._lines = column(gap=16)
        cross = icon_button("x", say("ui.shell.notices_close"), "Esc")
        cross.clicked.connect(self.close)
        inside = column(self._lines, STRETCH, gap=0, margins=(16, 4, 16, 16))
        self.drawer: QFrame = frame(
            "card",
            column(
                row(label(say("ui.shell.notices"), "h3"), STRETCH, cross, margins=(16, 12, 12, 4)),
                (Scroll(holder(inside), say("ui.shell.notices")), 1), gap=0,
            ),
        )  # fmt: skip
        self.drawer.setParent(window)
        # High contrast has no style sheet that would paint the ground.
        self.drawer.setAutoFillBackground(True)
        self.drawer.setAccessibleName(say("ui.shell.notices"))
        self.drawer.installEventFilter(self)
        self.drawer.hide()
        self._fill()

    def add(self, notice: Notice) -> None:
        """Put a notice on top; one with the same title takes the place of the one before."""
        told = structs.replace(notice, at=notice.at or self._now())
        self._list = [told, *(one for one in self._list if one.title != notice.title)]
        if not self.drawer.isVisible():
            self._new.add(notice.title)
        self.counted.emit(len(self._new))
        self._fill()

    def resolve(self, title: str) -> None:
        """The cause of an incident is gone."""
        self._list = [one for one in self._list if one.title != title]
        self._new.discard(title)
        self.counted.emit(len(self._new))
        self._fill()

    def toggle(self) -> None:
        """Show or hide the drawer."""
        if self.drawer.isVisible():
            self.close()
            return
        self._new.clear()
        self.counted.emit(0)
        self._before = QApplication.focusWidget()
        self.drawer.show()
        self.place()
        first = first_control(self.drawer)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close(self) -> None:
        """Hide the drawer; the focus goes back to where it was."""
        focus = QApplication.focusWidget()
        had = focus is not None and self.drawer.isAncestorOf(focus)
        self.drawer.hide()
        if had and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Where it belongs in a window of this size."""
        window = self._window
        width = min(px(WIDTH), window.width())
        top = self._above.mapTo(window, self._above.rect().bottomLeft()).y() + 2
        bottom = self._below.mapTo(window, QPoint()).y()
        self.drawer.setGeometry(window.width() - width, top, width, bottom - top)
        self.drawer.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape hides the drawer."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.close()
            return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        clear(self._lines)
        for notice in self._list:
            told = Banner(notice.kind, ICONS[notice.kind], notice.title, notice.text)
            put(self._lines, column(told, self._foot(notice), gap=4))
        if not self._list:
            put(self._lines, label(say("ui.shell.notices_none"), "body", "text2", wrap=True))

    def _foot(self, notice: Notice) -> QHBoxLayout:
        """When it came, and what can be done."""
        actions: list[QWidget] = []
        if notice.address is not None:
            more = button(say("ui.shell.notice_open"), size="s")
            more.clicked.connect(lambda _on=False, to=notice.address: self._go(to))
            actions.append(more)
        if not notice.incident:
            away = button(say("ui.shell.notice_away"), "ghost", size="s")
            away.clicked.connect(lambda _on=False, title=notice.title: self.resolve(title))
            actions.append(away)
        return row(label(notice.at, "caption", "text3"), STRETCH, *actions, gap=8)

    def _go(self, to: object) -> None:
        self.close()
        go = getattr(self._window, "go", None)
        if go is not None:
            go(to)
