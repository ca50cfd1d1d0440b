"""The strip at the bottom, never hidden: sync, verification, device, region, local time with zone and offset.

- Drawn from what the read models say; nothing known is said as nothing known.
- The time is the site's clock, asked once a second without the store.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.desk import PlaceShown
from ui.kit.buttons import Button
from ui.kit.flow import FlowLayout
from ui.kit.icons import Icon
from ui.kit.icons import icon as icon_of
from ui.kit.layout import column, holder, row, sized, vline
from ui.kit.palette import px
from ui.kit.text import Label, label

SECOND_MS = 1000
WIDEST = 220


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
        self._clock = clock
        self.sent = State(say("ui.shell.sync_unknown"), "cloud")
        self.verified = State(say("ui.shell.verified_never"), "shield")
        self.sent.clicked.connect(self.sync)
        self.verified.clicked.connect(self.history)
        self._time: Label = label("", "dense", "text2")
        left = holder(row(self.sent, self.verified, gap=4))
        right = holder(
            row(
                _fact("monitor", place.device),
                _apart(),
                _fact("server", place.region),
                _apart(),
                self._time,
                gap=8,
            )
        )
        self.setLayout(column(FlowLayout(left, right, gap=14, apart=True), margins=(10, 4, 16, 4)))
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

    def _tick(self) -> None:
        self._time.set_text(self._clock())


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
