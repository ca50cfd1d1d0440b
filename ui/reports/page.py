"""Reports (mock-up 09): a person's training file as the very PDF that leaves, previewed, printed, saved, checked.

- The report is drawn and sealed on the store's lane and stays in memory until it is saved or printed.
- The preview shows the pages of that PDF, drawn by the renderer's process; what is checked is that PDF, too.
- `countersign:reports/HB10032` begins with a person.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from PySide6.QtWidgets import QSizePolicy

from app.base.faults import CannotDecide, Fault
from app.base.say import say
from app.base.words import Refused
from app.work.ask import find_person
from app.work.handout import Made, make
from app.work.office import Office
from app.work.roster import People, PeopleQuery, people
from ui.address import Address
from ui.desk import Desk
from ui.documents.viewer import Viewer
from ui.kit.announce import announce
from ui.kit.buttons import button
from ui.kit.flow import Scroll
from ui.kit.layout import column, holder, row, sized
from ui.kit.panel import Panel
from ui.kit.text import label
from ui.lane import Ticket
from ui.page import Command, Page
from ui.people.asof import AsOf
from ui.reports.form import Form
from ui.reports.result import Foot, Result
from ui.reports.ways import Ways

LEAST = 340
"""Lower than this (at 100 %) neither pages nor form can be read: the page scrolls instead."""


class ReportsPage(Page):
    """Making a report, and what was made."""

    name: ClassVar[str] = "reports"
    nouns: ClassVar[frozenset[str]] = frozenset({"person"})
    dense: ClassVar[bool] = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._ticket, self._search = desk, Ticket(), Ticket()
        self.made: Made | None = None
        self._who, self._paper = "", "A4"
        self.ways = Ways(self, desk)
        self.head, self.sub = (
            label(say("ui.reports.title"), "h1", wrap=True),
            label("", "dense", "text2", select=True),
        )
        self.viewer = Viewer()
        self.panel = Panel(say("ui.reports.panel"), closable=False)
        both = sized(holder(row((self.viewer, 1), self.panel, gap=16)), min_height=LEAST)
        self.anew = button(say("ui.reports.another"), icon="plus")
        self.anew.clicked.connect(lambda: self.ask_anew(""))
        head = row((column(self.head, self.sub, gap=2), 1), self.anew)
        inside = column(head, (both, 1), gap=14)
        self.setLayout(
            column((Scroll(holder(inside), say("ui.reports.title")), 1), gap=0, margins=(24, 20, 24, 20))
        )
        self.ways.kept.connect(self.sub.set_text)
        self.ask_anew()

    # ---- the frame

    def title(self) -> str:
        """The report's number, or the page's name."""
        return self.made.drawn.number if self.made is not None else say("ui.reports.title")

    def crumbs(self) -> list[tuple[str, Address]]:
        """Reports, once there is one."""
        return [(say("ui.reports.title"), Address(page="reports"))] if self.made is not None else []

    def show_address(self, address: Address) -> None:
        """Begin anew; with the person whom the address names, if it does."""
        self.address = address
        if self.made is not None:
            self.ask_anew(address.id)
        else:
            self._ticket.cancel()
            self.viewer.say_instead(say("ui.reports.nothing"), say("ui.reports.nothing.do"), "file-badge")
            self.form.begin(address.id)
            self._find(self.form.wanted)

    def refresh(self) -> None:
        """Ask for the people again; a report that was made stays as it is."""
        if self.made is None:
            self._find(self.form.text.text())

    def commands(self) -> list[Command]:
        """Make or print, save, check."""
        return [
            Command(words=say("ui.reports.do.print"), run=self._make_or_print, keys="Ctrl+P", icon="printer"),
            Command(words=say("ui.reports.do.save"), run=self.ways.save, keys="Ctrl+E", icon="download"),
            Command(words=say("ui.reports.do.check"), run=self.ways.check, icon="shield-check"),
            Command(words=say("ui.reports.another"), run=self.ask_anew, icon="plus"),
        ]

    # ---- asking

    def ask_anew(self, wanted: str = "") -> None:
        """Show the form, with the person of this number or id; the report before is gone."""
        self._ticket.cancel()
        self.made = None
        self.ways.drop()
        self.form, self.go = Form(), button(say("ui.reports.make"), "primary", "file-badge", size="l")
        self.go.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.go.setEnabled(False)
        self.anew.hide()
        self.head.set_text(say("ui.reports.title"))
        self.sub.set_text(say("ui.reports.sub"))
        self.panel.set_head(say("ui.reports.form"), say("ui.reports.form.sub"))
        self.panel.set_body(self.form)
        self.panel.set_foot(self.go)
        self.viewer.say_instead(say("ui.reports.nothing"), say("ui.reports.nothing.do"), "file-badge")
        self.form.searched.connect(self._find)
        self.form.chosen.connect(self._may_go)
        self.go.clicked.connect(self.make)
        self.form.begin(wanted)
        self.retitled.emit()
        self._find(self.form.wanted)

    def _find(self, text: str) -> None:
        self._search.cancel()
        verb = partial(_people, text=text.strip(), wanted=self.form.wanted)
        self._search = self._desk.ask(self, verb, self._offer)

    def _offer(self, found: People | Refused) -> None:
        if isinstance(found, Refused):
            self.viewer.say_instead(
                say("ui.reports.refused"), say(f"refused.{found.code}", found.about), "lock"
            )
        elif self.made is None:
            self.form.show_people(found.lines, found.at.day)

    def _may_go(self) -> None:
        self.go.setEnabled(self.form.person() is not None)

    # ---- making

    def make(self) -> None:
        """Draw and seal the report; one that is in the making and was not shown yet is let go of."""
        person = self.form.person()
        if person is None:
            return
        self._ticket.cancel()
        self._who, self._paper = f"{person.name} · {person.number}", self.form.paper.value()
        self.go.setEnabled(False)
        self.viewer.wait_for(say("ui.reports.making"))
        verb = partial(_make, person=person.pid, paper=self._paper, asof=self.form.asof())
        self._ticket = self._desk.ask(self, verb, self._show, self._failed)

    def _show(self, made: Made | Refused) -> None:
        if isinstance(made, Refused):
            self.viewer.say_instead(
                say("ui.reports.refused"), say(f"refused.{made.code}", made.about), "file-warning"
            )
            self._may_go()
            return
        self.made = made
        self.result, self.foot = Result(made, self._who), Foot()
        self.head.set_text(say("ui.reports.of", {"who": self._who}))
        self.sub.set_text(say("ui.reports.of.sub", {"number": made.drawn.number, "paper": self._paper}))
        self.panel.set_head(say("ui.reports.sealed"), say("ui.reports.sealed.sub"))
        self.panel.set_body(self.result)
        self.panel.set_foot(self.foot)
        self.ways.take(made, self._paper, self.result, self.foot)
        self.anew.show()
        self.viewer.open(made.drawn.pdf, say("ui.reports.of", {"who": self._who}), focus=True)
        self.retitled.emit()
        announce(self, say("ui.reports.made", {"number": made.drawn.number}))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Fault | CannotDecide):
            self.viewer.say_instead(error.plain(), error.what_to_do(), "file-warning")
            self._may_go()
        else:
            self._desk.failed.emit(error)

    def _make_or_print(self) -> None:
        if self.made is None:
            self.make()
        else:
            self.ways.print()


def _people(office: Office, *, text: str, wanted: str) -> People | Refused:
    """Who fits the words; whoever has them as id if nobody does and an address named them: ids are no words of a person."""
    found = people(office, PeopleQuery(text=text, gone=True), whole=False)
    if isinstance(found, Refused) or found.lines or not text or text != wanted:
        return found
    row = find_person(office, text)
    if isinstance(row, Refused):
        return found
    told = people(office, PeopleQuery(text=str(row.get("name", "")), gone=True), whole=False)
    if isinstance(told, Refused):
        return told
    return replace(told, lines=tuple(line for line in told.lines if line.pid == text))


def _make(office: Office, *, person: str, paper: str, asof: AsOf) -> Made | Refused:
    """The file at the end of the day that was shown; of the site's own today, as of now."""
    now = office.clock.now().instant
    at = now if asof.day == now.day else asof.at(office.zone)
    return make(office, person, paper, at, at if asof.as_known else None)


def page(desk: Desk) -> Page:
    """The page."""
    return ReportsPage(desk)
