"""The right half of the sign dialog: who signs, with which meaning and reason, when, and what proves it (ux §5, §8).

- The meaning is fixed by the step; where it is a verdict, nothing is chosen before a person chooses.
- The user ID of whoever is signed in stands there and can't be changed; a second person types everything.
- The one-time code is asked only where it is needed; the sentence below says why.
- The password leaves its field the moment it is used; no other input is ever cleared.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.base.moment import Instant, clock_text, instant_at
from app.base.say import say
from app.work.drafts import Kept
from app.work.proposal import Proposal
from app.work.signers import Someone
from app.work.unlock import Given
from ui.kit.badge import Avatar
from ui.kit.editors import Choice, TextArea
from ui.kit.fields import CodeEntry, Field
from ui.kit.icons import Icon
from ui.kit.layout import column, hline, holder, row
from ui.kit.lines import LineEdit, Password
from ui.kit.text import label
from ui.signing.halves import Halves
from ui.signing.words import who_line, why_text

TICK_MS = 1000
FIELDS = 390
"""Two fields stand side by side from this width on, at 100 %."""


class Form(QWidget):
    """The fields. `meaning_chosen` and `signer_chosen` carry a value; `edited` tells of any typing."""

    meaning_chosen = Signal(str)
    signer_chosen = Signal(str)
    edited = Signal()

    def __init__(self, *, beside: bool) -> None:
        super().__init__()
        self.beside = beside
        self._avatar, self._name = Avatar("", 40), label("", "strong", wrap=True)
        self._line, self._why = (
            label("", "caption", "text3", wrap=True),
            label("", "caption", "text3", wrap=True),
        )
        self._time = label("", "body", select=True)
        self.signer_choice, self.meaning_choice, self.reason_choice = Choice(), Choice(), Choice()
        self.fixed_edit, self.user_edit, self.words_edit = LineEdit(), LineEdit(), TextArea(lines=2)
        self.password_edit, self.code_entry = Password(), CodeEntry()
        self.signer = Field(say("ui.sign.signer.choose"), self.signer_choice)
        self.fixed = Field(say("ui.sign.meaning"), self.fixed_edit)
        self.meaning = Field(say("ui.sign.meaning"), self.meaning_choice)
        self.reason = Field(say("ui.sign.reason"), self.reason_choice)
        self.words = Field(say("ui.sign.words"), self.words_edit, optional=say("ui.sign.optional"))
        self.user = Field(say("ui.sign.user"), self.user_edit)
        self.password = Field(say("ui.sign.password"), self.password_edit)
        self.code = Field(say("ui.sign.code"), self.code_entry)
        self.fields = (self.signer, self.meaning, self.reason, self.words, self.user, self.password, self.code)
        self._zero: Instant | None = None
        self._wait_ms = 0
        self._since, self._clock = QElapsedTimer(), QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._build()
        self._connect()

    # ---- what is shown

    def show_proposal(self, shown: Proposal, *, decided: bool) -> None:
        """Show whom and what a proposal asks, without touching what was typed."""
        self._avatar.set_name(shown.signer.name)
        self._name.set_text(shown.signer.name)
        self._line.set_text(who_line(shown.signer))
        if not self.beside:
            # A founder's user name is in no register yet: then it is typed.
            self.user_edit.setText(shown.signer.user or self.user_edit.text())
            self.user_edit.setReadOnly(bool(shown.signer.user))
        self._show_reasons(shown, decided=decided)
        self.code.setVisible(shown.asks.full)
        self._why.set_text(why_text(shown))
        self._zero, self._wait_ms = shown.now, shown.code_wait_ms
        self._since.start()
        waits = shown.asks.full and shown.code_wait_ms > 0
        self.code_entry.count_down(self._code_left if waits else None)
        self.code.set_hint(say("ui.sign.code.used") if waits else "")
        self._tick()
        self._clock.start()

    def show_meaning(self, meaning: str, options: Sequence[str]) -> None:
        """Fix the meaning, or offer several of which none is chosen."""
        several = len(options) > 1
        self.meaning.setVisible(several)
        self.fixed.setVisible(not several)
        self.fixed_edit.setText("" if several else say(f"meaning.{meaning}"))
        if several:
            pairs = [("", say("ui.sign.meaning.none")), *((one, say(f"meaning.{one}")) for one in options)]
            self.meaning_choice.set_items(pairs)
            self.meaning_choice.setCurrentIndex(0)

    def show_signers(self, signers: Sequence[Someone], chosen: str) -> None:
        """Offer those who may sign here; a single one is no choice."""
        pairs = [("", say("ui.sign.signer.none_chosen"))]
        pairs += [(one.uid, f"{one.name} · {who_line(one)}") for one in signers]
        self.signer_choice.set_items(pairs, chosen)
        self.signer_choice.setCurrentIndex(max(0, self.signer_choice.currentIndex()))
        self.signer.setVisible(len(signers) > 1)

    def _show_reasons(self, shown: Proposal, *, decided: bool) -> None:
        """Offer the reasons of a meaning; what was chosen stays where it is still offered."""
        before, codes = self.reason_choice.value(), shown.reasons if decided else ()
        none = say("ui.sign.reason.none" if shown.needs_reason else "ui.sign.reason.without")
        self.reason_choice.set_items([("", none), *((code, say(f"why.{code}")) for code in codes)], before)
        self.reason_choice.setCurrentIndex(max(0, self.reason_choice.currentIndex()))
        self.reason.setVisible(bool(codes))
        self.words.setVisible(bool(codes) and shown.needs_reason)

    def recall(self, shown: Proposal, kept: Kept | None, last: str) -> None:
        """The draft's reason and words, else the reason chosen `last` for this meaning, where the rules ask for none."""
        fields = {} if kept is None else dict(kept.fields)
        wanted = (
            getattr(shown.command, "why", None)
            or fields.get("why")
            or ("" if shown.needs_reason or self.beside else last)
        )
        if not self.reason_choice.value() and wanted in shown.reasons and self.reason.isVisibleTo(self):
            self.reason_choice.set_value(wanted)
        if not self.words_edit.text() and self.words.isVisibleTo(self):
            self.words_edit.setPlainText(fields.get("words", ""))

    # ---- what was chosen and typed

    def kept(self) -> dict[str, str]:
        """What a draft keeps: the reason and the own words."""
        return {"why": self.reason_choice.value(), "words": self.words_edit.text()}

    def given(self) -> Given:
        """What proves the signer, as typed."""
        code = self.code_entry.code() if self.code.isVisibleTo(self) else ""
        return Given(user=self.user_edit.text().strip(), password=self.password_edit.text(), code=code)

    def wipe(self) -> None:
        """Take password and code out of their fields."""
        self.wipe_password()
        self.code_entry.edit.setText("")

    def wipe_password(self) -> None:
        """Take the password out of its field, and out of what the field remembers."""
        self.password_edit.reveal.setChecked(False)
        self.password_edit.setText("")

    def clear_errors(self) -> None:
        """Take every error away."""
        for field in self.fields:
            field.set_error("")

    def lacking(self, *, needs_reason: bool) -> tuple[Field, str] | None:
        """The first field in which something is missing, with the words for it."""
        asked = (
            (self.signer, self.signer_choice.value(), "signer"),
            (self.meaning, self.meaning_choice.value(), "meaning"),
            (self.reason, self.reason_choice.value() or not needs_reason, "reason"),
            (self.words, self.words_edit.text().strip() or self.reason_choice.value() != "OTHER", "words"),
            (self.user, self.user_edit.text().strip(), "user"),
            (self.password, self.password_edit.text(), "password"),
            (self.code, self.code_entry.code(), "code"),
        )
        self.clear_errors()
        for field, there, word in asked:
            if field.isVisibleTo(self) and not there:
                return field, say(f"ui.sign.missing.{word}")
        return None

    def first_field(self) -> QWidget:
        """Where the focus begins: what is still to be chosen, else the user ID if it is to be typed, else the password."""
        for choice, field in ((self.signer_choice, self.signer), (self.meaning_choice, self.meaning)):
            if field.isVisibleTo(self) and not choice.value():
                return choice
        if self.reason.isVisibleTo(self) and self.words.isVisibleTo(self) and not self.reason_choice.value():
            return self.reason_choice
        typed = self.user_edit.isReadOnly() or self.user_edit.text()
        return self.password_edit if typed else self.user_edit

    def tab_order(self) -> list[QWidget]:
        """The fields in the order of the design."""
        return [
            self.signer_choice, self.meaning_choice, self.fixed_edit, self.reason_choice, self.words_edit,
            self.user_edit, self.password_edit, self.password_edit.reveal, self.code_entry.edit,
        ]  # fmt: skip

    # ---- inside

    def _build(self) -> None:
        self.fixed_edit.setReadOnly(True)
        top = Qt.AlignmentFlag.AlignTop
        who = row((self._avatar, top), (holder(column(self._name, self._line, gap=1)), 1), gap=12)
        when = row(Icon("clock", 16, "text2"), (self._time, 1), gap=8)
        hint = label(say("ui.sign.time.hint"), "caption", "text3", wrap=True)
        time = column(label(say("ui.sign.time"), "dense", weight=500), when, hint, gap=3)
        self.setLayout(
            column(
                label(say("ui.sign.signer"), "caption", "text3", weight=600), who, self.signer,
                Halves(self.meaning, self.fixed, self.reason, gap=12, least=FIELDS), self.words, time, hline(),
                Halves(self.user, self.password, gap=12, least=FIELDS), self.code, self._why, gap=12,
            )
        )  # fmt: skip

    def _connect(self) -> None:
        self.meaning_choice.chosen.connect(self.meaning_chosen)
        self.signer_choice.chosen.connect(self.signer_chosen)
        self.reason_choice.chosen.connect(self.edited)
        self.words_edit.textChanged.connect(self.edited)
        typed = (
            (self.user, self.user_edit),
            (self.password, self.password_edit),
            (self.code, self.code_entry.edit),
        )
        for field, edit in typed:
            edit.textChanged.connect(self.edited)
            edit.textEdited.connect(partial(_mended, field))

    def _tick(self) -> None:
        if self._zero is not None:
            zone = self._zero.zone
            self._time.set_text(clock_text(instant_at(self._zero.ms + self._since.elapsed(), zone)))
        if self._wait_ms and not self._code_left():
            self._wait_ms = 0
            self.code_entry.count_down(None)
            self.code.set_hint("")

    def _code_left(self) -> int:
        return max(0, -(-(self._wait_ms - self._since.elapsed()) // 1000))


def _mended(field: Field, _text: str) -> None:
    """What was said of a field is over once a person types in it."""
    field.set_error("")
