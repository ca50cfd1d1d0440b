"""The clock of idleness: locks when nothing is done, when the session is over, and when the computer slept (R-ACC-17).

- What counts is a key, a click, the wheel, a touch or the mouse in a window of the program; nobody can switch it off.
- The absolute limit runs whatever is done.
- Uptime with sleep is compared with uptime without: a difference that grows was a sleep or a closed lid.
- While somebody is active the site is told so, for signing asks the site how long nobody was.
- Only the windows of the screen system are listened to, where each key and click comes by once: a filter of the whole
  application would see every event of every widget, a third of the time that building a page takes.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from app.base.say import say
from app.work.office import Office
from app.work.period import keep_up
from ui.desk import Desk

DONE = {
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,  # the press of a shortcut goes to the shortcut alone
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
}
WARN_MS, TELL_MS, SLEPT_MS = 60_000, 30_000, 3_000


def uptime_ms() -> int:
    """Milliseconds since the start of the computer, sleep included."""
    return int(time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) * 1000)


def awake_ms() -> int:
    """Milliseconds that the computer was awake."""
    return int(time.clock_gettime(time.CLOCK_MONOTONIC) * 1000)


class Idle(QObject):
    """Emits `over` with the reason: idle, absolute, system."""

    over = Signal(str)

    def __init__(self, desk: Desk, idle_ms: int, absolute_ms: int) -> None:
        super().__init__(desk)
        self._desk, self._idle, self._absolute = desk, idle_ms, absolute_ms
        self._timer = QTimer(self, interval=min(1_000, max(50, idle_ms // 20)))
        self._timer.timeout.connect(self._look)
        self._listens = False
        QGuiApplication.instance().focusWindowChanged.connect(self._listen)  # type: ignore[union-attr]
        self.begin()

    def begin(self) -> None:
        """A period begins."""
        self._opened = self._last = self._told = uptime_ms()
        self._asleep = uptime_ms() - awake_ms()
        self._warned = False
        self._listens = True
        self._listen()
        self._timer.start()

    def end(self) -> None:
        """The period is over."""
        self._timer.stop()
        self._listens = False
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See that somebody is there."""
        if event.type() in DONE:
            self._last = uptime_ms()
            self._warned = False
        return False

    def _listen(self, _window: QWindow | None = None) -> None:
        """Listen to every window that there is; to one that listens already it changes nothing."""
        if self._listens:
            for window in QGuiApplication.topLevelWindows():
                window.installEventFilter(self)

    def _look(self) -> None:
        self._listen()
        now = uptime_ms()
        if now - awake_ms() - self._asleep > SLEPT_MS:
            self.over.emit("system")
        elif now - self._opened >= self._absolute:
            self.over.emit("absolute")
        elif now - self._last >= self._idle:
            self.over.emit("idle")
        elif now - self._last >= self._idle - WARN_MS and self._idle > WARN_MS and not self._warned:
            self._warned = True
            self._desk.say_done(say("ui.house.soon", {"n": WARN_MS // 1000}))
        elif self._last > self._told and now - self._told >= TELL_MS:
            self._told = now
            self._desk.ask(self, _touch, self._touched)

    def _touched(self, there: bool) -> None:  # noqa: FBT001  (the lane tells one value)
        if not there:
            self.over.emit("idle")


def _touch(office: Office) -> bool:
    """Note that the person is there; whether the site says so too."""
    keep_up(office)
    return office.session is not None
