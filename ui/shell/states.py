"""What the strip says of sync and verification: asked after the window opens and whenever history may have grown."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.base.moment import clock_text
from app.base.say import say
from app.work.sync import sync_counts
from app.work.verifying import LastVerified, last_verified
from ui.desk import Desk
from ui.shell.strip import Strip

AGAIN_MS = 60_000


class States(QObject):
    """Keeps a strip up to date."""

    def __init__(self, desk: Desk, strip: Strip) -> None:
        super().__init__(strip)
        self._desk, self._strip = desk, strip
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.ask)
        self._again.start()
        desk.changed.connect_to(self, None, self.ask)

    def ask(self) -> None:
        """Ask how many entries wait."""
        if self._desk.office is not None:
            self._desk.ask(self, lambda office: sync_counts(office).here, self._show, _nothing)
            self._desk.ask(self, last_verified, self._show_verified, _nothing)

    def _show(self, here: int) -> None:
        if here:
            self._strip.show_sync(say("ui.shell.waiting", {"n": f"{here:,}"}), "cloud-upload", "info")
        else:
            self._strip.show_sync(say("ui.shell.in_sync"), "cloud-check", "ok")

    def _show_verified(self, told: LastVerified | None) -> None:
        if told is None:
            return
        if told.errors:
            self._strip.show_verified(say("ui.shell.broken"), "shield-x", "bad")
            return
        about = {"at": clock_text(told.at, seconds=False).rsplit(" (", 1)[0], "n": f"{told.entries:,}"}
        self._strip.show_verified(say("ui.shell.verified", about), "shield-check", "ok")


def _nothing(_error: Exception) -> None:
    """The strip keeps what it said; whoever acts is told by the page."""
