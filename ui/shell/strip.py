"""The strip at the bottom, never hidden: sync, verification, device, region, local time with zone and offset.

- Drawn from what the read models say; nothing known is said as nothing known.
- The time is the site's clock, asked once a second without the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.desk import PlaceShown
from ui.kit.buttons import Button
from ui.kit.flow import FlowLayout
from ui.kit.fonts import metrics
from ui.kit.icons import Icon
from ui.kit.icons import icon as icon_of
from ui.kit.layout import column, holder, row, sized, vline
from ui.kit.palette import px
from ui.kit.text import Label, label

SECOND_MS = 1000
SECONDS = re.compile(r"(?<=:\d\d):\d\d")
WIDEST, GAP, SIDES = 220, 14, (10, 16)


_COLOURS = {"ok": "ok", "warn": "warn", "bad": "bad"}


class State(Button):
    """A state in words with its icon, that leads to the page which tells more."""

    def __init__(self, text: str, icon: str) -> None:
        self._kind_of_state = ""
        super().__init__(text, "ghost", icon, "s")

    def show_state(self, text: str, icon: str, kind: str) -> None:
        """Show another state."""
        self._icon, self._kind_of_state = icon, kind
        self.set_text(text)

    def _show_icon(self, side: int) -> None:
        self.setIcon(icon_of(self._icon or "", side, _COLOURS.get(self._kind_of_state, "text2")))
        self.setIconSize(QSize(px(side), px(side)))


class Strip(QWidget):
    """`sync` and `history` are asked for by clicking what tells of them."""

    sync = Signal()
    history = Signal()

    def __init__(self, place: PlaceShown, clock: Callable[[], str]) -> None:
        super().__init__()
        self.setProperty("bg", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(say("ui.shell.strip"))
        self._clock, self._now = clock, ""
        self.sent = State(say("ui.shell.sync_unknown"), "cloud")
        self.verified = State(say("ui.shell.verified_never"), "shield")
        self.sent.clicked.connect(self.sync)
        self.verified.clicked.connect(self.history)
        self._time: Label = label("", "dense", "text2")
        self._left = holder(row(self.sent, self.verified, gap=4))
        self._right = holder(
            row(
                _fact("monitor", place.device),
                _apart(),
                _fact("server", place.region),
                _apart(),
                self._time,
                gap=8,
                margins=(10, 0, 0, 0),
            )
        )
        flow = FlowLayout(self._left, self._right, gap=GAP, apart=True)
        self.setLayout(column(flow, margins=(SIDES[0], 4, SIDES[1], 4)))
        self._timer = QTimer(self, interval=SECOND_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._tick()

    def show_sync(self, words: str, icon: str, kind: str) -> None:
        """Show how far sending is; `kind` ok warn bad info."""
        self.sent.show_state(words, icon, kind)

    def show_verified(self, words: str, icon: str, kind: str) -> None:
        """Show the last verification."""
        self.verified.show_state(words, icon, kind)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take less room where there is little."""
        super().resizeEvent(event)
        self._show_time()

    def _tick(self) -> None:
        self._now = self._clock()
        self._show_time()

    def _show_time(self) -> None:
        """Tell the time; where it would break the line, the tooltip and a screen reader alone have all of it."""
        words = self._now
        short = words.partition(" (")[0]
        hour = SECONDS.sub("", short)
        others = self._left.sizeHint().width() + self._right.sizeHint().width() - self._time.sizeHint().width()
        room = self.width() - px(sum(SIDES) + GAP) - others
        fits = [
            each
            for each in (words, short, hour, hour.rpartition(", ")[2])
            if metrics("dense").horizontalAdvance(each) <= room
        ]
        self._time.set_text(fits[0] if fits else words)
        self._time.setAccessibleName(words)
        self._time.setToolTip(words)


def _fact(icon: str, text: str) -> QWidget:
    """A fact of the device that never changes."""
    words = label(text, "dense", "text2")
    sized(words, max_width=WIDEST)
    return holder(row(Icon(icon, 15, "text3"), words, gap=6))


def _apart() -> QWidget:
    """A line between two facts."""
    line = vline()
    sized(line, height=16)
    return line
