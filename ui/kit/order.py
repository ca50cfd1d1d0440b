"""The order of a table: which column sorts, in which direction; remembered under the table's key.

- The table shows the arrow; the page brings the rows in that order, because only it knows what the words mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from ui.kit.grid import Grid
from ui.kit.memory import memory
from ui.kit.rows import Rows


class Order(QObject):
    """The order of one table; `asked` when a person asked for another one."""

    asked = Signal(str, bool)

    def __init__(self, grids: Sequence[Grid], rows: Rows, key: str) -> None:
        super().__init__(grids[0])
        self._grids, self._rows, self._key = grids, rows, f"{key}.order" if key else ""
        for grid in grids:
            grid.horizontalHeader().sectionClicked.connect(self._clicked)
        kept = memory().get(self._key) if self._key else None
        if isinstance(kept, list) and len(kept) == 2 and kept[0] in {each.key for each in rows.columns}:
            rows.order = (str(kept[0]), bool(kept[1]))

    def set(self, key: str, *, descending: bool) -> None:
        """Show the arrow and keep it."""
        self._rows.order = (key, descending)
        if self._key:
            memory().set(self._key, [key, descending])
        for grid in self._grids:
            grid.horizontalHeader().viewport().update()

    def ask(self, key: str) -> None:
        """Sort by a column, the other way round if it sorts already."""
        column = next(each for each in self._rows.columns if each.key == key)
        if column.sortable:
            before, descending = self._rows.order
            self.set(key, descending=before == key and not descending)
            self.asked.emit(*self._rows.order)

    def _clicked(self, section: int) -> None:
        self.ask(self._rows.columns[section].key)
