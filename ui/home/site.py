"""Home of a site (mock-up 02): what endangers compliance this week, in numbers that the records bear out.

- Every number is counted among the people in the scope of whoever is signed in, and the scope is named.
- What is not known is said as not known: a log that no centre acknowledged is not "in sync".
- Each line leads where something can be done about it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.base.moment import clock_text
from app.base.say import say
from app.base.words import Refused
from app.work.numbers import HomeNumbers, home
from ui.address import Address
from ui.desk import Desk
from ui.home.cards import Attentive, departments_card, devices_card, figures_of, integrity_card, weeks_card
from ui.home.parts import Figure
from ui.kit.buttons import button
from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, clear, column, holder, row
from ui.kit.reflow import Reflow
from ui.kit.states import States
from ui.kit.text import label, titled
from ui.page import Command, Page
from ui.people.reading import Reading
from ui.shell.pages import entry, may_see


class SiteHome(Page):
    """The overview of a site, or of the departments in scope."""

    name: ClassVar[str] = "home"
    nouns: ClassVar[frozenset[str]] = frozenset(
        {
            "person", "posting", "record", "document", "requirement", "curriculum", "assignment", "job", "setting",
            "receipt", "session",
        }
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._told: HomeNumbers | None = None
        self._parts: list[Callable[[], QWidget]] = []
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._build_on)
        self.sub = label("", "dense", "text2", wrap=True, select=True)
        self._body = column(gap=16, margins=(0, 0, 16, 16))
        self.states = States(Scroll(holder(self._body)))
        self._reading = Reading(desk, self, self.states, "ui.home", self.refresh)
        self.setLayout(column(self._head(), (self.states, 1), gap=16, margins=(24, 20, 8, 8)))

    def title(self) -> str:
        """The page's name."""
        return say("ui.home.title")

    def commands(self) -> list[Command]:
        """Where the page leads."""
        return [
            Command(words=say("ui.home.do.overdue"), run=lambda: self._go("people", "over"), icon="users"),
            Command(words=say("ui.home.do.waiting"), run=lambda: self._go("people", "sign"), icon="signature"),
            Command(words=say("ui.home.my_file"), run=self._mine, icon="id-card"),
        ]

    @property
    def is_whole(self) -> bool:
        """Whether every card is built."""
        return self._told is not None and not self._parts

    def refresh(self) -> None:
        """Ask for the numbers."""
        self._reading.ask_counted(
            lambda office, ticket: home(office, ticket.tick), self._show, quiet=self._told is not None
        )

    def _head(self) -> QWidget:
        mine = button(say("ui.home.my_file"), "plain", "id-card")
        everybody = button(say("ui.home.everybody"), "primary", "users")
        mine.clicked.connect(lambda _checked=False: self._mine())
        everybody.clicked.connect(lambda _checked=False: self._go("people"))
        words = holder(column(label(say("ui.home.overview"), "h1"), self.sub, gap=2))
        return Reflow([(words, 1), (holder(row(mine, everybody, STRETCH, margins=(0, 0, 16, 0))), 0)], 640)

    def _show(self, found: HomeNumbers | Refused) -> None:
        if isinstance(found, Refused):
            self._reading.refused(found)
            return
        scope = self._desk.session.scope or say("ui.people.whole_site")
        about = {
            "site": titled(self._desk.place.site),
            "scope": scope,
            "at": clock_text(found.at, seconds=False),
        }
        self.sub.set_text(say("ui.people.sub", about))
        if not found.people:
            self.states.show_empty(say("ui.people.empty"), say("ui.people.empty.do"), icon="users")
            return
        before, self._told = self._told, found
        if before is None or replace(before, at=found.at) != found:
            clear(self._body)
            self._parts = [partial(each, found) for each in (self._figures, self._middle, self._lower)]
            self._build_on()
        self.states.show_content()

    def _build_on(self) -> None:
        """One row of cards at a time, so that keys and clicks get their turn between them."""
        self._body.addWidget(self._parts.pop(0)())
        if self._parts:
            self._turn.start()
        else:
            self._body.addStretch(1)

    def _figures(self, found: HomeNumbers) -> QWidget:
        figures: list[tuple[QWidget, int]] = []
        for key, name, number, unit, note in figures_of(found):
            made = Figure(key, name)
            made.show_number(number, note, unit)
            figures.append((made, 1))
        return Reflow(figures, 700)

    def _middle(self, found: HomeNumbers) -> QWidget:
        attention = Attentive(found.attention, self._desk.go, lambda: self._go("people", "over"))
        return Reflow([(departments_card(found, self._dept), 3), (attention, 2)], 860)

    def _lower(self, found: HomeNumbers) -> QWidget:
        integrity = integrity_card(found, self._way("history"))
        devices = devices_card(found, self._way("sync"))
        return Reflow([(weeks_card(found), 6), (integrity, 4), (devices, 4)], 860)

    def _dept(self, dept: str) -> None:
        self._desk.go(Address(page="people", part=dept))

    def _mine(self) -> None:
        self._go("person", self._desk.session.pid)

    def _way(self, name: str) -> Callable[[], None] | None:
        """What leads to a page; None for whoever has no such page."""
        one = entry(name)
        return partial(self._go, name) if one is not None and may_see(one, self._desk.session.roles) else None

    def _go(self, name: str, id: str = "") -> None:
        self._desk.go(Address(page=name, id=id))
