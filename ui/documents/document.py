"""One document (mock-up 12): which version is in force, which comes next, whom that concerns, and every version's file.

- The address is by number, `countersign:document/SOP-0142`; a version's file is `countersign:document/SOP-0142/6.0`.
- Whom it concerns is counted on the store's lane after the page is there; a newer question drops the older answer.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget

from app.base.moment import instant_at, utc_ms
from app.base.say import say
from app.base.words import Refused
from app.work.office import Office
from app.work.shelf import Affected, DocumentShown, VersionShown, affected, document
from ui.address import Address
from ui.desk import Desk
from ui.documents.overview import Overview
from ui.documents.reading import Reading
from ui.documents.stopped import show_cancelled, show_failure
from ui.kit.buttons import button
from ui.kit.layout import column
from ui.kit.states import States
from ui.lane import Ticket
from ui.page import Command, Page


class DocumentPage(Page):
    """One document."""

    name: ClassVar[str] = "document"
    nouns: ClassVar[frozenset[str]] = frozenset(
        {"document", "record", "requirement", "curriculum", "assignment", "posting", "person"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._ticket, self._count = desk, Ticket(), Ticket()
        self.found: DocumentShown | None = None
        self.overview = Overview(desk.place.zone)
        self.reading = Reading(desk)
        self._modes = QStackedWidget()
        self._modes.addWidget(self.overview)
        self._modes.addWidget(self.reading)
        self.states = States(self._modes)
        self.setLayout(column((self.states, 1), gap=0))
        self.overview.reading.connect(self._read)
        self.reading.left.connect(self._leave_file)
        self.states.cancelled.connect(self._cancel)

    # ---- the frame

    def title(self) -> str:
        """Number and title; the version while its file is read."""
        found = self.found
        if self.address.part:
            return say("ui.documents.version", {"ver": self.address.part})
        return f"{found.number} {found.title}" if found is not None else say("ui.document.title")

    def crumbs(self) -> list[tuple[str, Address]]:
        """The list; while a file is read, the document too."""
        crumbs = [(say("ui.documents.title"), Address(page="documents"))]
        if self.address.part:
            crumbs.append((self.address.id, Address(page="document", id=self.address.id)))
        return crumbs

    def show_address(self, address: Address) -> None:
        """Show the document that the address names, or a version's file."""
        if address.id != self.address.id:
            self.found = None
            self.reading.close_file()
        if not address.part:
            self.reading.close_file()
        self.address = address
        self.refresh()

    def commands(self) -> list[Command]:
        """Read, copy the address, go back."""
        return [
            Command(words=say("ui.document.read"), run=self._read, icon="book-open"),
            Command(words=say("ui.document.copy"), run=self._copy, keys="Ctrl+Shift+C", icon="link"),
            Command(words=say("ui.document.back"), run=self._leave_file, icon="arrow-left"),
        ]

    def refresh(self) -> None:
        """Ask for the document."""
        self._ticket.cancel()
        if self.found is None:
            self.states.show_loading(say("ui.document.loading"))
        verb = partial(document, number=self.address.id)
        self._ticket = self._desk.ask(self, verb, self._show, self._failed)

    def leave(self) -> bool:
        """Left at any time; the file's process ends."""
        self.reading.close_file()
        return True

    # ---- what is shown

    def _show(self, found: DocumentShown | Refused) -> None:
        if isinstance(found, Refused):
            self.found = None
            refused = say(f"refused.{found.code}", found.about)
            every = button(say("ui.documents.filter.clear_all"), "primary")
            every.clicked.connect(lambda: self._desk.go(Address(page="documents")))
            self.states.show_empty(say("ui.document.refused"), refused, every, icon="file-warning")
            return
        self.found = found
        self.overview.show_document(found)
        self.states.show_content()
        self._show_mode()
        self.retitled.emit()
        self._ask_affected()

    def _show_mode(self) -> None:
        found, part = self.found, self.address.part
        version = next((one for one in found.versions if one.ver == part), None) if found and part else None
        if version is None:
            self._modes.setCurrentIndex(0)
            return
        self._modes.setCurrentIndex(1)
        self.reading.show_version(version, self._desk.place.zone)

    def _ask_affected(self) -> None:
        found = self.found
        assert found is not None
        self._count.cancel()
        ahead = _ahead(found)
        # The very instant at which it begins: what counts then is what will count.
        verb = partial(_affected, number=found.number, ahead=ahead)
        self._count = self._desk.ask_long(self, verb, partial(self._show_affected, ahead), self._failed)

    def _show_affected(self, ahead: VersionShown | None, told: Affected | Refused) -> None:
        if isinstance(told, Refused) or self.found is None:
            return
        self.overview.show_affected(told, ahead)

    # ---- acts

    def _read(self) -> None:
        version = self.overview.version()
        if version is not None and version.file == "here":
            self._desk.go(Address(page="document", id=version.number, part=version.ver))

    def _leave_file(self) -> None:
        if self.address.part:
            self._desk.go(Address(page="document", id=self.address.id))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(str(self.address))
        self._desk.say_done(say("ui.document.copied", {"address": str(self.address)}))

    def _cancel(self) -> None:
        self._ticket.cancel()
        show_cancelled(self.states, say("ui.document.cancelled"), self.refresh)

    def _failed(self, error: Exception) -> None:
        show_failure(self.states, self._desk, error, self.refresh)


def _affected(office: Office, ticket: Ticket, *, number: str, ahead: VersionShown | None) -> Affected | Refused:
    at = None if ahead is None else instant_at(utc_ms(ahead.effective), office.zone)
    return affected(office, number, at, ticket.tick)


def _ahead(found: DocumentShown) -> VersionShown | None:
    """The version that takes effect next, if training on the one before won't count for it."""
    later = [one for one in found.versions if one.force == "ahead"]
    return later[-1] if later and later[-1].retrains else None


def page(desk: Desk) -> Page:
    """The page."""
    return DocumentPage(desk)
