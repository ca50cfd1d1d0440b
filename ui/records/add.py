"""Begin a training record: what, on which version, when; then its trainee signs (R-REC-02, R-REC-04, R-REC-11).

- Nothing is recorded before the trainee's signature; what is typed until then is a draft of whoever types.
- Somebody else's record is begun at this screen by that person: all components are asked, no session is opened.
- A late one says so before anybody signs; its reason is asked where it is signed.
- After each signature the window says what comes next and who may do it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.moment import day_text, instant_at, utc_ms
from app.base.say import say
from app.domain.records import SignOff
from app.work.begin import Start
from app.work.proposal import Document
from ui.desk import Desk
from ui.kit.badge import Avatar
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.dialog import Dialog, affirm_by_key
from ui.kit.editors import Choice, TextArea
from ui.kit.fields import Field
from ui.kit.layout import STRETCH, column, holder, row
from ui.kit.text import label
from ui.records.next import sign_next
from ui.records.reading import Begun, Wanted, command_of, read_beginning
from ui.records.when import When
from ui.signing.halves import fill
from ui.signing.keeper import Keeper
from ui.signing.pending import Pending
from ui.signing.sign import cannot, sign
from ui.signing.words import refused_text, who_line

BEGUN = "record.begun"
"""On a window, the record that is about to be begun there."""


def add_record(
    desk: Desk, parent: QWidget, person_id: str, requirement_code: str = "", wanted: Wanted | None = None
) -> None:
    """Begin a record of a person (id or employee number), on a requirement if one is named; `wanted` fills the fields."""
    pending = Pending(parent, BEGUN)
    if pending.is_taken:
        return

    def build(begun: Begun) -> tuple[Dialog, Callable[[], object]]:
        dialog = AddDialog(desk, parent, begun)
        return dialog, partial(dialog.begin, wanted or Wanted(code=requirement_code))

    pending.ask(desk, partial(read_beginning, person=person_id), build, partial(cannot, desk, parent))


class AddDialog(Dialog):
    """The fields of a new record, filled by `begin`; the primary button goes on to the trainee's signature."""

    def __init__(self, desk: Desk, parent: QWidget, begun: Begun) -> None:
        super().__init__(parent, say("ui.record.add"), say("ui.record.add.sub"), "clipboard-list", width=600)
        self._desk, self._page, self._begun = desk, parent, begun
        start = begun.start
        self._starts = {one.code: one for one in start.starts}
        self.requirement_choice, self.version_choice = Choice(), Choice()
        self.requirement = Field(say("ui.record.requirement"), self.requirement_choice)
        self.version = Field(say("ui.record.version"), self.version_choice)
        self.when = When(start.now, start.late_h)
        self.comment_edit = TextArea(lines=2)
        self.comment = Field(say("ui.record.comment"), self.comment_edit, optional=say("ui.sign.optional"))
        self.notice = Banner("info", "info", "")
        self.go_button = button(say("ui.record.go"), "primary")
        self.cancel_button = button(say("ui.sign.cancel"))
        self._keeper = Keeper(desk, self, begun.name, self.kept)
        self._build()

    def _build(self) -> None:
        person = self._begun.start.person
        name = column(
            label(person.name, "strong", wrap=True),
            label(who_line(person), "caption", "text3", wrap=True),
            gap=1,
        )
        first = "ui.record.first.own" if self._begun.start.own else "ui.record.first"
        body = column(
            row(Avatar(person.name, 40), (holder(name), 1), gap=12), self.notice, self.requirement, self.version,
            self.when, self.comment, label(say(first, {"name": person.name}), "dense", "text2", wrap=True), STRETCH, gap=14,
        )  # fmt: skip
        self.notice.hide()
        fill(self, body)
        self.set_foot(say("ui.record.kept"), (self.cancel_button, self.go_button))

    def begin(self, wanted: Wanted) -> None:
        """Fill the fields with what is wanted, or with a draft that was kept; from here on what is typed is kept."""
        pairs = [("", say("ui.record.requirement.none"))]
        pairs += [(one.code, _start_words(one)) for one in self._starts.values()]
        self.requirement_choice.set_items(pairs, wanted.code)
        self.requirement_choice.setCurrentIndex(max(0, self.requirement_choice.currentIndex()))
        kept = self._begun.kept
        fields = {} if kept is None or wanted.done or wanted.doc else dict(kept.fields)
        if fields and (not wanted.code or fields.get("requirement", "") in (wanted.code, "")):
            self.requirement_choice.set_value(fields.get("requirement", "") or wanted.code)
            self.when.recall(fields)
            self.comment_edit.setPlainText(fields.get("comment", ""))
        else:
            self.when.show_instant(wanted.done)
            self.comment_edit.setPlainText(wanted.comment)
        self._choose(self.requirement_choice.value() or wanted.code)
        self.version_choice.set_value(fields.get("doc", "") or wanted.doc or self.version_choice.value())
        self.version_choice.setCurrentIndex(max(0, self.version_choice.currentIndex()))
        self._connect()

    def _connect(self) -> None:
        self.requirement_choice.chosen.connect(self._choose)
        self.requirement_choice.chosen.connect(self._keeper.touch)
        self.version_choice.chosen.connect(self._keeper.touch)
        self.when.edited.connect(self._keeper.touch)
        self.comment_edit.textChanged.connect(self._keeper.touch)
        self.cancel_button.clicked.connect(self.reject)
        self.go_button.clicked.connect(self._go)
        affirm_by_key(self, self.go_button.click)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the requirement, or at the button where one was named."""
        super().showEvent(event)
        (self.go_button if self.requirement_choice.value() else self.requirement_choice).setFocus()

    def kept(self) -> dict[str, str]:
        """What a draft keeps of it."""
        fields = {"requirement": self.requirement_choice.value(), "doc": self.version_choice.value()}
        return {**fields, **self.when.kept(), "comment": self.comment_edit.text()}

    def _choose(self, code: str) -> None:
        """Show the versions of the requirement that was chosen, or that a record of it is open."""
        start = self._starts.get(code)
        versions = () if start is None else start.versions
        self.version_choice.set_items([(one.id, self._version_words(one)) for one in versions])
        self.version_choice.setCurrentIndex(0 if versions else -1)
        self.version.setVisible(bool(versions))
        self.requirement.set_error("")
        self.notice.hide()
        self.go_button.setEnabled(True)
        if start is not None and start.open:
            on = button(say("ui.record.continue"), size="s")
            on.clicked.connect(partial(self._continue, start.open))
            self._stop(say("ui.record.open"), say("ui.record.open.text"), on)
        elif start is not None and start.why_not is not None:
            self._stop(say("ui.record.not_yet", {"code": code}), refused_text(start.why_not))
        elif start is None and code:
            self._stop(say("ui.record.elsewhere", {"code": code}), say("ui.record.elsewhere.text"))

    def _stop(self, title: str, text: str, *actions: QWidget) -> None:
        """Say why it can't go on with what is chosen."""
        self.notice.set(title, text)
        self.notice.set_actions(list(actions))
        self.notice.show()
        self.go_button.setEnabled(False)

    def _version_words(self, document: Document) -> str:
        now = self._begun.start.now
        about = {"number": document.number, "ver": document.ver, "title": document.title}
        if document.effective <= now.utc:
            return say("ui.record.version.now", about)
        day = day_text(instant_at(utc_ms(document.effective), now.zone).day)
        return say("ui.record.version.ahead", {**about, "day": day})

    def _continue(self, record: str) -> None:
        self.accept()
        sign_next(self._desk, self._page, record)

    def _go(self) -> None:
        """On to the trainee's signature, if everything is there."""
        start = self._starts.get(self.requirement_choice.value())
        if start is None:
            self.requirement.set_error(say("ui.record.requirement.missing"))
            self.requirement_choice.setFocus()
            return
        if self.when.wrong():
            self.when.time_edit.setFocus()
            return
        wanted = Wanted(
            code=start.code, doc=self._doc(start), done=self.when.instant(), comment=self.comment_edit.text()
        )
        self._keeper.flush()
        work = partial(command_of, start=start, pid=self._begun.start.person.pid, wanted=wanted)
        self._desk.ask(self, work, self._sign)

    def _doc(self, start: Start) -> str:
        """The version that was chosen; empty for the one in force, which the rules find for themselves."""
        chosen = self.version_choice.value()
        return (
            "" if self.when.instant() is None and start.versions and chosen == start.versions[0].id else chosen
        )

    def _sign(self, command: SignOff) -> None:
        sign(
            self._desk,
            self,
            command,
            second=not self._begun.start.own,
            then=partial(self._signed, str(command.id)),
        )

    def _signed(self, record: str) -> None:
        self._keeper.drop()
        self.accept()
        sign_next(self._desk, self._page, record)

    def typed(self) -> bool:
        """Nothing is lost: what was typed is a draft."""
        return False

    def reject(self) -> None:
        """Close; what was typed since the last draft is kept first."""
        self._keeper.flush()
        super().reject()


def _start_words(start: Start) -> str:
    about = {"code": start.code, "subject": start.subject, "word": say(f"ui.verdict.{start.word}")}
    return say("ui.record.start" if start.why_not is None else "ui.record.start.not_yet", about)
