"""Reading a version's file (mock-up 13b): its pages at the left, what it is and how it was checked at the right.

- The bytes are held against the register's fingerprint before a page is drawn; others are refused in words.
- Pages are drawn in a process without keys, files or network; where a computer allows less, that is said.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Refused
from app.work.shelf import VersionShown, document_bytes
from ui.desk import Desk
from ui.documents.version import file_facts
from ui.documents.viewer import Viewer
from ui.documents.words import SHAPES, moment, state_text
from ui.kit.badge import Pill
from ui.kit.banner import Banner
from ui.kit.blocks import Fact, Facts
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, column, holder, row
from ui.kit.panel import Panel
from ui.kit.text import label
from ui.lane import Ticket

DOORS = ("files", "network")


class Reading(QWidget):
    """The reading view. `left` when the person goes back to the document."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._ticket = desk, Ticket()
        self.version: VersionShown | None = None
        self.viewer = Viewer()
        self.panel = Panel(say("ui.document.reading"), closable=False)
        self.on = button(say("ui.paper.next"), "primary", "arrow-right", size="l")
        self.back = button(say("ui.document.back"), icon="arrow-left")
        for each in (self.on, self.back):
            each.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLayout(row((self.viewer, 1), self.panel, gap=16, margins=(24, 20, 24, 20)))
        self.on.clicked.connect(lambda: self.viewer.turn(1))
        self.back.clicked.connect(self.left)
        self.panel.set_foot(self.on, self.back)
        self.viewer.shown.connect(self._turned)
        self.viewer.refused.connect(self._refused)

    def show_version(self, version: VersionShown, zone: str) -> None:
        """Read a version from its first page; the one that is read already stays where it is."""
        if self.version is not None and self.version.id == version.id and self.viewer.maker.pages:
            return
        self.version = version
        self.viewer.clear()
        self.viewer.waits.set_text(say("ui.document.checking"))
        self.on.setVisible(False)
        self._show_panel(zone)
        self._ticket.cancel()
        verb = partial(document_bytes, id=version.id)
        self._ticket = self._desk.ask(self, verb, self._open, self._failed)

    def close_file(self) -> None:
        """Read nothing any more."""
        self._ticket.cancel()
        self.version = None
        self.viewer.clear()

    def _show_panel(self, zone: str) -> None:
        version = self.version
        assert version is not None
        name = say("ui.documents.version", {"ver": version.ver})
        self.panel.set_head(version.title, f"{version.number} · {name}")
        facts = Facts([
            Fact(name=say("ui.document.fact.from"), value=moment(version.effective, zone)),
            Fact(name=say("ui.document.fact.until"), value=moment(version.ended, zone)),
            *file_facts(version)[1:],
        ])  # fmt: skip
        self.checked = Banner("ok", "shield-check", say("ui.document.same"), say("ui.document.same.why"))
        self.checked.hide()
        self.doors = label("", "caption", "warn", wrap=True)
        self.doors.hide()
        pill = row(Pill(SHAPES[version.force], state_text(version)), STRETCH)
        told = label(say("ui.document.keys"), "caption", "text3", wrap=True)
        self.panel.set_body(holder(column(pill, facts, self.checked, self.doors, told, STRETCH, gap=14)))

    def _open(self, data: bytes | Refused) -> None:
        version = self.version
        if version is None:
            return
        if isinstance(data, Refused):
            self.viewer.say_instead(say("ui.document.not_shown"), say(f"refused.{data.code}", data.about))
            return
        self.checked.show()
        name = say("ui.documents.version", {"ver": version.ver})
        self.viewer.open(data, f"{version.number} {version.title}, {name}", focus=True)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Fault):
            self.viewer.say_instead(error.plain(), error.what_to_do())
        else:
            self._desk.failed.emit(error)

    def _refused(self, _code: str) -> None:
        self.on.setVisible(False)

    def _turned(self, page: int) -> None:
        maker = self.viewer.maker
        self.on.setVisible(maker.pages > 1)
        self.on.setEnabled(page + 1 < maker.pages)
        missing = [say(f"ui.paper.door.{door}") for door in DOORS if door not in maker.sealed]
        self.doors.set_text(say("ui.paper.open_doors", {"doors": ", ".join(missing)}) if missing else "")
        self.doors.setVisible(bool(missing))
