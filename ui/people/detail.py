"""The panel of a training file: one requirement or record, how it came about, and what comes next.

- What comes next is asked anew for each record that is shown; an answer for another one is dropped.
- On another day than today nothing can be signed, and that is said instead of a button.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.base.say import say
from app.base.words import Refused
from app.domain.reports import Duty, PersonFile, Proof
from app.work.begin import Next
from ui.desk import Desk
from ui.kit.badge import Pill
from ui.kit.buttons import Button, button
from ui.kit.flow import FlowLayout
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, column, holder
from ui.kit.panel import Panel
from ui.kit.text import label
from ui.people.asking import next_on
from ui.people.next import next_step
from ui.people.record import record_head, timeline
from ui.people.words import holds_text, key_of, pill_text, reason_text
from ui.records.add import add_record
from ui.records.void import correct_record, void_record
from ui.signing.sign import sign

LEADERS = frozenset({"qa"})


class Detail(Panel):
    """One requirement with its record, or one record."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("ui.person.detail"))
        self._desk = desk
        self._file: PersonFile | None = None
        self._duty: Duty | None = None
        self._proof: Proof | None = None
        self._next: Next | None = None
        self.begins: frozenset[str] = frozenset()
        self._eager = False
        self.show_nothing()

    @property
    def proof(self) -> Proof | None:
        """The record that is shown."""
        return self._proof

    def show_nothing(self) -> None:
        """Say what to choose."""
        self._duty = self._proof = self._next = None
        self.set_head("")
        middle = Qt.AlignmentFlag.AlignHCenter
        words = label(say("ui.person.choose"), "dense", "text2", wrap=True)
        words.setAlignment(middle)
        self.set_body(
            holder(column(STRETCH, (Icon("list-checks", 28, "text3"), middle), words, STRETCH, STRETCH, gap=8))
        )
        self.set_foot()

    def show_duty(self, file: PersonFile, duty: Duty, proof: Proof | None) -> None:
        """Show a requirement, and its record if it has one."""
        self._show(file, duty, proof)

    def show_proof(self, file: PersonFile, proof: Proof) -> None:
        """Show a record."""
        self._show(file, None, proof)

    def sign_next(self) -> None:
        """Sign the next step: by who is signed in if that may be, else by another person here; else begin a record."""
        if self._next is not None:
            self._sign(second=not self._next.me)
        elif self._is_open():
            self._eager = True
        elif self._duty is not None and self._duty.code in self.begins and self._today():
            self._begin()

    def take_focus(self) -> None:
        """Put the focus on the first thing that can be done here."""
        shown = [one for one in self.findChildren(QAbstractButton) if one.isVisibleTo(self)]
        first = next((one for one in shown if isinstance(one, Button)), shown[0] if shown else None)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self, file: PersonFile, duty: Duty | None, proof: Proof | None) -> None:
        self._file, self._duty, self._proof, self._next = file, duty, proof, None
        self._eager = False
        if proof is not None:
            title, sub = record_head(proof)
        else:
            assert duty is not None
            title, sub = (
                duty.subject or duty.code,
                " · ".join(part for part in (duty.code, duty.number) if part),
            )
        self.set_head(title, sub)
        self._fill(None)
        self._offer_acts()
        if proof is not None and self._is_open() and self._today():
            self._desk.ask(self, partial(next_on, record=proof.id), partial(self._told, proof.id))

    def _told(self, record: str, answer: Next | Refused | None) -> None:
        if self._proof is None or self._proof.id != record or isinstance(answer, Refused):
            return
        if answer is None and self._next is None:
            return  # what is shown says so
        self._next = answer
        self._fill(answer)
        if self._eager and answer is not None:
            self._eager = False
            self.sign_next()

    def _fill(self, found: Next | None) -> None:
        parts: list[QWidget | None] = [None if self._duty is None else self._verdict(self._duty)]
        if self._proof is not None:
            node = (
                None
                if found is None
                else next_step(found, partial(self._sign, second=False), partial(self._sign, second=True))
            )
            parts.append(timeline(self._proof, node))
        else:
            parts.append(label(say("ui.person.no_record"), "dense", "text2", wrap=True))
        self.set_body(holder(column(*parts, STRETCH, gap=14)))

    def _verdict(self, duty: Duty) -> QWidget:
        """The verdict with every reason."""
        assert self._file is not None
        verdict = duty.verdict
        lines = [label(reason_text(one), "dense", "text2", wrap=True, select=True) for one in verdict.reasons]
        holds = holds_text(verdict)
        until = label(holds, "dense", weight=500) if holds else None
        pill = Pill(key_of(verdict.word), pill_text(verdict, self._file.at.day))
        return holder(column((pill, Qt.AlignmentFlag.AlignLeft), until, *lines, gap=5))

    # ---- what can be done

    def _offer_acts(self) -> None:
        """The buttons below; on another day, why there are none."""
        if not self._today():
            self.set_foot(label(say("ui.person.not_today"), "caption", "text2", wrap=True))
            return
        asks = self._duty is not None and not self._is_open()
        begins = self._duty is not None and self._duty.code in self.begins
        buttons = [_press(say("ui.person.begin"), "plus", self._begin)] if asks and begins else []
        buttons += self._mend_buttons()
        parts: list[QWidget] = []
        if asks and not begins:
            parts.append(label(say("ui.person.not_here"), "caption", "text2", wrap=True))
        if buttons:
            parts.append(holder(FlowLayout(*buttons)))
        self.set_foot(*parts)

    def _is_open(self) -> bool:
        """Whether the record that is shown still waits for a signature."""
        return self._proof is not None and bool(self._proof.open) and not self._proof.void

    def _mend_buttons(self) -> list[QWidget]:
        proof = self._proof
        if proof is None or proof.void or not self._desk.session.roles & LEADERS:
            return []
        correct, void = (
            partial(correct_record, self._desk, self, proof.id),
            partial(void_record, self._desk, self, proof.id),
        )
        return [
            _press(say("ui.person.correct"), "pencil", correct),
            _press(say("ui.person.make_void"), "circle-x", void),
        ]

    def _begin(self) -> None:
        if self._file is not None:
            add_record(self._desk, self, self._file.pid, "" if self._duty is None else self._duty.code)

    def _sign(self, *, second: bool) -> None:
        if self._next is not None:
            sign(self._desk, self, self._next.command, second=second, then=_heard)

    def _today(self) -> bool:
        """Whether what is shown is how things stand now."""
        file = self._file
        return file is not None and file.at.ms == file.read.ms and file.known_at.ms == file.read.ms


def _press(words: str, icon: str, act: Callable[[], None]) -> QWidget:
    made = button(words, "plain", icon, "s")
    made.clicked.connect(lambda _checked=False: act())
    return made


def _heard() -> None:
    """The page hears of it by the nouns that changed."""
