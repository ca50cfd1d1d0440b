"""Documents: the register of controlled documents, with filters; Enter opens one.

- The list is asked of the store's lane; an answer that comes after a newer question is dropped.
- Filters and order are remembered by their codes; what was typed as text is not.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from app.base.say import say
from app.base.words import Refused
from app.work.shelf import Shelf, ShelfQuery, documents
from ui.address import Address
from ui.desk import Desk
from ui.documents.filters import Filters
from ui.documents.lines import columns, document_row
from ui.documents.stopped import show_cancelled, show_failure
from ui.documents.words import as_of
from ui.kit.announce import announce
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, column, hline, holder, plate, row
from ui.kit.states import States
from ui.kit.table import Table
from ui.kit.text import label, titled
from ui.lane import Ticket
from ui.page import Command, Page

KEPT = "documents.filters"


class DocumentsPage(Page):
    """The list of documents."""

    name: ClassVar[str] = "documents"
    nouns: ClassVar[frozenset[str]] = frozenset({"document"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._ticket = desk, Ticket()
        self.filters = Filters()
        self.table = Table(say("ui.documents.table"), columns(), "documents", row=46)
        self.head, self.sub = label(say("ui.documents.title"), "h1"), label("", "dense", "text2", select=True)
        self.foot = label("", "caption", "text2")
        keys = label(say("ui.documents.keys"), "caption", "text3")
        low = holder(row(self.foot, STRETCH, keys, margins=(16, 6, 16, 6)))
        self.states = States(plate((self.table, 1), hline(), low))
        head = column(self.head, self.sub, gap=2)
        self.setLayout(column(head, self.filters, (self.states, 1), gap=14, margins=(24, 20, 24, 20)))
        self.filters.asked.connect(self._filtered)
        self.table.opened.connect(self._open)
        self.table.sorted.connect(self._filtered)
        self.states.cancelled.connect(self._cancel)
        self.filters.restore(desk.remembers.get(KEPT))

    def title(self) -> str:
        """The page's name."""
        return say("ui.documents.title")

    def show_address(self, address: Address) -> None:
        """The list as it was left; `countersign:documents/<state>` filters it."""
        self.address = address
        if address.id:
            self.filters.restore({"state": address.id})
        self.refresh()

    def commands(self) -> list[Command]:
        """Filter, open."""
        return [
            Command(words=say("ui.documents.do.filter"), run=self._to_filter, keys="Ctrl+F", icon="search"),
            Command(words=say("ui.documents.do.clear"), run=self.filters.reset, icon="x"),
            Command(words=say("ui.documents.do.open"), run=self._open_chosen, icon="file-text"),
        ]

    def refresh(self) -> None:
        """Ask for the list with the filters that are set."""
        self._ticket.cancel()
        self.states.show_loading(say("ui.documents.loading"))
        self._ticket = self._desk.ask(self, partial(documents, query=self.query()), self._show, self._failed)

    def query(self) -> ShelfQuery:
        """What is asked for."""
        order, descending = self.table.order()
        value = self.filters.value
        return ShelfQuery(
            text=self.filters.text.text().strip(), dept=value("dept"), type=value("type"), state=value("state"),
            file=value("file"), sort=order or "number", descending=descending,
        )  # fmt: skip

    def _filtered(self) -> None:
        self._desk.remembers.set(KEPT, self.filters.kept())
        self.refresh()

    def _cancel(self) -> None:
        self._ticket.cancel()
        show_cancelled(self.states, say("ui.documents.cancelled"), self.refresh)

    def _failed(self, error: Exception) -> None:
        show_failure(self.states, self._desk, error, self.refresh)

    def _show(self, found: Shelf | Refused) -> None:
        if isinstance(found, Refused):
            refused = say(f"refused.{found.code}", found.about)
            self.states.show_empty(say("ui.documents.refused"), refused, icon="lock")
            return
        self.filters.offer("type", [(each, each) for each in found.types])
        self.filters.offer("dept", [(each, each) for each in found.depts])
        self.sub.set_text(
            say("ui.documents.sub", {"site": titled(self._desk.place.site), "at": as_of(found.at)})
        )
        told = say("ui.documents.count", {"shown": f"{len(found.lines):,}", "total": f"{found.total:,}"})
        if told != self.foot.text():
            self.foot.set_text(told)
            announce(self.table, told)
        self.table.set_rows([document_row(line, self._desk.place.zone) for line in found.lines])
        if found.lines:
            self.states.show_content()
        else:
            self._show_empty(found)

    def _show_empty(self, found: Shelf) -> None:
        if not self.filters.is_on():
            self.states.show_empty(say("ui.documents.empty"), say("ui.documents.empty.do"), icon="file-text")
            return
        clear = button(say("ui.documents.filter.clear_all"), "primary")
        clear.clicked.connect(self.filters.reset)
        self.states.show_empty(
            say("ui.documents.no_match"), say("ui.documents.no_match.do", {"n": f"{found.total:,}"}), clear
        )

    def _to_filter(self) -> None:
        self.filters.text.setFocus()
        self.filters.text.selectAll()

    def _open(self, number: str) -> None:
        self._desk.go(Address(page="document", id=number))

    def _open_chosen(self) -> None:
        if self.table.current_id():
            self._open(self.table.current_id())


def page(desk: Desk) -> Page:
    """The page."""
    return DocumentsPage(desk)
