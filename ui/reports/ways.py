"""The ways of a report out of the window: printed, saved, checked; each says what came of it beside the pages.

- What leaves are the very bytes that are previewed; what was saved is read back and checked where it lies.
- A report that was let go of meanwhile is told nothing.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from app.base.faults import CannotDecide, Fault
from app.base.say import say
from app.base.words import Refused
from app.work.handout import Kept, Made, Proof, keep, prove
from ui.desk import Desk
from ui.reports.printing import Printing, prepared
from ui.reports.result import Foot, Result


class Ways(QObject):
    """What can be done with a report. `kept` tells what the page says of it once it lies somewhere."""

    kept = Signal(str)

    def __init__(self, page: QWidget, desk: Desk) -> None:
        super().__init__(page)
        self._page, self._desk = page, desk
        self._made: Made | None = None
        self._paper = "A4"
        self._printing: Printing | None = None

    def take(self, made: Made, paper: str, result: Result, foot: Foot) -> None:
        """Do it with another report from now on."""
        self._made, self._paper, self._result, self._foot = made, paper, result, foot
        foot.printing.connect(self.print)
        foot.saving.connect(self.save)
        foot.checking.connect(self.check)
        foot.progress.cancelled.connect(partial(self._printed, 0))

    def drop(self) -> None:
        """No report any more; what was being printed is stopped."""
        self._made = None
        self._printed(0)

    def is_printing(self) -> bool:
        """Whether a printer gets pages."""
        return self._printing is not None

    def print(self) -> None:
        """Ask for a printer, and print."""
        if self._made is None or self._printing is not None:
            return
        printer = prepared(self._paper, self._made.drawn.number)
        if QPrintDialog(printer, self._page).exec():
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print on a printer that was chosen."""
        assert self._made is not None
        self._printing = printing = Printing(self, printer, self._made.drawn.pdf)
        self._foot.progress.show()
        printing.progressed.connect(self._foot.progress.show_done)
        printing.ended.connect(self._printed)
        printing.failed.connect(partial(self._printed, -1))
        printing.start()

    def save(self) -> None:
        """Ask where, and keep it there."""
        if self._made is None:
            return
        name = str(_folder() / f"{self._made.drawn.number}.pdf")
        title, kinds = say("ui.reports.save"), say("ui.reports.pdf_files")
        chosen, _kind = QFileDialog.getSaveFileName(self._page, title, name, kinds)
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, out: Path) -> None:
        """Keep it there, and say what the check of that file found."""
        if self._made is not None:
            verb = partial(keep, pdf=self._made.drawn.pdf, out=out)
            self._desk.ask(self, verb, partial(self._kept, self._made), self._failed)

    def check(self) -> None:
        """Check the very bytes that are shown."""
        if self._made is not None:
            verb = partial(prove, pdf=self._made.drawn.pdf)
            self._desk.ask(self, verb, partial(self._checked, self._made), self._failed)

    def _printed(self, pages: int) -> None:
        printing, self._printing = self._printing, None
        if printing is None:
            return
        printing.stop()
        printing.deleteLater()
        if self._made is not None:
            self._foot.progress.hide()
        code = "printed" if pages > 0 else "print_stopped" if pages == 0 else "print_failed"
        self._desk.say_done(say(f"ui.reports.{code}", {"n": pages}))

    def _kept(self, made: Made, kept: Kept | Refused) -> None:
        if self._made is not made:
            return
        if isinstance(kept, Refused):
            self._result.show_refused(say("ui.reports.unkept"), say(f"refused.{kept.code}", kept.about))
            return
        path = str(kept.path)
        self._result.show_proof(kept.proof, path)
        about = {"number": made.drawn.number, "paper": self._paper, "path": path}
        self.kept.emit(say("ui.reports.of.kept", about))
        self._desk.say_done(say("ui.reports.kept", {"path": path}))

    def _checked(self, made: Made, proof: Proof) -> None:
        if self._made is made:
            self._result.show_proof(proof, say("ui.reports.here"))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Fault | CannotDecide) and self._made is not None:
            self._result.show_refused(error.plain(), error.what_to_do())
        else:
            self._desk.failed.emit(error)


def _folder() -> Path:
    """Where a report is offered to lie: the person's documents, or their own folder where there are none."""
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return documents if documents.is_dir() else Path.home()
