"""What stands on a document's page before its file is read: the card on top, whom it concerns, its versions, one of them.

- Enter shows the chosen version beside the list, Enter again reads it.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from app.base.say import say
from app.work.shelf import Affected, DocumentShown, VersionShown
from ui.documents.affected import AffectedCard
from ui.documents.head import Head
from ui.documents.lines import job_columns, job_row, version_columns, version_row
from ui.documents.version import version_body
from ui.kit.buttons import button, tabs
from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, column, hline, holder, plate, row, sized
from ui.kit.panel import Panel
from ui.kit.table import Table
from ui.kit.text import label
from ui.people.drawer import Drawer

ROOM = 900
"""A page narrower than this (at 100 %) shows the chosen version over its list."""
LEAST = 420
"""Lower than this (at 100 %) neither list nor version can be read: the page scrolls instead."""


class Overview(QWidget):
    """The overview. `reading` when the chosen version is to be read."""

    reading = Signal()

    def __init__(self, zone: str) -> None:
        super().__init__()
        self._zone = zone
        self._found: DocumentShown | None = None
        self._beside: VersionShown | None = None
        self.head_card, self.affected = Head(), AffectedCard()
        self.versions = Table(say("ui.document.versions"), version_columns(), "document.versions")
        self.jobs = Table(say("ui.document.jobs"), job_columns(), "document.jobs")
        self.tabs = tabs(say("ui.document.tabs"), _tab_words(0, 0))
        self.panel = Panel(say("ui.document.panel"))
        self.read = button(say("ui.document.read"), "primary", "book-open", size="l")
        self.read.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.no_file = label("", "dense", "text2", wrap=True)
        self._build()
        self.tabs.chosen.connect(self._turn_tab)
        self.versions.chosen.connect(self._choose)
        self.versions.opened.connect(self._enter)
        self.read.clicked.connect(self.reading)

    def show_document(self, found: DocumentShown) -> None:
        """Show a document; the version that was chosen stays so."""
        kept = self.versions.current_id()
        if self._found is None or self._found.number != found.number:
            self.affected.show_waiting()
        self._found = found
        self.head_card.show_document(found, self._zone)
        self.versions.set_rows([version_row(one, self._zone) for one in found.versions])
        current = found.version(kept) or _first(found)
        self.versions.select(current.id)
        # Its own turn: all at once would hold the screen too long.
        QTimer.singleShot(0, self, lambda: self._choose(self.versions.current_id()))

    def show_affected(self, told: Affected, ahead: VersionShown | None) -> None:
        """Show whom it concerns; `ahead` is the version whose beginning is looked at, None for now."""
        self.affected.show_counts(told, ahead, self._zone)
        self.jobs.set_rows([job_row(one) for one in told.jobs])
        versions = len(self._found.versions) if self._found is not None else 0
        for value, words in _tab_words(versions, len(told.jobs)):
            self.tabs.set_words(value, words)

    def version(self) -> VersionShown | None:
        """The version that is chosen."""
        return self._found.version(self.versions.current_id()) if self._found is not None else None

    def _build(self) -> None:
        self._tables = QStackedWidget()
        self._tables.addWidget(self.versions)
        self._tables.addWidget(self.jobs)
        head = holder(row(self.tabs, STRETCH, margins=(16, 0, 16, 0)))
        keys = label(say("ui.document.keys.list"), "caption", "text3")
        low = holder(row(STRETCH, keys, margins=(16, 6, 16, 6)))
        listed = plate(head, hline(), (self._tables, 1), hline(), low)
        left = holder(column(self.affected, (sized(listed, min_height=250), 1), gap=16))
        self.beside = sized(Drawer(left, self.panel, room=ROOM, over=self), min_height=LEAST)
        self.panel.set_foot(self.no_file, self.read)
        inside = column(self.head_card, (self.beside, 1), gap=16)
        self.setLayout(column((Scroll(holder(inside)), 1), gap=0, margins=(24, 20, 24, 20)))

    def _turn_tab(self, value: str) -> None:
        self._tables.setCurrentIndex(int(value == "jobs"))

    def _choose(self, id: str) -> None:
        version = self._found.version(id) if self._found is not None else None
        if version is None or version == self._beside:
            return
        self._beside = version
        name = say("ui.documents.version", {"ver": version.ver})
        self.panel.set_head(name, version.title)
        self.panel.set_body(version_body(version, self._zone))
        here = version.file == "here"
        self.read.setVisible(here)
        self.read.set_text(say("ui.document.read_version", {"ver": version.ver}))
        self.no_file.set_text("" if here else say(f"ui.document.no_file.{version.file}"))
        self.no_file.setVisible(not here)

    def _enter(self, _id: str) -> None:
        if self.panel.isHidden():
            self.panel.show()
        else:
            self.reading.emit()


def _first(found: DocumentShown) -> VersionShown:
    """The version that is shown first: the one in force, else the newest."""
    return next((one for one in found.versions if one.force == "in_force"), found.versions[0])


def _tab_words(versions: int, jobs: int) -> tuple[tuple[str, str], ...]:
    return (
        ("versions", say("ui.document.tab.versions", {"n": versions})),
        ("jobs", say("ui.document.tab.jobs", {"n": jobs})),
    )
