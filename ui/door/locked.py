"""The locked screen: blank but for whose work is kept (mock-up 16; R-ACC-17, R-ACC-18).

- Of the person only the name is shown; nothing of the work but that it is kept.
- To unlock is to sign in again, with everything; somebody else signs in for themselves and inherits nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.moment import Clock, clock_text, hour_text
from app.base.say import say
from ui.kit.announce import announce
from ui.kit.buttons import button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, card, column, row, sized
from ui.kit.logo import Logo
from ui.kit.text import label, plain, titled

TOP = Qt.AlignmentFlag.AlignTop
LONG = 32
"""Characters of a name for which a button has room."""
CENTRE = Qt.AlignmentFlag.AlignHCenter


class Locked(QWidget):
    """The page. Emits `unlock` for the owner's own sign-in, `other` for somebody else's."""

    unlock = Signal()
    other = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("bg", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._clock: Clock | None = None
        self.device = label("", "h3")
        self.site = label("", "dense", "text2")
        self.since = label("", "body", "text2")
        self.kept = label("", "strong", wrap=True)
        self.now = label("", "dense", "text2")
        self.own = button("", "primary", "lock-open", size="l")
        self.someone = button(say("ui.lock.someone"), "plain", "user", size="l")
        self.own.clicked.connect(self.unlock)
        self.someone.clicked.connect(self.other)
        self._minute = QTimer(self, interval=1000)
        self._minute.timeout.connect(self._tick)
        self._lay_out()

    def tell(self, name: str, reason: str, clock: Clock, site: str, device: str) -> None:
        """Lock for `name`; `reason` is that of `leave_site`."""
        self._clock = clock
        self.device.set_text(device)
        self.site.set_text(say("ui.door.site", {"site": titled(site)}))
        about = {"at": hour_text(clock.now().instant)}
        self.since.set_text(say(f"ui.lock.since.{reason}", about))
        self.kept.set_text(say("ui.lock.kept", {"name": name}))
        whole = say("ui.lock.own", {"name": name})
        # A long name stands above; the button keeps its verb.
        self.own.set_text(whole if len(name) <= LONG else say("ui.lock.own_short"))
        self.own.setAccessibleName(plain(whole))
        self._tick()
        self.own.setFocus()
        announce(self, f"{say('ui.lock.title')}. {self.kept.text()}", assertive=True)

    def _tick(self) -> None:
        if self._clock is not None:
            self.now.set_text(clock_text(self._clock.now().instant, seconds=False))

    def _lay_out(self) -> None:
        kept = column(self.kept, label(say("ui.lock.kept_text"), "dense", "text2", wrap=True), gap=2)
        band = card(row((Icon("clipboard-check", 24), TOP), (kept, 1), gap=16), margins=18)
        head = column(self.device, self.site, gap=0)
        self.setLayout(
            column(
                row(Logo(44), head, STRETCH, gap=14), STRETCH, (Icon("lock", 56), CENTRE), 10,
                (label(say("ui.lock.title"), "h1"), CENTRE), (self.since, CENTRE), 14,
                row(STRETCH, sized(band, width=640), STRETCH, gap=0), 4,
                row(STRETCH, self.own, self.someone, STRETCH, gap=12),
                STRETCH, (self.now, CENTRE), gap=8, margins=(20, 20, 20, 24),
            )
        )  # fmt: skip

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the time while somebody can see it."""
        super().showEvent(event)
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop telling."""
        super().hideEvent(event)
        self._minute.stop()
