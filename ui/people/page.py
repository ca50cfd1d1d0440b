"""People: everybody in the scope of whoever is signed in, with filters that are legend, count and filter in one.

- The list is asked of the store's lane; an answer that comes after a newer question is dropped.
- Names come first; how people stand is counted bit by bit, and what is not counted yet is said to be so.
- Filters and order are remembered by their codes; what was typed as text is not.
- Enter opens the person beside the list, Enter again opens the training file (at most two steps).
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import QElapsedTimer, QTimer

from app.base.moment import clock_text
from app.base.say import say
from app.base.words import Refused
from app.work.roster import Counted, People, PeopleQuery, choices, count_on, people
from ui.address import Address
from ui.desk import Desk
from ui.kit.announce import announce
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, card, column, hline, holder, row
from ui.kit.states import States
from ui.kit.table import Table
from ui.kit.text import label, titled
from ui.page import Command, Page
from ui.people.brief import Brief
from ui.people.drawer import Drawer
from ui.people.filters import Filters
from ui.people.lines import Lines, columns
from ui.people.reading import Reading
from ui.steps import Steps

KEPT = "people.filters"
PAUSE_MS = 120
AFRESH_MS = 2_500
"""While people are counted, the list is brought up to date so often."""


class PeoplePage(Page):
    """The list of people."""

    name: ClassVar[str] = "people"
    nouns: ClassVar[frozenset[str]] = frozenset(
        {"person", "posting", "record", "document", "requirement", "curriculum", "assignment", "job", "setting"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._lines = Lines(())
        self.filters = Filters()
        self.table = Table(say("ui.people.table"), columns(), "people", row=46)
        self.sub, self.foot = label("", "dense", "text2", select=True), label("", "caption", "text2")
        self.brief = Brief(desk)
        self._build()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._show_brief)
        self._steps, self._fresh = Steps(desk, self), QElapsedTimer()
        self._connect()
        self.filters.restore(desk.remembers.get(KEPT))

    # ---- the frame

    def title(self) -> str:
        """The page's name."""
        return say("ui.people.title")

    def show_address(self, address: Address) -> None:
        """The list as it was left; `countersign:people/<state>/<department>` filters it by that alone."""
        before, self.address = self.address, address
        if before != address:
            self._went(address)
        self.refresh()

    def commands(self) -> list[Command]:
        """Filter, open, sign for the person who is chosen."""
        return [
            Command(words=say("ui.people.do.filter"), run=self.filters.to_text, keys="Ctrl+F", icon="search"),
            Command(words=say("ui.people.do.clear"), run=self.filters.reset, icon="x"),
            Command(words=say("ui.people.do.open"), run=partial(self._go, "person"), icon="id-card"),
            Command(
                words=say("ui.people.do.report"),
                run=partial(self._go, "reports"),
                keys="Ctrl+P",
                icon="file-badge",
            ),
        ]

    def refresh(self) -> None:
        """Ask for the list with the filters that are set, and for what can be filtered by."""
        self._ask_list(quiet=self._lines.count() > 0)
        self._desk.ask(self, partial(choices, whole=False), self.filters.offer)

    def _build(self) -> None:
        self.head = label(say("ui.people.title"), "h1")
        keys = label(say("ui.people.keys"), "caption", "text3")
        bottom = holder(row(self.foot, STRETCH, keys, margins=(16, 6, 16, 6)))
        self.states = States(holder(column((self.table, 1), hline(), bottom, gap=0)))
        self._reading = Reading(self._desk, self, self.states, "ui.people", self.refresh)
        self.beside = Drawer(card((self.states, 1), gap=0, margins=1), self.brief, over=self)
        head = column(self.head, self.sub, gap=2)
        self.setLayout(column(head, self.filters, (self.beside, 1), gap=14, margins=(24, 20, 24, 20)))
        self.brief.show_nobody()

    def _connect(self) -> None:
        self.filters.asked.connect(self._filtered)
        self.table.chosen.connect(self._pause.start)
        self.table.opened.connect(self._enter)
        self.table.sorted.connect(self._filtered)
        self.brief.closed.connect(self.table.setFocus)
        self.states.cancelled.connect(self._steps.stop)
        self._desk.went.connect(self._went)

    # ---- the list

    def query(self) -> PeopleQuery:
        """What is asked for."""
        order, descending = self.table.order()
        filters = self.filters
        return PeopleQuery(
            text=filters.text.text().strip(), dept=filters.dept.value(), job=filters.job.value(),
            state=filters.states.value(), gone=filters.gone.isChecked(), sort=order or "name", descending=descending,
        )  # fmt: skip

    def _went(self, address: Address) -> None:
        """Somebody went to an address, and not back to it: what it names filters, and nothing else does."""
        named = address.page == self.name and (address.id or address.part)
        if named and self.filters.narrow(state=address.id, dept=address.part):
            self._filtered()

    def _filtered(self) -> None:
        self._desk.remembers.set(KEPT, self.filters.kept())
        self._ask_list()

    def _ask_list(self, *, quiet: bool = False) -> None:
        query = self.query()
        self._fresh.start()
        self._reading.ask(
            lambda office, ticket: people(office, query, ticket.tick, whole=False), self._show, quiet=quiet
        )

    def _show(self, found: People | Refused) -> None:
        if isinstance(found, Refused):
            self._reading.refused(found)
            return
        self._show_head(found)
        kept = self.table.current_id()
        self._lines = Lines(found.lines)
        self.table.set_source(self._lines)
        number = self._lines.place.get(kept)
        if number is not None:
            self.table.grid.setCurrentIndex(self.table.rows.index(number, 0))
        if found.lines:
            self.states.show_content()
        elif found.left:
            self.states.show_loading(say("ui.people.loading"), found.total - found.left, found.total)
        else:
            self._show_empty(found)
        if found.left and not self._steps.is_running:
            self._steps.run(count_on, self._counted)

    def _counted(self, far: Counted | Refused) -> bool:
        """Some more people were counted: bring the list up to date now and then, and at the end."""
        if isinstance(far, Refused):
            return False
        more = far.done < far.of
        if not more or self._fresh.elapsed() > AFRESH_MS:
            self._ask_list(quiet=True)
        if not more:
            self._desk.ask(self, partial(choices, whole=False), self.filters.offer)
        return more

    def _show_head(self, found: People) -> None:
        about = {
            "site": titled(self._desk.place.site),
            "scope": self._desk.session.scope or say("ui.people.whole_site"),
            "at": clock_text(found.at, seconds=False),
        }
        self.sub.set_text(say("ui.people.sub", about))
        self.filters.states.set_counts(found.counts)
        about = {"shown": f"{found.shown:,}", "total": f"{found.total:,}"}
        if found.left:
            far = {"done": f"{found.total - found.left:,}"}
            self.foot.set_text(say("ui.people.counting", {**about, **far}))
            return
        told = say("ui.people.count", about)
        if told != self.foot.text():
            self.foot.set_text(told)
            announce(self.table, told)

    def _show_empty(self, found: People) -> None:
        if not self.filters.is_on():
            self.states.show_empty(say("ui.people.empty"), say("ui.people.empty.do"), icon="users")
            return
        clear = button(say("ui.people.filter.clear_all"), "primary")
        clear.clicked.connect(self.filters.reset)
        self.states.show_empty(
            say("ui.people.no_match"), say("ui.people.no_match.do", {"n": f"{found.total:,}"}), clear
        )

    # ---- one person

    def _show_brief(self) -> None:
        line = self._lines.line(self.table.current_id())
        if line is None:
            self.brief.show_nobody()
        elif not self.brief.isHidden():
            self.brief.show_person(line)

    def _enter(self, pid: str) -> None:
        line = self._lines.line(pid)
        if line is None:
            return
        if self.brief.isHidden() or self.brief.pid != pid:
            self.brief.show()
            self.brief.show_person(line)
        else:
            self._go("person")

    def _go(self, name: str) -> None:
        """To a page about the chosen person."""
        line = self._lines.line(self.table.current_id())
        if line is not None:
            self._desk.go(Address(page=name, id=line.number or line.pid))


def page(desk: Desk) -> Page:
    """The page."""
    return PeoplePage(desk)
