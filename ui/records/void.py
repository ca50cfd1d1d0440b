"""Declare a record void, and correct one: void with its reason, then a new one (R-REC-12, R-SIG-11, R-SIG-12).

- A signed record is never changed. It is declared void by QA with a reason, stays readable, and counts for nothing.
- To correct is to void and to begin anew: who signed the old one signs the new one, on what is right.
- Whoever is signed in and is not QA lets QA sign at this screen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.ids import RecordId
from app.base.moment import clock_text
from app.base.say import say
from app.base.words import Refused
from app.domain.records import Void
from ui.desk import Desk
from ui.kit.blocks import Fact, Facts
from ui.kit.buttons import button
from ui.kit.dialog import Dialog
from ui.kit.layout import STRETCH, column
from ui.kit.text import label
from ui.records.add import add_record
from ui.records.reading import Correction, Wanted, read_correction
from ui.signing.halves import fill
from ui.signing.sign import cannot, sign
from ui.signing.words import who_line


def void_record(desk: Desk, parent: QWidget, record_id: str) -> None:
    """Let QA declare a record void, with a reason: whoever is signed in, or QA at this screen."""

    def go(found: Correction) -> None:
        sign(desk, parent, Void(id=RecordId(record_id), why=None), second=not found.me, then=_nothing)

    _read(desk, parent, record_id, go)


def correct_record(desk: Desk, parent: QWidget, record_id: str) -> None:
    """Say what correcting means, then void the record and begin a new one with what it said."""
    _read(desk, parent, record_id, lambda found: CorrectDialog(desk, parent, found).open())


def _read(desk: Desk, parent: QWidget, record_id: str, go: Callable[[Correction], None]) -> None:
    def told(answer: Correction | Refused) -> None:
        if isinstance(answer, Refused):
            cannot(desk, parent, answer)
        else:
            go(answer)

    desk.ask(parent, partial(read_correction, record=record_id), told, partial(cannot, desk, parent))


class CorrectDialog(Dialog):
    """What the record says now, and the two steps in which it is corrected."""

    def __init__(self, desk: Desk, parent: QWidget, found: Correction) -> None:
        super().__init__(parent, say("ui.record.correct"), say("ui.record.correct.sub"), "pencil", width=600)
        self._desk, self._page, self._found = desk, parent, found
        steps = [label(say(f"ui.record.correct.{n}"), wrap=True) for n in (1, 2, 3)]
        fill(self, column(Facts(_facts(found)), 6, *steps, STRETCH, gap=10))
        self.cancel_button = button(say("ui.sign.cancel"))
        self.go_button = button(say("ui.record.correct.go"), "primary")
        self.cancel_button.clicked.connect(self.reject)
        self.go_button.clicked.connect(self._go)
        note = "" if found.me else say("ui.record.correct.qa")
        self.set_foot(note, (self.cancel_button, self.go_button))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where nothing happens yet."""
        super().showEvent(event)
        self.cancel_button.setFocus()

    def _go(self) -> None:
        record, desk, page = self._found.record, self._desk, self._page
        wanted = Wanted(code=record.code, doc=record.doc, done=record.done, comment=record.comment)
        then = partial(add_record, desk, page, record.person.pid, wanted=wanted)
        self.accept()
        sign(desk, page, Void(id=RecordId(record.id), why=None), second=not self._found.me, then=then)


def _facts(found: Correction) -> list[Fact]:
    record = found.record
    document = record.document
    facts = [
        Fact(name=say("ui.sign.for"), value=record.person.name, sub=who_line(record.person)),
        Fact(name=say("ui.record.requirement"), value=f"{record.code} · {record.subject}"),
    ]
    if document is not None:
        about = {"number": document.number, "ver": document.ver, "title": document.title}
        facts.append(Fact(name=say("ui.record.version"), value=say("ui.record.version.now", about)))
    if record.done is not None:
        facts.append(Fact(name=say("ui.sign.done"), value=clock_text(record.done, seconds=False)))
    if record.comment:
        facts.append(Fact(name=say("ui.record.comment"), value=record.comment))
    return facts


def _nothing() -> None:
    """The page hears of it by the nouns that changed."""
