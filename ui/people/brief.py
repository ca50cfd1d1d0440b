"""The panel beside the list of people: what the chosen person is released for, what is open, and the way to the file.

- Asked when the selection rests; an answer for somebody who is no longer chosen is dropped.
- At most a few open requirements are listed, the worst first; the rest is counted.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.base.words import Refused
from app.domain.reports import Duty, PersonFile
from app.domain.verdicts import meets
from app.work.person import PersonShown, Released
from app.work.roster import PersonLine
from ui.address import Address
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, Item, column, hline, holder, row
from ui.kit.panel import Panel
from ui.kit.shapes import StatusShape
from ui.kit.text import label
from ui.lane import Ticket
from ui.people.asking import file_of
from ui.people.words import key_of, pill_text, released_key, released_text
from ui.records.add import add_record

MOST = 7
TOP = Qt.AlignmentFlag.AlignTop


class Brief(Panel):
    """A person in short."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("ui.people.brief"))
        self._desk = desk
        self._line: PersonLine | None = None
        self._ticket = Ticket()
        self.show_nobody()

    @property
    def pid(self) -> str:
        """Who is shown; empty if nobody is."""
        return self._line.pid if self._line is not None else ""

    def show_nobody(self) -> None:
        """Say what to choose."""
        self._ticket.cancel()
        self._line = None
        self.set_head("")
        middle = Qt.AlignmentFlag.AlignHCenter
        words = label(say("ui.people.choose"), "dense", "text2", wrap=True)
        words.setAlignment(middle)
        self.set_body(
            holder(column(STRETCH, (Icon("users", 28, "text3"), middle), words, STRETCH, STRETCH, gap=8))
        )
        self.set_foot()

    def show_person(self, line: PersonLine) -> None:
        """Show somebody; the file is asked for."""
        same = line.pid == self.pid
        self._line = line
        self.set_head(line.name, " · ".join(part for part in (line.number, line.title, line.dept) if part))
        if not same:
            self.set_body(holder(column(label(say("ui.person.loading"), "dense", "text2"), STRETCH)))
            self._offer_acts(line)
        self._ticket.cancel()
        self._ticket = self._desk.ask(
            self, partial(file_of, person=line.pid, asof=None), partial(self._show, line.pid)
        )

    def _show(self, pid: str, answer: PersonShown | Refused) -> None:
        if pid != self.pid:
            return
        if isinstance(answer, Refused):
            words = label(say(f"refused.{answer.code}", answer.about), "dense", "text2", wrap=True)
            self.set_body(holder(column(words, STRETCH)))
            return
        parts: list[Item] = [label(say("ui.person.released"), "caption", "text2", weight=600)]
        parts += [_released(one) for one in answer.released]
        if not answer.released:
            parts.append(label(say("ui.person.released_none"), "dense", "text2", wrap=True))
        parts += [
            6,
            hline(),
            6,
            label(say("ui.people.brief.open"), "caption", "text2", weight=600),
            *_open(answer.file),
        ]
        self.set_body(holder(column(*parts, STRETCH, gap=8)))

    def _offer_acts(self, line: PersonLine) -> None:
        file = button(say("ui.people.brief.file"), "primary", "id-card")
        begin = button(say("ui.people.brief.begin"), "plain", "plus")
        file.clicked.connect(lambda: self._desk.go(Address(page="person", id=line.number or line.pid)))
        begin.clicked.connect(lambda: add_record(self._desk, self, line.pid))
        self.set_foot(holder(row(file, None if line.gone else begin, STRETCH, gap=8)))


def _released(one: Released) -> QWidget:
    words = column(
        label(one.title, "dense", wrap=True, weight=500),
        label(released_text(one), "caption", "text2", wrap=True),
        gap=0,
    )
    return holder(row((StatusShape(released_key(one), 14), TOP), (words, 1), gap=8))


def _open(file: PersonFile) -> list[Item]:
    """What is open, the worst first."""
    duties = sorted(
        (one for one in file.duties if _is_open(one)), key=lambda one: (one.verdict.index, one.code)
    )
    if not duties:
        return [label(say("ui.people.brief.nothing_open"), "dense", "text2", wrap=True)]
    lines: list[Item] = [_duty(file, one) for one in duties[:MOST]]
    more = len(duties) - MOST
    if more > 0:
        lines.append(label(say("ui.people.brief.more", {"n": more}), "caption", "text2"))
    return lines


def _is_open(duty: Duty) -> bool:
    return not meets(duty.verdict.word) or duty.verdict.word == "Expiring"


def _duty(file: PersonFile, duty: Duty) -> QWidget:
    key = key_of(duty.verdict.word)
    state = pill_text(duty.verdict, file.at.day)
    tone = {"over": "bad", "exp": "warn", "sign": "sign"}.get(key, "text2")
    words = column(
        label(duty.subject or duty.code, "dense", wrap=True, weight=500),
        label(f"{duty.code} · {state}", "caption", tone, wrap=True),
        gap=0,
    )
    return holder(row((StatusShape(key, 14), TOP), (words, 1), gap=8))
