"""What a founder is handed, shown once: on the screen, on paper, or in a PDF.

- The code that a telephone scans is painted in black on white, whatever the theme.
- A sheet on paper is set in Noto Sans, whose digits can be read out of a PDF again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSaveFile, QSize, Qt
from PySide6.QtGui import QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPaintEvent, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.base.words import Value
from ui.kit.palette import px, themed

MM = 96 / 25.4
"""Units of a millimetre on paper: it is painted at 96 a inch."""


class Sheet(Value, frozen=True):
    """One page: its title, a line below it, rows of (name, value), and a symbol to scan if there is one."""

    title: str
    about: str
    rows: tuple[tuple[str, str], ...]
    symbol: tuple[tuple[int, ...], ...] = ()

    def __repr__(self) -> str:
        return f"Sheet({self.title})"


class Symbol(QWidget):
    """A QR symbol on white."""

    def __init__(self, modules: Sequence[Sequence[int]], name: str) -> None:
        super().__init__()
        self._modules = modules
        self.setAccessibleName(name)
        themed.changed.connect(self._fit)
        self._fit()

    def sizeHint(self) -> QSize:
        """Large enough for a telephone at arm's length."""
        return QSize(px(200), px(200))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the modules without gaps."""
        with QPainter(self) as painter:
            paint_symbol(painter, self._modules, QRectF(self.rect()))

    def _fit(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


def paint_symbol(painter: QPainter, modules: Sequence[Sequence[int]], area: QRectF) -> None:
    """The modules in `area`, quiet zone included."""
    painter.fillRect(area, Qt.GlobalColor.white)
    side = area.width() / max(1, len(modules))
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                left, top = area.left() + x * side, area.top() + y * side
                painter.fillRect(QRectF(left, top, side + 0.4, side + 0.4), Qt.GlobalColor.black)


def save_pdf(sheet: Sheet, path: Path) -> bool:
    """Write the sheet as PDF; whether it could be written."""
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        return False
    writer = QPdfWriter(file)
    writer.setTitle(sheet.title)
    return paint_sheet(sheet, writer) and file.commit()


def print_sheet(sheet: Sheet, parent: QWidget) -> bool:
    """Ask for a printer and print the sheet; whether it was printed."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(say("ui.sheet.print"))
    return bool(dialog.exec()) and paint_sheet(sheet, printer)


def paint_sheet(sheet: Sheet, device: QPagedPaintDevice) -> bool:
    """Paint the sheet on one page of a device; whether that could begin."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageMargins(QMarginsF(18, 18, 18, 18), QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(device):
        return False
    try:
        _paint(painter, sheet, device)
    finally:
        ended = painter.end()
    return ended


def _paint(painter: QPainter, sheet: Sheet, device: QPagedPaintDevice) -> None:
    scale = device.logicalDpiX() / 96
    painter.scale(scale, scale)
    width = device.width() / scale
    top = _text(painter, sheet.title, 17, 0, width, bold=True)
    top = _text(painter, sheet.about, 9, top + 2 * MM, width) + 5 * MM
    if sheet.symbol:
        paint_symbol(painter, sheet.symbol, QRectF(0, top, 45 * MM, 45 * MM))
        top += 50 * MM
    for name, value in sheet.rows:
        top = _text(painter, name, 8.5, top, width, bold=True)
        top = _text(painter, value, 10, top + 1 * MM, width) + 4 * MM
    _text(painter, say("ui.sheet.foot"), 8, top + 2 * MM, width)


def _text(
    painter: QPainter, text: str, points: float, top: float, width: float, *, bold: bool = False
) -> float:
    """Paint words below `top`; where they end."""
    face = QFont("Noto Sans")
    face.setPixelSize(round(points * 96 / 72))
    face.setBold(bold)
    painter.setFont(face)
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
    return painter.drawText(QRectF(0, top, width, 400 * MM), flags, text).bottom()
