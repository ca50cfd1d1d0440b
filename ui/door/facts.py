"""What is told of the device before anybody signs in (decision 31): from `glance.json`, and nothing personal.

- What is not known is not said; nothing here is read from the store.
- A demo says that it is one, whatever else is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app import __version__
from app.base.say import say
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, clear, column, hline, holder, put, row
from ui.kit.text import label, titled

if TYPE_CHECKING:
    from app.work.glance import Outside

WIDTH = 480
TOP = Qt.AlignmentFlag.AlignTop


class Facts(QWidget):
    """The right half of the door. `demo` asks for the people of the demo."""

    demo = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._outside: Outside | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._catch_up)
        self._lines = column(gap=18)
        self._warning = Banner("warn", "triangle-alert", say("ui.door.demo"), say("ui.door.demo_text"))
        people = button(say("ui.door.demo_people"), "link", "users")
        people.clicked.connect(self.demo)
        self._demo = holder(column(self._warning, row(people, STRETCH), 12, gap=4))
        self._demo.hide()
        self.setLayout(
            column(
                self._demo, label(say("ui.door.device"), "h3"), 18, self._lines, 22, hline(), 18,
                label(say("ui.door.own_account"), "dense", "text2", wrap=True), gap=0,
            )
        )  # fmt: skip

    def tell(self, outside: Outside) -> None:
        """Show what is known; wrapped words are measured where they can be seen."""
        self._outside = outside
        if self.isVisible():
            self._show(outside)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was told meanwhile."""
        super().showEvent(event)
        if self._outside is not None:
            # Widgets that are made within the showing itself stay hidden.
            self._soon.start()

    def _catch_up(self) -> None:
        if self._outside is not None and self.isVisible():
            self._show(self._outside)

    def _show(self, outside: Outside) -> None:
        self._outside = None
        clear(self._lines)
        self._demo.setVisible(outside.demo)
        site, device = outside.told("site"), outside.told("device")
        if device:
            self._line("monitor", device, say("ui.door.device_text", {"site": titled(site)}))
        waiting = outside.number("waiting")
        if waiting:
            self._line("upload", say("ui.door.waiting", {"n": waiting}), say("ui.door.waiting_text"))
        elif waiting == 0:
            self._line("cloud-check", say("ui.door.sent"), say("ui.door.sent_text"), "ok")
        verified = outside.verified()
        if verified is not None:
            self._verified(*verified)
        if outside.told("contact"):
            self._line("life-buoy", say("ui.door.contact"), outside.told("contact"))

    def _verified(self, at: str, entries: int, sound: bool) -> None:  # noqa: FBT001  (as the glance tells it)
        if sound:
            text = say("ui.door.verified_text", {"n": f"{entries:,}"})
            self._line("shield-check", say("ui.door.verified", {"at": at}), text, "ok")
        else:
            self._line("shield-x", say("ui.door.unsound", {"at": at}), say("ui.door.unsound_text"), "bad")

    def _line(self, icon: str, title: str, text: str, colour: str = "text2") -> None:
        words = column(
            label(title, "dense", weight=600, wrap=True), label(text, "dense", "text2", wrap=True), gap=2
        )
        put(self._lines, row((Icon(icon, 20, colour), TOP), (words, 1), gap=14))


def version() -> str:
    """The line in the corner: which program this is."""
    return say("ui.door.version", {"version": __version__})
