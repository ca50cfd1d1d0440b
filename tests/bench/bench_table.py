"""The kit's table at the size of a matrix: painting its status cells against filling the same cells with a colour.

Both sides are views over the same model of 10,000 x 500, in windows of the same size on the same screen; the floor's
paint event does nothing but one `fillRect` a cell. Rounds are taken in turn, none left out. Then each cell on the
screen is compared, pixel by pixel, with the same cell painted afresh. Targets: a full repaint at most 4 x, a step of
the wheel at most 1.5 x, no cell wrong.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QWidget

from tests.bench.table import paired, show, spread
from ui.kit.cells import Look, Pictures
from ui.kit.shapes import KEYS
from ui.kit.table import Cell, Column, Row, Table
from ui.kit.tokens import set_theme, theme

ROWS, COLUMNS, WIDTH, HEIGHT = 10_000, 500, 28, 22
ROUNDS, WARM = 25, 5
FULL, WHEEL = 4.0, 1.5
STEP = 3 * HEIGHT


class Statuses:
    """A matrix whose cells are one of eight shapes, some of them tinted."""

    def __init__(self, *, named: bool) -> None:
        cells = [Cell(status=key, tint="bad_bg" if key == "over" else "") for key in KEYS]
        self._patterns = [
            tuple(cells[(start + at * 5 + at // 7) % 8] for at in range(COLUMNS)) for start in range(8)
        ]
        self._named = named

    def count(self) -> int:
        """How many rows."""
        return ROWS

    def row(self, i: int) -> Row:
        """Row `i`."""
        cells = self._patterns[i * 3 % 8]
        return str(i), (Cell(text=f"Person {i}", weight=500), *cells[1:]) if self._named else cells


class Floor(QTableView):
    """The bare fill: one rectangle a cell."""

    COLOURS = tuple(QColor.fromHsv(hue * 45, 90, 230) for hue in range(8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt names it
        """Fill the cells of the area."""
        painter, area = QPainter(self.viewport()), event.rect()
        fill, colours = painter.fillRect, self.COLOURS
        first, left = self.rowAt(area.top()), self.columnAt(area.left())
        last, right = self.rowAt(area.bottom()), self.columnAt(area.right())
        x0, top = self.columnViewportPosition(left), self.rowViewportPosition(first)
        for row in range(first, last + 1):
            x = x0
            for column in range(left, right + 1):
                fill(x, top, WIDTH, HEIGHT, colours[(row + column) % 8])
                x += WIDTH
            top += HEIGHT


def columns(*, named: bool) -> list[Column]:
    """500 narrow columns; with `named` the first is wide and stays."""
    made = [Column(key=str(i), title=str(i), width=WIDTH, align="centre") for i in range(COLUMNS)]
    return [Column(key="name", title="Name", width=180, frozen=True), *made[1:]] if named else made


def table(*, named: bool) -> Table:
    """The kit's table."""
    made = Table("Matrix", columns(named=named), row=HEIGHT, dense=True)
    made.set_source(Statuses(named=named))
    return made


def floor(ours: Table) -> Floor:
    """The bare view over the same model."""
    made = Floor()
    made.setModel(ours.rows)
    made.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    made.verticalHeader().hide()
    for head, size in ((made.horizontalHeader(), WIDTH), (made.verticalHeader(), HEIGHT)):
        head.setMinimumSectionSize(8)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setDefaultSectionSize(size)
    made.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    made.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    return made


def view(of: QWidget) -> QTableView:
    """The view that scrolls."""
    return of.grid if isinstance(of, Table) else of  # type: ignore[return-value]


def took(act: Callable[[], None]) -> float:
    """Milliseconds that an act takes until it is painted."""
    began = time.perf_counter()
    act()
    QApplication.processEvents()
    return (time.perf_counter() - began) * 1000


def full(of: QWidget) -> float:
    """One full repaint."""
    return took(view(of).viewport().update)


def wheel(of: QWidget) -> float:
    """One step of the wheel down, back at the end."""
    bar = view(of).verticalScrollBar()
    return took(lambda: bar.setValue(0 if bar.value() + STEP > bar.maximum() else bar.value() + STEP))


def wrong(ours: Table) -> tuple[int, int]:
    """Cells on the screen, and how many of them are not, pixel by pixel, what they should be."""
    grid = ours.grid
    ours.grid.clearSelection()
    shown = grid.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    fresh, bad, seen = Pictures(), 0, 0
    for row in range(grid.rowAt(0), grid.rowAt(grid.viewport().height() - 1) + 1):
        for column in range(grid.columnAt(0), grid.columnAt(grid.viewport().width() - 1) + 1):
            box = QRect(grid.columnViewportPosition(column), grid.rowViewportPosition(row), WIDTH, HEIGHT)
            if shown.rect().contains(box):
                seen += 1
                cell = ours.rows.source.row(row)[1][column]  # type: ignore[index]
                look = Look(WIDTH, HEIGHT, "centre", False, column == 0, True, 1.0)
                bad += shown.copy(box) != expected(fresh, look, cell)
                fresh.clear()
    return seen, bad


def expected(fresh: Pictures, look: Look, cell: Cell) -> QImage:
    """A cell as it should look, painted without anything that was kept."""
    picture: QPixmap = fresh.made(look, cell)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(theme().colour("surface"))
    painter = QPainter(image)
    painter.drawPixmap(QPointF(0, 0), picture)
    painter.end()
    return image


def measure(sides: list[QWidget], act: Callable[[QWidget], float]) -> list[list[float]]:
    """Milliseconds of each side, round by round."""
    kept: list[list[float]] = [[] for _ in sides]
    for number in range(WARM + ROUNDS):
        for side, into in zip(sides, kept, strict=True):
            time.sleep(0.002)
            figure = act(side)
            if number >= WARM:
                into.append(figure)
    return kept


def main() -> int:
    """Measure, print the table; 0 if every target is met."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(sys.argv)
    set_theme("light", 1.0)
    ours, named = table(named=False), table(named=True)
    sides: list[QWidget] = [ours, floor(ours), named]
    for side in sides:
        side.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        side.resize(1600, 900)
        side.show()
        QApplication.processEvents()
    results = [measure(sides, full), measure(sides, wheel)]
    ratios = [paired(result[0], result[1]) for result in results]
    frozen = [paired(result[2], result[1]) for result in results]
    for side in sides:
        view(side).verticalScrollBar().setValue(0)
    QApplication.processEvents()
    seen, bad = wrong(ours)
    names = ("the kit's table", "bare fill, one fillRect a cell", "with names that stay")
    title = f"{ROWS:,} x {COLUMNS} status cells, {seen:,} whole cells on the screen, ms ({ROUNDS} rounds)"
    rows = [(name, *(spread(result[i]) for result in results)) for i, name in enumerate(names)]
    rows.append(("ratio to the bare fill", *(spread(each) for each in ratios)))
    rows.append(("ratio, with names that stay", *(spread(each) for each in frozen)))
    show(title, ("side", "full repaint", "wheel step"), rows)
    medians = [sorted(each)[len(each) // 2] for each in ratios]
    print(f"cells wrong: {bad}; targets: full <= {FULL} x, wheel <= {WHEEL} x, 0 wrong")
    del application
    return 0 if medians[0] <= FULL and medians[1] <= WHEEL and not bad else 1


if __name__ == "__main__":
    sys.exit(main())
