"""The training file of one person (mock-up 04): what they are released for, every requirement, every record.

- Today, or the end of any other day, said in a banner; a file as it was known then leaves out what came later.
- The address is by employee number, so that it can stand in a report; `countersign:person/me` is one's own.
- A signature made anywhere changes the page by the nouns that changed; what was chosen stays chosen.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSizePolicy

from app.base.moment import day_text
from app.base.say import say
from app.base.words import Refused
from app.work.person import PersonShown
from ui.address import Address
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.flow import Scroll
from ui.kit.layout import card, column, holder, sized
from ui.kit.states import States
from ui.page import Command, Page
from ui.people.asking import Opened, opened
from ui.people.asof import AsOf, AsOfBar
from ui.people.detail import Detail
from ui.people.drawer import Drawer
from ui.people.header import Act, Header
from ui.people.reading import Reading
from ui.people.tabs import Tabs
from ui.people.words import person_line
from ui.records.add import add_record
from ui.shell.pages import entry, may_see

ME, PAUSE_MS = "me", 60
ROOM, LEAST = 1040, 360
"""Width from which the panel stands beside the tables, and their least height, in pixels of the design."""


class PersonPage(Page):
    """One person's training file."""

    name: ClassVar[str] = "person"
    nouns: ClassVar[frozenset[str]] = frozenset(
        {"person", "posting", "record", "document", "requirement", "curriculum", "assignment", "job", "setting"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._asof: AsOf | None = None
        self._shown: PersonShown | None = None
        self.header, self.asof, self.tabs, self.detail = Header(), AsOfBar(), Tabs(), Detail(desk)
        left = card((self.tabs, 1), gap=0, margins=1)
        self.beside = Drawer(left, self.detail, room=ROOM, over=self)
        sized(self.beside, min_height=LEAST)
        self.beside.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        whole = holder(column(self.header, self.asof, (self.beside, 1), gap=16))
        self.states = States(Scroll(whole))
        self._reading = Reading(desk, self, self.states, "ui.person", self.refresh)
        self.setLayout(column((self.states, 1), margins=(24, 20, 24, 20)))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._connect()

    # ---- the frame

    def title(self) -> str:
        """The person's name."""
        return self._shown.file.name if self._shown is not None else say("ui.person.title")

    def crumbs(self) -> list[tuple[str, Address]]:
        """Where the file lies; a learner has no list."""
        return [(say("ui.people.title"), Address(page="people"))] if self._has("people") else []

    def show_address(self, address: Address) -> None:
        """Show the person that the address names, as things stand today."""
        if address.id != self.address.id or self._shown is None:
            self._shown, self._asof = None, None
            self.detail.show_nothing()
            self.asof.show_day(None)
            self.asof.as_known.setChecked(False)
        self.address = address
        self.refresh()

    def commands(self) -> list[Command]:
        """What can be done with a file."""
        return [
            Command(
                words=say("ui.person.report"),
                run=partial(self._go, "reports"),
                keys="Ctrl+P",
                icon="file-badge",
            ),
            Command(words=say("ui.person.do.sign"), run=self._sign, keys="Ctrl+Shift+S", icon="signature"),
            Command(words=say("ui.person.begin"), run=self._begin, icon="plus"),
            Command(words=say("ui.person.asof"), run=self._ask_day, keys="Ctrl+Shift+D", icon="calendar-clock"),
            Command(words=say("ui.person.do.filter"), run=self.tabs.to_filter, keys="Ctrl+F", icon="search"),
            Command(words=say("ui.person.copy"), run=self._copy, keys="Ctrl+Shift+C", icon="link"),
            Command(words=say("ui.person.changes"), run=partial(self._go, "history"), icon="history"),
        ]

    def refresh(self) -> None:
        """Ask for the file."""
        person = self._desk.session.pid if self.address.id in ("", ME) else self.address.id
        verb, quiet = partial(opened, person=person, asof=self._asof), self._shown is not None
        self._reading.ask(lambda office, _ticket: verb(office), self._show, quiet=quiet)

    def _connect(self) -> None:
        to_report, to_history = partial(self._go, "reports"), partial(self._go, "history")
        self.header.report.clicked.connect(lambda _checked=False: to_report())
        self.header.begin.clicked.connect(lambda _checked=False: self._begin())
        self.asof.asked.connect(self._look_at)
        self.tabs.chosen.connect(self._pause.start)
        self._pause.timeout.connect(self._choose)
        self.tabs.opened.connect(self._enter)
        self.detail.closed.connect(self.tabs.to_table)
        acts = [
            Act(words=say("ui.person.asof"), run=self._ask_day),
            Act(words=say("ui.person.copy"), run=self._copy),
        ]
        if self._has("history"):
            acts.append(Act(words=say("ui.person.changes"), run=to_history))
        self.header.set_acts(acts)

    def _has(self, name: str) -> bool:
        """Whether whoever is signed in has a page."""
        one = entry(name)
        return one is not None and may_see(one, self._desk.session.roles)

    # ---- what is shown

    def _show(self, answer: Opened | Refused) -> None:
        if isinstance(answer, Refused):
            self._shown = None
            self.detail.setVisible(not self.beside.is_drawer())
            if self._asof is not None and answer.code == "person.unknown":
                self._show_unknown(self._asof)
            else:
                self._reading.refused(answer, "user-x")
            return
        self._shown, file = answer.shown, answer.shown.file
        self._asof = answer.asof  # a day that is today by now is no other day any more
        self.detail.begins = answer.begins
        self.header.show_person(file.name, file.number, person_line(file))
        self.header.show_released(answer.shown.released)
        self.header.begin.setVisible(self._asof is None and not file.gone)
        self.asof.show_day(self._asof, file.read.day)
        self.tabs.show_file(file)
        self._pause.start()
        self.states.show_content()
        self.retitled.emit()

    def _show_unknown(self, asof: AsOf) -> None:
        """The person was not known yet on that day: say so, with the way back."""
        today = button(say("ui.people.asof.today"), "primary")
        today.clicked.connect(lambda _checked=False: self._look_at(None))
        about = {"day": day_text(asof.day)}
        self.states.show_empty(
            say("ui.person.unknown_then", about), say("ui.person.unknown_then.do"), today, "calendar-clock"
        )

    def _choose(self) -> None:
        self._pause.stop()
        if self._shown is None:
            return
        file = self._shown.file
        duty, proof = self.tabs.found(self.tabs.current())
        if duty is not None:
            self.detail.show_duty(file, duty, proof)
        elif proof is not None:
            self.detail.show_proof(file, proof)
        else:
            self.detail.show_nothing()

    def _enter(self, _key: str) -> None:
        self._choose()
        self.detail.show()
        self.detail.take_focus()

    # ---- what can be done

    def _ask_day(self) -> None:
        if self._shown is not None:
            self.asof.open(self._shown.file.read.day)
        elif self._asof is not None:
            self._look_at(None)

    def _look_at(self, asof: AsOf | None) -> None:
        self._asof = asof
        if asof is None:
            self.asof.as_known.setChecked(False)
        self.refresh()

    def _sign(self) -> None:
        # What is signed is what is chosen, not what was a moment ago.
        if self._pause.isActive():
            self._choose()
        self.detail.sign_next()

    def _begin(self) -> None:
        if self._shown is not None and self._asof is None:
            add_record(self._desk, self, self._shown.file.pid)

    def _go(self, name: str) -> None:
        """To another page about this person: reports by number, the history by id."""
        if self._shown is not None:
            file = self._shown.file
            told = file.pid if name == "history" else file.number or file.pid
            self._desk.go(Address(page=name, id=told))

    def _copy(self) -> None:
        if self._shown is not None:
            file = self._shown.file
            QGuiApplication.clipboard().setText(str(Address(page="person", id=file.number or file.pid)))
            self._desk.say_done(say("ui.person.copied"))


def page(desk: Desk) -> Page:
    """The page."""
    return PersonPage(desk)
