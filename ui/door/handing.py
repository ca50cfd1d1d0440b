"""What the three are handed after the founding, one at a time, and the first code of two of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.base.say import say
from ui.door.sheet import Sheet, Symbol, print_sheet, save_pdf
from ui.kit.announce import announce
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.fields import CodeEntry, Field
from ui.kit.layout import STRETCH, card, column, holder, row
from ui.kit.text import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.work.firstday import Handout

CODES = 3
"""Recovery codes on a line."""


class Shown(QWidget):
    """A sheet on the screen with its buttons."""

    def __init__(self, sheet: Sheet, warning: str, below: QWidget | None, onward: str) -> None:
        super().__init__()
        self.sheet = sheet
        self.banner = Banner("warn", "triangle-alert", warning)
        self.paper = button(say("ui.sheet.print"), "plain", "printer")
        self.pdf = button(say("ui.sheet.save"), "plain", "download")
        self.go = button(onward, "primary")
        self.paper.clicked.connect(lambda: print_sheet(self.sheet, self))
        self.pdf.clicked.connect(self._save)
        top = Qt.AlignmentFlag.AlignTop
        symbol = (Symbol(sheet.symbol, say("ui.sheet.symbol")), top) if sheet.symbol else None
        facts = holder(column(*(_fact(name, value) for name, value in sheet.rows), STRETCH, gap=12))
        self.setLayout(
            column(
                label(sheet.title, "h1", wrap=True), label(sheet.about, "body", "text2", wrap=True), self.banner,
                card(row(symbol, (facts, 1), gap=24), margins=20), below,
                row(self.paper, self.pdf, STRETCH, self.go), gap=12,
            )
        )  # fmt: skip

    def _save(self) -> None:
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        named, _kind = QFileDialog.getSaveFileName(
            self, say("ui.sheet.save"), f"{home}/{self.sheet.title}.pdf", "PDF (*.pdf)"
        )
        if named and not save_pdf(self.sheet, Path(named)):
            self.refuse(say("ui.sheet.not_saved"))

    def refuse(self, text: str) -> None:
        """Say what went wrong."""
        self.banner.set_kind("bad", "circle-alert")
        self.banner.set(text)
        announce(self, text, assertive=True)


def _fact(name: str, value: str) -> QWidget:
    words = (
        label(name, "caption", "text2", wrap=True),
        label(value, "dense", wrap=True, mono=True, select=True),
    )
    return holder(column(*words, gap=2))


class Handing(Shown):
    """One founder's sheet; emits `given` with the code that was typed, empty where none is asked."""

    given = Signal(str)

    def __init__(self, handout: Handout, share: str, who: str, *, asks: bool) -> None:
        self.asks = asks
        self.code = CodeEntry("000 000")
        field = Field(say("ui.sheet.code"), self.code, say("ui.sheet.code_hint")) if asks else None
        super().__init__(
            sheet_of(handout, share, who),
            say("ui.sheet.once", {"name": handout.name}),
            field,
            say("ui.found.next"),
        )
        self.go.clicked.connect(self._go)
        self.code.entered.connect(self._go)

    def busy(self, *, on: bool) -> None:
        """While the code is tried nothing can be typed."""
        for each in (self.code, self.go):
            each.setEnabled(not on)

    def refuse(self, text: str) -> None:
        """Say what went wrong, and ask for another code."""
        self.busy(on=False)
        super().refuse(text)
        self.code.clear()
        self.code.setFocus()

    def _go(self) -> None:
        if self.asks and not self.code.code():
            self.code.setFocus()
        else:
            self.given.emit(self.code.code())


class Trust(Shown):
    """The site's own sheet, at the end. Emits `done`."""

    done = Signal()

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet, say("ui.sheet.trust_once"), None, say("ui.sheet.finish"))
        self.go.clicked.connect(self.done)


def sheet_of(handout: Handout, share: str, who: str) -> Sheet:
    """A founder's sheet: seed, recovery codes, one share of the site's recovery key."""
    seed = " ".join(handout.seed[at : at + 4] for at in range(0, len(handout.seed), 4))
    rows = (
        (say("ui.found.user"), handout.username),
        (say("ui.sheet.seed"), seed),
        (say("ui.sheet.codes"), _in_lines(handout.codes)),
        (say("ui.sheet.share"), share),
    )
    title = say("ui.sheet.title", {"name": handout.name})
    return Sheet(title, say("ui.sheet.about", {"who": say(f"init.who.{who}")}), rows, handout.qr)


def _in_lines(codes: Sequence[str]) -> str:
    """A few on each line, so that none is broken at its hyphen."""
    return "\n".join("   ".join(codes[at : at + CODES]) for at in range(0, len(codes), CODES))


def trust_sheet(site: str, genesis: str, root: str, recovery: str, vault: str) -> Sheet:
    """The Site Trust Sheet: by it outsiders know the site, and a restore knows its vault."""
    rows = tuple(
        (say(f"ui.sheet.{name}"), value)
        for name, value in (("genesis", genesis), ("root", root), ("recovery", recovery), ("vault", vault))
    )
    return Sheet(say("ui.sheet.trust", {"site": site}), say("ui.sheet.trust_about"), rows)
