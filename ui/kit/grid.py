"""The cells of a table, painted by copying kept pictures: fast enough for 10,000 rows of 500 columns.

- No delegate and no widget a cell; what is drawn comes from the row's cells and the state of the row.
- The current cell (in lists: its row) wears a ring of 2 pixels while the table has the focus.
- Frozen columns are a second view in the place of the row heads: it covers no cell, so that scrolling can copy,
  and the focus never goes there.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from ui.kit.cells import Cell, Look, Pictures, paint_skeleton
from ui.kit.heads import Blank, Heads
from ui.kit.palette import theme
from ui.kit.rows import Rows


class Place(NamedTuple):
    """Where a column stands: its number, left edge and width."""

    number: int
    left: int
    width: int


Run: TypeAlias = tuple[Look, dict[Cell, QPixmap], list[Place]]
"""Columns of one look with the pictures of that look: a matrix has two such groups, not 500."""


class Grid(QTableView):
    """A table view that paints its cells itself."""

    def __init__(self, rows: Rows, pictures: Pictures, *, dense: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._pictures, self._dense = rows, pictures, dense
        self._last_column = 0
        self._laid: dict[tuple[int, ...], list[Place]] = {}
        self._grouped: dict[tuple[int, int, bool, float], list[Run]] = {}
        self.setModel(rows)
        self.setHorizontalHeader(Heads(rows, self, dense=dense))
        self.horizontalHeader().sectionResized.connect(self._lay_again)
        self.setVerticalHeader(Blank(self))
        self.verticalHeader().hide()
        self.horizontalHeader().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the pictures of the cells that need painting; the ring comes last."""
        area = event.rect()
        with QPainter(self.viewport()) as painter:
            columns = self._columns(area)
            height = self.verticalHeader().defaultSectionSize()
            first = self.rowAt(max(area.top(), 0))
            last = self.rowAt(area.bottom())
            last = self._rows.rowCount() - 1 if last < 0 else last
            top = self.rowViewportPosition(first) if first >= 0 else area.top()
            if first >= 0 and columns:
                chosen = set(self.selected_rows(first, last))
                for row in range(first, last + 1):
                    self._paint_row(painter, row, top, self._runs(columns, height, selected=row in chosen))
                    top += height
            self._paint_rest(painter, area, top, columns)
            self._paint_ring(painter)

    def selected_rows(self, first: int, last: int) -> list[int]:
        """The numbers of the selected ones of some rows, from top to bottom."""
        found: set[int] = set()
        for span in self.selectionModel().selection().toList():
            found.update(range(max(span.top(), first), min(span.bottom(), last) + 1))
        return sorted(found)

    def first_column(self) -> int:
        """The first column that the keyboard reaches."""
        return next((i for i in range(len(self._rows.columns)) if not self.isColumnHidden(i)), 0)

    def land(self) -> None:
        """Put the keyboard on the first cell, selecting nothing, if it has the focus and is nowhere yet."""
        if self.hasFocus() and not self.currentIndex().isValid() and self._rows.rowCount():
            nothing = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self._rows.index(0, self.first_column()), nothing)

    def ringed(self) -> bool:
        """Whether the ring is shown."""
        return self.hasFocus()

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a cell into view; a list moves sideways only when the column is another one."""
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if not self._dense and index.column() == self._last_column:
            bar.setValue(before)
        self._last_column = index.column()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Where a key goes; in lists Home and End are the first and the last row."""
        to = QAbstractItemView.CursorAction
        if not self._dense and action in {to.MoveHome, to.MoveEnd}:
            row = 0 if action == to.MoveHome else self._rows.rowCount() - 1
            return self._rows.index(row, max(self.currentIndex().column(), self.first_column()))
        return super().moveCursor(action, modifiers)

    def _columns(self, area: QRect) -> list[Place]:
        """The columns in an area, from left to right; kept until a width changes, because scrolling asks again."""
        head = self.horizontalHeader()
        key = (area.left(), area.right(), head.offset())
        if key not in self._laid:
            self._lay_again()
            self._laid[key] = self._lay(max(area.left(), 0), area.right())
        return self._laid[key]

    def _lay(self, left: int, right: int) -> list[Place]:
        head, found = self.horizontalHeader(), []
        first, last = head.visualIndexAt(left), head.visualIndexAt(right)
        last = len(self._rows.columns) - 1 if last < 0 else last
        at = head.sectionViewportPosition(first) if first >= 0 else 0
        for number in range(first, last + 1) if first >= 0 else ():
            width = head.sectionSize(number)
            if width:
                found.append(Place(number, at, width))
            at += width
        return found

    def _lay_again(self) -> None:
        self._laid.clear()
        self._grouped.clear()

    def _runs(self, columns: list[Place], height: int, *, selected: bool) -> list[Run]:
        """The columns by look, with the pictures of each look."""
        dpr = self.devicePixelRatioF()
        key = (columns[0].left, height, selected, dpr)
        if key not in self._grouped:
            groups: dict[Look, list[Place]] = {}
            for place in columns:
                align = self._rows.columns[place.number].align
                look = Look(place.width, height, align, selected, place.number == 0, self._dense, dpr)
                groups.setdefault(look, []).append(place)
            self._grouped[key] = [(look, self._pictures.of(look), places) for look, places in groups.items()]
        return self._grouped[key]

    def _paint_row(self, painter: QPainter, row: int, top: int, runs: list[Run]) -> None:
        found = self._rows.source.row(row)
        if found is None:
            for look, _, places in runs:
                for number, left, width in places:
                    paint_skeleton(painter, QRectF(left, top, width, look.height), row + number)
            return
        cells, draw, made = found[1], painter.drawPixmap, self._pictures.made
        for look, kept, places in runs:
            for number, left, _ in places:
                cell = cells[number]
                draw(left, top, kept.get(cell) or made(look, cell))

    def _paint_rest(self, painter: QPainter, area: QRect, bottom: int, columns: list[Place]) -> None:
        """What lies right of the last column and below the last row."""
        ground = theme().colour("surface")
        right = columns[-1].left + columns[-1].width if columns else area.left()
        if right <= area.right():
            painter.fillRect(QRect(right, area.top(), area.right() - right + 1, area.height()), ground)
        if bottom <= area.bottom():
            painter.fillRect(QRect(area.left(), bottom, area.width(), area.bottom() - bottom + 1), ground)

    def _paint_ring(self, painter: QPainter) -> None:
        index = self.currentIndex()
        if not index.isValid() or not self.ringed():
            return
        painter.setPen(QPen(theme().colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._dense:
            painter.drawRect(self.visualRect(index).adjusted(1, 1, -1, -2))
            return
        row = QRect(
            0, self.rowViewportPosition(index.row()), self.viewport().width(), self.rowHeight(index.row())
        )
        painter.drawRect(self.ring(row.adjusted(1, 1, -1, -2)))

    def ring(self, row: QRect) -> QRect:
        """The part of a list's ring that lies here: with frozen columns it is open towards them."""
        return row.adjusted(-8, 0, 0, 0) if not self.verticalHeader().isHidden() else row


class Frozen(Grid):
    """The columns that stay, in the place of the row heads of the grid that they belong to."""

    def __init__(self, rows: Rows, pictures: Pictures, main: Grid, *, dense: bool) -> None:
        super().__init__(rows, pictures, dense=dense, parent=main)
        self._main = main
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionModel(main.selectionModel())
        for number, column in enumerate(rows.columns):
            self.setColumnHidden(number, not column.frozen)
            main.setColumnHidden(number, column.frozen)
        main.verticalHeader().show()
        self.horizontalHeader().sectionResized.connect(self.place)
        main.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(main.verticalScrollBar().setValue)

    def ringed(self) -> bool:
        """The ring is shown while the grid beside has the focus."""
        return self._main.hasFocus() and not self._dense

    def ring(self, row: QRect) -> QRect:
        """The ring goes on in the grid beside."""
        return row.adjusted(0, 0, 8, 0)

    def place(self) -> None:
        """Lie over the row heads."""
        width = self.horizontalHeader().length()
        rows = self._main.verticalHeader()
        if isinstance(rows, Blank):
            rows.make_room(width)
        view = self._main.viewport().geometry()
        head = self._main.horizontalHeader().height()
        self.raise_()
        self.setGeometry(0, view.top() - head, width, view.height() + head)
        size = self._main.verticalHeader().defaultSectionSize()
        if self.verticalHeader().defaultSectionSize() != size:
            self.verticalHeader().setDefaultSectionSize(size)
