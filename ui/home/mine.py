"""A learner's home (mock-up 13): what I must do, what I may work on, and the way to my own file.

- Only the own file is asked for; nothing about anybody else is here.
- Each group lists a few lines and counts the rest; the training file has them all.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.moment import clock_text
from app.base.say import say
from app.base.words import Refused
from app.work.person import PersonShown, Released
from ui.address import Address
from ui.desk import Desk
from ui.home.groups import DONE, GROUPS, NOW, WAITING, Task, tasks_of
from ui.home.parts import link
from ui.kit.buttons import button
from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, Item, card, clear, column, hline, holder, row, sized
from ui.kit.reflow import Reflow
from ui.kit.shapes import StatusShape
from ui.kit.states import States
from ui.kit.text import label
from ui.page import Command, Page
from ui.people.asking import Opened, opened
from ui.people.reading import Reading
from ui.people.words import person_line, released_key, released_text
from ui.records.add import add_record

MOST = 8
MIDDLE, TOP = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignTop


class MyHome(Page):
    """What the person who is signed in has to do."""

    name: ClassVar[str] = "home"
    nouns: ClassVar[frozenset[str]] = frozenset(
        {"person", "posting", "record", "document", "requirement", "curriculum", "assignment", "setting"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._number = desk, desk.session.pid
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self.states = States(Scroll(holder(self._body)))
        self._reading = Reading(desk, self, self.states, "ui.person", self.refresh)
        self.setLayout(column((self.states, 1), margins=(24, 20, 8, 12)))

    def title(self) -> str:
        """The page's name."""
        return say("ui.home.mine")

    def commands(self) -> list[Command]:
        """The own file, on the screen and signed."""
        return [
            Command(words=say("ui.home.my_file"), run=self._file, icon="id-card"),
            Command(words=say("ui.home.my_report"), run=self._report, keys="Ctrl+P", icon="file-badge"),
        ]

    def refresh(self) -> None:
        """Ask for the own file."""
        pid, quiet = self._desk.session.pid, self._body.count() > 0
        self._reading.ask(lambda office, _ticket: opened(office, person=pid), self._show, quiet=quiet)

    def _show(self, found: Opened | Refused) -> None:
        if isinstance(found, Refused):
            self._reading.refused(found)
            return
        answer = found.shown
        clear(self._body)
        self._number = answer.file.number or answer.file.pid
        tasks = tasks_of(answer.file, found.begins)
        about: dict[str, str | int] = {
            "name": answer.file.name,
            "open": _open(tasks),
            "overdue": sum(1 for duty in answer.file.duties if duty.verdict.word == "Overdue"),
        }
        head = column(
            label(say("ui.home.mine"), "h1"),
            label(say("ui.home.mine.sub", about), "dense", "text2", wrap=True),
            label(person_line(answer.file), "dense", "text2", wrap=True),
            gap=2,
        )
        groups = [self._group(group, tasks[group]) for group in GROUPS if tasks[group]]
        left = holder(column(*(groups or [_nothing()]), STRETCH, gap=16))
        right = holder(column(self._side(answer), STRETCH, gap=0))
        at = label(say("ui.home.as_of", {"at": clock_text(answer.file.at, seconds=False)}), "caption", "text3")
        whole = holder(column(head, Reflow([(left, 5), (right, 2)], 900), at, gap=16, margins=(0, 0, 16, 8)))
        self._body.addWidget(whole)
        self._body.addStretch(1)
        self.states.show_content()

    def _group(self, group: str, tasks: list[Task]) -> QWidget:
        lines: list[Item] = []
        for number, task in enumerate(tasks[:MOST]):
            lines += [
                hline(),
                holder(row(*self._line(group, task, first=number == 0), gap=12, margins=(16, 10, 12, 10))),
            ]
        if len(tasks) > MOST:
            more = link(say("ui.home.more", {"n": len(tasks) - MOST}), self._file)
            lines += [hline(), holder(row(more, STRETCH, margins=(16, 6, 12, 6)))]
        title = holder(row(label(say(f"ui.home.group.{group}"), "h3"), STRETCH, margins=(16, 12, 16, 10)))
        return card(title, *lines, gap=0, margins=1)

    def _line(self, group: str, task: Task, *, first: bool) -> list[Item]:
        words = column(
            label(task.title, "body", wrap=True, weight=600),
            label(task.sub, "dense", "text2", wrap=True),
            gap=1,
        )
        when = sized(label(task.when, "dense", task.tone, wrap=True, weight=500), width=130)
        return [
            (StatusShape(task.key, 18), MIDDLE),
            (words, 1),
            (when, MIDDLE),
            self._act(group, task, first=first),
        ]

    def _act(self, group: str, task: Task, *, first: bool) -> Item:
        if group in (WAITING, DONE) or not task.begins:
            made = button(say("ui.home.see"), "ghost" if group == DONE else "plain")
            made.clicked.connect(lambda _checked=False: self._file())
        else:
            made = button(say("ui.home.start"), "primary" if group == NOW and first else "plain")
            made.clicked.connect(lambda _checked=False: self._begin(task.code))
        made.setAccessibleDescription(task.title)
        return (made, MIDDLE)

    def _side(self, shown: PersonShown) -> QWidget:
        lines: list[Item] = [_may(one) for one in shown.released]
        if not lines:
            lines = [label(say("ui.person.released_none"), "dense", "text2", wrap=True)]
        return card(
            label(say("ui.home.may"), "h3"), *lines, 4, hline(), 4, link(say("ui.home.my_file"), self._file),
            link(say("ui.home.my_report"), self._report), gap=10,
        )  # fmt: skip

    def _begin(self, code: str) -> None:
        add_record(self._desk, self, self._desk.session.pid, code)

    def _file(self) -> None:
        self._desk.go(Address(page="person", id=self._number))

    def _report(self) -> None:
        self._desk.go(Address(page="reports", id=self._number))


def _open(tasks: dict[str, list[Task]]) -> int:
    return sum(len(lines) for group, lines in tasks.items() if group != DONE)


def _may(one: Released) -> QWidget:
    words = column(
        label(one.title, "dense", wrap=True, weight=500),
        label(released_text(one), "caption", "text2", wrap=True),
        gap=0,
    )
    return holder(row((StatusShape(released_key(one), 15), TOP), (words, 1), gap=8))


def _nothing() -> QWidget:
    return card(
        label(say("ui.home.nothing"), "h3"),
        label(say("ui.home.nothing.text"), "dense", "text2", wrap=True),
        gap=4,
    )
