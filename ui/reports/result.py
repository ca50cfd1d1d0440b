"""A report that was made: what it is, what the check of it found, and the three ways out: print, save, check again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.moment import clock_text
from app.base.say import say
from app.work.handout import Made, Proof
from ui.documents.words import fingerprint, size_text
from ui.kit.badge import Pill
from ui.kit.banner import Banner
from ui.kit.blocks import Fact, Facts
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, column, hline, row
from ui.kit.progress import Progress
from ui.kit.text import label


class Result(QWidget):
    """What is shown beside the pages."""

    def __init__(self, made: Made, who: str) -> None:
        super().__init__()
        drawn = made.drawn
        sound = made.proof.sound
        self.pill = Pill("ok")
        self._show_seal(sound=sound)
        facts = Facts([
            Fact(name=say("ui.reports.fact.number"), value=drawn.number, mono=True),
            Fact(name=say("ui.reports.fact.person"), value=who),
            Fact(name=say("ui.reports.fact.at"), value=clock_text(drawn.at)),
            Fact(name=say("ui.reports.fact.issued"), value=clock_text(drawn.issued)),
            Fact(name=say("ui.reports.fact.covers"), value=covers(made)),
            Fact(name=say("ui.reports.fact.file"), value=say("ui.reports.fact.pdf"), sub=size_text(len(drawn.pdf))),
            Fact(name=say("ui.reports.fact.evidence"), value=fingerprint(drawn.evidence), mono=True),
        ])  # fmt: skip
        self.banner = Banner("ok", "shield-check", "")
        self.banner.hide()
        grey = label(say("ui.reports.grey"), "caption", "text3", wrap=True)
        self.setLayout(column(row(self.pill, STRETCH), self.banner, facts, hline(), grey, STRETCH, gap=14))
        if not sound:
            self.show_proof(made.proof, "")

    def show_proof(self, proof: Proof, place: str) -> None:
        """Say what a check of the file found; `place` is where the file lies."""
        self._show_seal(sound=proof.sound)
        if proof.sound:
            self.banner.set_kind("ok", "shield-check")
            self.banner.set(say("ui.reports.checked"), say("ui.reports.checked.why", {"place": place}))
        else:
            self.banner.set_kind("bad", "shield-x")
            told = "\n".join(f"{words} ({code})" for code, words in proof.findings)
            self.banner.set(say("ui.reports.unsound.title"), told)
        self.banner.show()

    def _show_seal(self, *, sound: bool) -> None:
        words = say("ui.reports.sound" if sound else "ui.reports.unsound")
        self.pill.show_status("ok" if sound else "over", words)

    def show_refused(self, title: str, text: str) -> None:
        """Say why something was not done."""
        self.banner.set_kind("bad", "circle-alert")
        self.banner.set(title, text)
        self.banner.show()


class Foot(QWidget):
    """The buttons below a report, and how far printing is."""

    printing, saving, checking = Signal(), Signal(), Signal()

    def __init__(self) -> None:
        super().__init__()
        self.print = button(say("ui.reports.print"), "primary", "printer", size="l")
        self.save = button(say("ui.reports.save"), icon="download")
        self.check = button(say("ui.reports.check"), icon="shield-check")
        self.progress = Progress(say("ui.reports.printing"))
        self.progress.hide()
        _wide(self.print, self.save, self.check)
        self.setLayout(column(self.progress, self.print, row(self.save, self.check), gap=8))
        self.print.clicked.connect(self.printing)
        self.save.clicked.connect(self.saving)
        self.check.clicked.connect(self.checking)


def covers(made: Made) -> str:
    """How many records and signatures are in it."""
    about = {"records": f"{made.drawn.records:,}", "signatures": f"{made.drawn.signatures:,}"}
    return say("ui.reports.covers", about)


def _wide(*buttons: QWidget) -> None:
    each: Sequence[QWidget] = buttons
    for one in each:
        one.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
