"""The left half of the sign dialog: what is signed, whom it concerns, and the full statement (ux §5).

- Title, number, version, since when it holds, person, when it took place, what it contains, signatures made before,
  fingerprint in groups of eight, the whole statement; nothing is shortened, everything can be selected.
- Until a verdict is chosen there is no statement and no fingerprint: nothing stands there that nobody judged.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from app.base.moment import clock_text
from app.base.say import say
from app.work.proposal import Proposal
from ui.kit.buttons import button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, clear, column, frame, hline, holder, row, sized
from ui.kit.text import label
from ui.signing.words import (
    earlier_line,
    file_text,
    fingerprint_lines,
    title_of,
    version_text,
    who_line,
)

NAMES = 96
"""Width of the facts' names, at 100 %."""


class What(QFrame):
    """What is signed; `opening` asks for exactly that in full."""

    opening = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("k", "inset")
        self._title = label("", "h3", wrap=True)
        self._version = label("", "dense", "text2", wrap=True)
        self._facts = column(gap=10)
        self.open = button(say("ui.sign.open"), "link", "file-text")
        self.open.clicked.connect(self.opening)
        self._caption = label("", "caption", "text3", weight=600)
        self._statement = label("", "body", wrap=True, select=True)
        self.setLayout(
            column(
                label(say("ui.sign.what"), "caption", "text3", weight=600),
                row(
                    (Icon("clipboard-check", 22, "text2"), Qt.AlignmentFlag.AlignTop),
                    (holder(column(self._title, self._version, gap=2)), 1),
                    gap=10,
                ),
                hline(),
                self._facts,
                row(self.open, STRETCH),
                hline(),
                column(self._caption, self._statement, gap=6),
                STRETCH,
                gap=12,
                margins=(20, 18, 20, 18),
            )
        )

    def show_what(self, shown: Proposal, *, decided: bool, beside: bool) -> None:
        """Show a proposal; `decided` tells whether its meaning is what the signer chose."""
        self._title.set_text(title_of(shown))
        version = version_text(shown)
        self._version.set_text(version)
        self._version.setVisible(bool(version))
        clear(self._facts)
        for fact in _facts(shown, decided=decided):
            self._facts.addWidget(fact)
        self.open.setVisible(decided)
        caption = (
            say("ui.sign.statement.of", {"name": shown.signer.name}) if beside else say("ui.sign.statement")
        )
        self._caption.set_text(caption)
        self._statement.set_text(
            f"“{shown.shown.meaning.text}”" if decided else say("ui.sign.statement.choose")
        )
        self._statement.set_colour("text" if decided else "text3")


def _facts(shown: Proposal, *, decided: bool) -> list[QWidget]:
    facts = []
    if shown.about is not None:
        facts.append(_fact("for", [shown.about.name], [who_line(shown.about)]))
    if shown.done is not None and shown.late:
        facts.append(_fact("done", [clock_text(shown.done, seconds=False)], [_late(shown)]))
    elif shown.done is not None:
        facts.append(_fact("done", [clock_text(shown.done, seconds=False)], []))
    if shown.about is not None:
        strong = [] if shown.document is None else [file_text(shown.document)]
        lines = [say("ui.sign.earlier", {"count": len(shown.earlier)}), *map(earlier_line, shown.earlier)]
        facts.append(_fact("contains", strong or lines[:1], lines if strong else lines[1:]))
    if decided:
        facts.append(_fingerprint(shown.fingerprint))
    return facts


def _late(shown: Proposal) -> str:
    return say("ui.sign.late", {"when": clock_text(shown.done or shown.now, seconds=False)})


def _fact(name: str, strong: list[str], soft: list[str]) -> QWidget:
    lines = [label(text, "dense", wrap=True, select=True, weight=500) for text in strong]
    lines += [label(text, "caption", "text2", wrap=True, select=True) for text in soft if text]
    return _named(name, holder(column(*lines, gap=1)))


def _fingerprint(fingerprint: str) -> QWidget:
    shown = label(fingerprint_lines(fingerprint), "mono", "text2", mono=True, select=True, wrap=True)
    return _named(
        "fingerprint",
        holder(column(shown, label(say("ui.sign.fingerprint.kind"), "caption", "text3", wrap=True), gap=3)),
    )


def _named(name: str, value: QWidget) -> QWidget:
    key = sized(label(say(f"ui.sign.{name}"), "dense", "text3"), width=NAMES)
    return frame("plain", row((key, Qt.AlignmentFlag.AlignTop), (value, 1), gap=8))
