"""The table of every list: painted cells, frozen columns, virtual rows, keyboard, order, widths that are remembered.

- `chosen` tells the id that the selection moved to, `opened` the id of Enter or a double click.
- Space selects, Shift+arrows extend, Ctrl+A selects all and says how many, Ctrl+C copies the selection as text.
- Widths and order are kept under `settings_key`; nothing else is.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.say import say
from ui.kit.cells import Cell, Column, Pictures
from ui.kit.grid import Frozen, Grid
from ui.kit.hands import Hands
from ui.kit.order import Order
from ui.kit.palette import px, themed
from ui.kit.rows import Listed, Row, Rows, RowSource
from ui.kit.text import plain
from ui.kit.widths import Widths

__all__ = ["Cell", "Column", "Row", "RowSource", "Table"]

ROW = 40
"""Height of a row of a list; 32 compact, 46 with two lines, 24 in a matrix."""


class Table(QWidget):
    """A list, or with `dense` a matrix whose cells are walked one by one.

    `sorted` tells the key of the column and whether the largest come first: the page then brings the rows anew.
    """

    chosen = Signal(str)
    opened = Signal(str)
    sorted = Signal(str, bool)
    selected = Signal(int)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        settings_key: str = "",
        *,
        row: int = ROW,
        dense: bool = False,
    ) -> None:
        super().__init__()
        self._row = row
        self.rows, self._pictures = Rows(columns), Pictures()
        self.rows.setParent(self)
        self.grid = Grid(self.rows, self._pictures, dense=dense)
        self.grid.setAccessibleName(plain(name))
        self._frozen: Frozen | None = None
        if any(each.frozen for each in columns):
            self._frozen = Frozen(self.rows, self._pictures, self.grid, dense=dense)
            self._frozen.setAccessibleName(say("ui.kit.frozen", {"name": plain(name)}))
        self._grids = [each for each in (self.grid, self._frozen) if each is not None]
        self._widths = Widths(self._grids, columns, settings_key)
        self._order = Order(self._grids, self.rows, settings_key)
        self._hands = Hands(self._grids, self.rows, self._widths)
        self.setFocusProxy(self.grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.grid)
        self._connect()
        self._restyle()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show rows that are all there; what was selected stays so if its id is still among them."""
        self._show(Listed(rows))

    def set_source(self, source: RowSource) -> None:
        """Show rows that come as they are looked at; its signal `ready(first, last)`, if any, repaints them."""
        before = getattr(self.rows.source, "ready", None)
        if before is not None:
            before.disconnect(self.rows.told)
        ready = getattr(source, "ready", None)
        if ready is not None:
            ready.connect(self.rows.told)
        self._show(source)

    def order(self) -> tuple[str, bool]:
        """The key of the column that sorts and whether the largest come first; an empty key if none does."""
        return self.rows.order

    def set_order(self, key: str, *, descending: bool = False) -> None:
        """Show the arrow of an order and keep it; the page brings the rows in that order."""
        self._order.set(key, descending=descending)

    def current_id(self) -> str:
        """The id of the row that the keyboard is on; empty if there is none."""
        return self._id(self.grid.currentIndex().row())

    def selected_ids(self) -> list[str]:
        """The ids of the selected rows, from top to bottom; rows that were not read yet are left out."""
        return [identity for identity in map(self._id, self._hands.selected()) if identity]

    def select(self, identity: str) -> bool:
        """Select the row with an id and bring it into view; False if no row that is there has it."""
        for number in range(self.rows.rowCount()):
            if self._id(number) == identity:
                column = max(self.grid.currentIndex().column(), self.grid.first_column())
                way = QItemSelectionModel.SelectionFlag
                # Said outright: the view's own way of setting it toggles while somebody holds Ctrl.
                index = self.rows.index(number, column)
                self.grid.selectionModel().setCurrentIndex(index, way.ClearAndSelect | way.Rows)
                return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the columns to a new size; show or take away the ring."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        elif watched is self.grid and event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.grid.land()
            self._repaint()
        return super().eventFilter(watched, event)

    def _show(self, source: RowSource) -> None:
        kept, at = set(self.selected_ids()), self.current_id()
        with QSignalBlocker(self.grid.selectionModel()):
            self.rows.show(source)
            if isinstance(source, Listed) and (kept or at):
                _select_again(self.grid, self.rows, kept, at)
            self.grid.land()
        if at and self.current_id() != at:
            self.chosen.emit(self.current_id())
        self._fit()

    def _id(self, number: int) -> str:
        found = self.rows.source.row(number) if 0 <= number < self.rows.rowCount() else None
        return found[0] if found else ""

    def _connect(self) -> None:
        for grid in self._grids:
            grid.installEventFilter(self)
        self.grid.viewport().installEventFilter(self)
        self._hands.opened.connect(self._open)
        self._hands.order_asked.connect(self._order.ask)
        self._order.asked.connect(self.sorted)
        model = self.grid.selectionModel()
        model.currentRowChanged.connect(self._moved)
        model.currentChanged.connect(self._repaint)
        model.selectionChanged.connect(self._counted)
        themed.changed.connect(self._restyle)

    def _open(self) -> None:
        if identity := self.current_id():
            self.opened.emit(identity)

    def _moved(self) -> None:
        self.chosen.emit(self.current_id())

    def _repaint(self) -> None:
        for grid in self._grids:
            grid.viewport().update()

    def _counted(self) -> None:
        self.selected.emit(len(self._hands.selected()))

    def _fit(self) -> None:
        self._widths.fit()
        if self._frozen is not None:
            self._frozen.place()

    def _restyle(self) -> None:
        self._pictures.clear()
        self.grid.verticalHeader().setDefaultSectionSize(px(self._row))
        self._fit()
        self._repaint()


def _select_again(grid: Grid, rows: Rows, kept: set[str], at: str) -> None:
    """Select the rows with the ids that were selected before."""
    way, chosen, column = QItemSelectionModel.SelectionFlag, grid.selectionModel(), grid.first_column()
    for number in range(rows.rowCount()):
        found = rows.source.row(number)
        if found is not None and found[0] in kept:
            chosen.select(rows.index(number, column), way.Select | way.Rows)
        if found is not None and found[0] == at:
            chosen.setCurrentIndex(rows.index(number, column), way.NoUpdate)
