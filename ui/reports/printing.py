"""A sealed PDF on a printer: the same pages that were previewed, drawn by the same kind of process, at the printer's dots.

- Page by page, so that the window lives on and the person can stop it; nothing is written to a disk of ours.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from ui.documents.maker import Made, PageMaker, Wish

MOST_DOTS = 300
SIZES = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}


def prepared(paper: str, name: str) -> QPrinter:
    """A printer for pages of `paper` that fill the sheet; `name` stands in its queue."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(SIZES[paper]))
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setFullPage(True)
    printer.setDocName(name)
    return printer


class Printing(QObject):
    """One PDF on its way to a printer. `progressed` tells (done, of); then `ended` with the pages, or `failed`."""

    progressed = Signal(int, int)
    ended = Signal(int)
    failed = Signal()

    def __init__(self, parent: QObject, printer: QPrinter, pdf: bytes) -> None:
        super().__init__(parent)
        self._printer, self._pdf = printer, pdf
        self._maker = PageMaker(self)
        self._painter = QPainter()
        self._at, self._last = 0, 0
        self._maker.counted.connect(self._begin)
        self._maker.made.connect(self._draw)
        self._maker.refused.connect(self._fail)

    def start(self) -> None:
        """Begin."""
        self._maker.open(self._pdf)

    def stop(self) -> None:
        """Stop before the next page; what the printer has, it has."""
        self._maker.close()
        if self._painter.isActive():
            self._painter.end()

    def _begin(self, pages: int) -> None:
        first, last = self._printer.fromPage(), self._printer.toPage()
        self._first = max(first - 1, 0)
        self._at, self._last = self._first, min(last or pages, pages) - 1
        if not self._painter.begin(self._printer):
            self._fail()
            return
        self._ask()

    def _ask(self) -> None:
        dots = min(self._printer.resolution(), MOST_DOTS)
        self._maker.ask(Wish(page=self._at, scale=dots / 72))

    def _draw(self, made: Made) -> None:
        if self._at > self._first:
            self._printer.newPage()
        unit = self._printer.resolution() / 72
        self._painter.drawImage(QRectF(0, 0, made.wide * unit, made.high * unit), made.image)
        self._at += 1
        self.progressed.emit(self._at - self._first, self._last + 1 - self._first)
        if self._at <= self._last:
            self._ask()
            return
        self.stop()
        self.ended.emit(self._at - self._first)

    def _fail(self, *_why: object) -> None:
        self.stop()
        self.failed.emit()
