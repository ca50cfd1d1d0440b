"""The sign dialog (ux §5, §8, §10; decision 32; R-SIG-01..09).

- Nothing signs but the violet button or Ctrl+Enter, and neither before there is a password; Enter in a field never does.
- One click, one signature: while the core works, the dialog is alive, says so, and takes no second one.
- Whatever was refused or failed: "Nothing was signed", in words, with every input kept but the password.
- What changed meanwhile is shown anew, and takes the password anew.
- Esc asks only where typed words would be lost; what is kept as a draft is not lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Refused
from app.work.proposal import Proposal, propose
from app.work.signing import Chosen, SignedNow, sign_now
from ui.desk import Desk, Notice
from ui.kit.buttons import button
from ui.kit.dialog import Dialog, affirm_by_key
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, column, holder, row
from ui.kit.palette import px
from ui.kit.text import label
from ui.lane import Ticket
from ui.signing.cant import CantDialog
from ui.signing.exact import ExactDialog
from ui.signing.form import Form
from ui.signing.halves import BAR, Halves, InView, Tall, put_in
from ui.signing.keeper import Keeper
from ui.signing.outcome import Outcome
from ui.signing.reading import Opening, meant
from ui.signing.what import What
from ui.signing.words import button_text, done_text, fault_text, head_text, refused_text

WIDTH = 920
WATCH_MS = 500
ANEW = frozenset({"record.changed_meanwhile", "signing.asks_all"})
"""Refusals after which the dialog shows what there is now."""
PROOF = frozenset({"signing.wrong", "signing.wrong_password", "signing.locked", "signing.other_person"})
REASONS = frozenset({"why.missing", "why.text_missing", "why.too_long"})


class Parts:
    """What the dialog is made of, made before it while the core reads: all at once would hold the screen too long."""

    def __init__(self, *, beside: bool) -> None:
        self.what, self.form, self.outcome = What(), Form(beside=beside), Outcome()
        right = holder(column(self.form, self.outcome, STRETCH, gap=12))
        self.body = Tall(holder(row(Halves(self.what, right), margins=(0, 0, BAR, 0))))


class SignDialog(Dialog):
    """Signs what `opening` proposes, which `show_proposal` shows; `then` is called once it was signed; `parts` are fresh."""

    def __init__(
        self, desk: Desk, parent: QWidget, opening: Opening, then: Callable[[], None], parts: Parts
    ) -> None:
        meaning = opening.meaning
        super().__init__(parent, button_text(meaning), icon="signature", tone="sign", width=WIDTH)
        self._desk, self._opening, self._then = desk, opening, then
        self._shown, self._meaning, self._busy = opening.shown, meaning, False
        self._turn = self._settled = 0
        self._parts, self._view = parts, InView(parts.body)
        self.what, self.form, self.notice = parts.what, parts.form, parts.outcome
        self.sign_button = button(button_text(meaning), "sign", "signature", "l")
        self.cancel_button = button(say("ui.sign.cancel"), size="l")
        self.cant_button = button(say("ui.sign.cant"), "ghost", size="l")
        self._keeper = Keeper(desk, self, opening.name, self.form.kept)
        self._ticket: Ticket | None = None
        # What is asked of a site that was locked meanwhile is dropped, and nobody is told.
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self._dropped)
        desk.ended.connect(self._dropped)
        self._build()

    # ---- what is shown

    def _build(self) -> None:
        form, opening = self.form, self._opening
        put_in(self, self._parts.body)
        self.notice.told.connect(partial(self._view.bring, self.notice))
        form.edited.connect(lambda: self._view.bring(self.focusWidget()))
        legal = label(say("ui.sign.legal"), "dense", "text2", wrap=True)
        buttons = (self.cant_button, self.cancel_button, self.sign_button)
        self.set_foot(holder(row(Icon("scale", 18, "text3"), (legal, 1), gap=10)), buttons)
        form.show_signers(opening.signers, "" if self._shown is None else self._shown.signer.uid)
        form.show_meaning(opening.meaning, opening.options)
        for one, other in pairwise([self.what.open, *form.tab_order(), *buttons, self.cross]):
            QWidget.setTabOrder(one, other)
        self.what.opening.connect(self._aside)
        form.meaning_chosen.connect(self._choose_meaning)
        form.signer_chosen.connect(self._propose)
        form.edited.connect(self._edited)
        self.sign_button.clicked.connect(self._sign)
        self.cancel_button.clicked.connect(self.reject)
        self.cant_button.clicked.connect(self._aside)
        affirm_by_key(self, self._sign)

    def show_proposal(self) -> None:
        """Show the proposal as it is now, and what was typed before, if there is a draft."""
        shown, decided = self._shown, bool(self._meaning)
        if shown is not None:
            self.set_head(button_text(self._meaning), head_text(shown, self._meaning))
            self.what.show_what(shown, decided=decided, beside=self._opening.beside)
            self.form.show_proposal(shown, decided=decided)
            last = self._desk.remembers.get(f"sign.reason.{self._meaning}")
            self.form.recall(shown, self._opening.kept, str(last or ""))
        self.what.setEnabled(shown is not None)
        self.sign_button.set_text(button_text(self._meaning))
        self._edited()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where something is to be typed or chosen."""
        super().showEvent(event)
        window = self.parentWidget()
        self.setMinimumWidth(min(px(WIDTH), (window.width() if window else px(WIDTH)) - px(32)))
        self.form.first_field().setFocus()
        self._view.bring(self.form.first_field())

    # ---- choosing

    def _choose_meaning(self, meaning: str) -> None:
        self._meaning = meaning
        if self._shown is not None:
            self._propose(self._shown.signer.uid)

    def _propose(self, uid: str) -> None:
        """Ask the core what this person would sign with this meaning; until it answers, nothing can be signed."""
        opening, command = self._opening, meant(self._opening.command, self._meaning)
        self._turn += 1
        self._edited()
        if uid:
            work = partial(propose, command=command, uid=uid, beside=opening.beside, source=opening.source)
            self._desk.ask(self, work, partial(self._proposed, self._turn), self._failed)

    def _proposed(self, turn: int, answer: Proposal | Refused) -> None:
        if turn != self._turn:
            return
        if isinstance(answer, Refused):
            self.notice.tell(self, say("ui.sign.nothing"), refused_text(answer))
            return
        self._settled, self._shown = turn, answer
        self.show_proposal()

    # ---- signing

    def _sign(self) -> None:
        """Sign, once, if everything is there."""
        form, shown = self.form, self._shown
        if self._point_at_missing() or shown is None or self._turn != self._settled:
            return
        given, chosen = form.given(), _chosen(form)
        form.wipe_password()
        self._set_busy(busy=True)
        work = partial(sign_now, shown=shown, chosen=chosen, given=given, beside=self._opening.beside)
        self._ticket = self._desk.ask(self, work, self._answered, self._failed)
        self._watch.start()

    def _point_at_missing(self) -> bool:
        """Show what is still missing, if the dialog is one that could be signed."""
        if self._busy or self.notice.final:
            return True
        lacking = self.form.lacking(needs_reason=self._shown is not None and self._shown.needs_reason)
        if lacking is None:
            return False
        field, words = lacking
        field.set_error(words)
        self.notice.tell(self, say("ui.sign.nothing"), words)
        field.editor.setFocus()
        return True

    def _answered(self, answer: SignedNow | Refused) -> None:
        self._watch.stop()
        self._set_busy(busy=False)
        if _is_over(self._desk, self):
            return
        if isinstance(answer, Refused):
            self._refuse(answer)
            return
        desk = self._desk
        if not self._opening.beside:
            desk.remembers.set(f"sign.reason.{answer.meaning}", self.form.reason_choice.value())
            self._keeper.drop()
        self.form.wipe()
        self.accept()
        desk.say_done(done_text(answer))
        desk.changed.told(answer.nouns)
        if answer.warning:
            # Signed all the same: said beside it, so that nobody does it twice.
            fault = Fault(answer.warning)
            desk.notify(Notice(kind="warn", title=fault.plain(), text=fault.what_to_do()))
        self._then()

    def _dropped(self, _reason: str = "") -> None:
        """The period ended: what was asked is answered by nobody, and what is shown here is not for the next person."""
        if self._busy and self._ticket is not None and self._ticket.cancelled:
            self._set_busy(busy=False)
            self._refuse(Refused("session.none"))
        if not self._busy and self._desk.office is None:
            self.form.wipe()
            self.done(self.DialogCode.Rejected)

    def _refuse(self, refused: Refused) -> None:
        """Tell why nothing was signed, and go on from there."""
        form, text = self.form, refused_text(refused)
        final = refused.code not in ANEW | PROOF | REASONS
        self.notice.tell(self, say("ui.sign.nothing"), text, final=final)
        if refused.code in REASONS:
            field = form.reason if refused.code == "why.missing" else form.words
            field.set_error(text)
            field.editor.setFocus()
            return
        if refused.code in ("signing.wrong", "signing.wrong_password"):
            full = refused.code == "signing.wrong"
            form.password.set_error(say("ui.sign.wrong_one" if full else "ui.sign.wrong_password"))
        if refused.code in ANEW:
            self._propose("" if self._shown is None else self._shown.signer.uid)
        self._edited()
        form.password_edit.setFocus()

    def _failed(self, error: Exception) -> None:
        """The world failed, or the program did: the first signed nothing, of the second nobody knows here."""
        signing = self._busy
        self._watch.stop()
        self._set_busy(busy=False)
        if _is_over(self._desk, self):
            return
        if isinstance(error, Fault):
            self.notice.tell(self, say("ui.sign.nothing"), fault_text(error))
        elif signing:
            self.notice.tell(self, say("ui.sign.unknown"), say("ui.sign.unknown.text"), final=True)
        else:
            self.notice.tell(self, say("ui.sign.cannot"), say("ui.sign.broken"), final=True)
        self._edited()
        self.form.password_edit.setFocus()

    # ---- while it is open

    def _edited(self) -> None:
        """After any typing: whether the button may be pressed, and a draft of the words soon."""
        form = self.form
        ready = self._shown is not None and self._turn == self._settled and bool(form.password_edit.text())
        self.sign_button.setEnabled(ready and not self._busy and not self.notice.final)
        if not self._opening.beside and form.words_edit.text().strip():
            self._keeper.touch()

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        for each in (*self.form.fields, self.what):
            each.setEnabled(not busy)
        self.cancel_button.setEnabled(not busy)
        self.cant_button.setEnabled(not busy)
        self.cross.setEnabled(not busy)
        self.sign_button.set_text(say("ui.sign.busy") if busy else button_text(self._meaning))
        if busy:
            self.form.clear_errors()
            self.notice.wait(self, say("ui.sign.busy"), say("ui.sign.busy.text"))
        else:
            self.notice.hide()
        self._edited()

    def typed(self) -> bool:
        """Whether words would be lost: only a second person's, of which no draft is kept."""
        return self._opening.beside and bool(self.form.words_edit.text().strip())

    def reject(self) -> None:
        """Close; never while the signature is being made. What was typed as reason is kept first."""
        if self._busy:
            return
        if not self._opening.beside:
            self._keeper.flush()
        self.form.wipe()
        super().reject()

    def _aside(self) -> None:
        """Open exactly what is signed, or say that it can't be signed."""
        shown = self._shown
        if self.sender() is self.cant_button:
            CantDialog(self._desk, self, shown, self.reject).open()
        elif shown is not None:
            ExactDialog(self, shown).open()


def _chosen(form: Form) -> Chosen:
    """The reason, and the own words where they are asked for: words that are out of sight are signed by nobody."""
    words = form.words_edit.text() if form.words.isVisibleTo(form) else ""
    return Chosen(why=form.reason_choice.value(), words=words)


def _is_over(desk: Desk, dialog: SignDialog) -> bool:
    """Whether the period ended meanwhile: what was signed stands, and nothing is told to whoever comes after."""
    if desk.office is not None:
        return False
    dialog.form.wipe()
    dialog.done(dialog.DialogCode.Rejected)
    return True
