"""Open exactly what is signed: in words, and letter by letter as the fingerprint is made of it (R-SIG-07).

- The text shown is the one that is hashed; whoever copies it can make the fingerprint again.
- What the moment of signing adds (time, place in history) is said, for it is signed too.
"""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from app.base.say import say
from app.work.proposal import Proposal
from ui.kit.blocks import Fact, Facts
from ui.kit.buttons import button
from ui.kit.dialog import Dialog
from ui.kit.editors import TextArea
from ui.kit.layout import column
from ui.kit.text import label, plain
from ui.signing.halves import fill
from ui.signing.words import file_text, fingerprint_lines, title_of


class ExactDialog(Dialog):
    """Shows a proposal's content."""

    def __init__(self, parent: QWidget, shown: Proposal) -> None:
        super().__init__(parent, say("ui.sign.exact.title"), say("ui.sign.exact.sub"), "fingerprint", width=760)
        self._content = shown.content
        self.text = TextArea(plain(shown.content), lines=8, mono=True)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(say("ui.sign.exact.text"))
        said = label(f"“{shown.shown.meaning.text}”", wrap=True, select=True)
        caption = label(say("ui.sign.exact.text"), "caption", "text3", weight=600)
        fill(self, column(said, Facts(_facts(shown), 168), caption, self.text, gap=14))
        copy, close = button(say("ui.sign.exact.copy"), icon="copy"), button(say("ui.sign.close"), "primary")
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.accept)
        self.set_foot(say("ui.sign.exact.note"), (copy, close))

    def typed(self) -> bool:
        """Nothing is typed here."""
        return False

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._content)


def _facts(shown: Proposal) -> list[Fact]:
    meaning, document = shown.shown.meaning, shown.document
    facts = [
        Fact(name=say("ui.sign.exact.meaning"), value=say(f"meaning.{meaning.code}"), sub=meaning.code),
        Fact(name=say("ui.sign.exact.template"), value=f"{meaning.tpl} · {meaning.lang}"),
        Fact(name=say("ui.sign.exact.role"), value=say(f"role.{shown.shown.role}")),
    ]
    if document is not None:
        title = f"{document.number} · {document.ver} · {title_of(shown)}"
        facts.append(Fact(name=say("ui.sign.exact.document"), value=title, sub=file_text(document)))
        if document.sha256:
            lines = fingerprint_lines(document.sha256)
            facts.append(Fact(name=say("ui.sign.exact.hash"), value=lines, mono=True))
    before = shown.shown.row or say("ui.sign.exact.new")
    facts.append(Fact(name=say("ui.sign.exact.before"), value=before, mono=shown.shown.row is not None))
    lines = fingerprint_lines(shown.fingerprint)
    return [*facts, Fact(name=say("ui.sign.fingerprint"), value=lines, mono=True)]
