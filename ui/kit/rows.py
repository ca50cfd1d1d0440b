"""The rows of a table as Qt asks for them: a sentence for the screen reader, plain text for the clipboard.

- Rows come whole (`Listed`) or as they are looked at (any `RowSource`); a row that is not there yet answers None.
- The model paints nothing: the grid does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.base.say import say
from ui.kit.cells import Cell, Column, words_of
from ui.kit.text import plain

FORMULA = re.compile(r"[=+@-](?![\d.,]*$)")
Row: TypeAlias = tuple[str, tuple[Cell, ...]]
"""The id of a row and its cells, one for each column."""
Index: TypeAlias = QModelIndex | QPersistentModelIndex


class RowSource(Protocol):
    """Rows by number. It may also have a Qt signal `ready(first, last)`: those rows are there now."""

    def count(self) -> int:
        """How many rows there are."""
        ...

    def row(self, i: int) -> Row | None:
        """Row `i`, or None while it is being read; asking starts the reading."""
        ...


class Listed:
    """Rows that are all there."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def row(self, i: int) -> Row | None:
        """Row `i`."""
        return self._rows[i]


class Rows(QAbstractTableModel):
    """A source as a Qt model."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.source: RowSource = Listed(())
        self._count = 0
        self.order = ("", False)

    def show(self, source: RowSource) -> None:
        """Show another source."""
        self.beginResetModel()
        self.source, self._count = source, source.count()
        self.endResetModel()

    def told(self, first: int, last: int) -> None:
        """Rows `first` to `last` are there now; the number of rows may have changed with them."""
        if self.source.count() != self._count:
            self.show(self.source)
        elif self._count:
            top, bottom = max(first, 0), min(last, self._count - 1)
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, len(self.columns) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows; none below a cell."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, or the sentence that a screen reader says of it."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            found = self.source.row(index.row())
            return words_of(found[1][index.column()]) if found else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(index.row(), index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The title of a column, and for the screen reader how it is sorted."""
        if orientation == Qt.Orientation.Vertical:
            return self.head(section) if role == Qt.ItemDataRole.AccessibleTextRole else None
        if not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return plain(column.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            key, descending = self.order
            if key == column.key:
                code = "ui.kit.descending" if descending else "ui.kit.ascending"
                return say(code, {"column": plain(column.title)})
            return plain(column.title)
        return None

    def sentence(self, row: int, column: int) -> str:
        """What a screen reader says of a cell: whose row, which column, what it says."""
        found = self.source.row(row)
        if found is None:
            return say("ui.kit.waiting_row")
        cells = found[1]
        value = words_of(cells[column]) or say("ui.kit.cell_empty")
        head = self.head(row)
        title = plain(self.columns[column].title)
        if column == 0 or cells[column].spoken:
            return value
        return say("ui.kit.cell", {"row": head, "column": title, "value": value})

    def head(self, row: int) -> str:
        """Whose row it is: the words of its first cell that has any."""
        found = self.source.row(row) if 0 <= row < self._count else None
        return next((words_of(cell) for cell in found[1] if cell.text), "") if found else ""

    def lines(self, rows: Iterable[int]) -> str:
        """Rows for the clipboard, one a line."""
        return "\n".join(map(self.line, rows))

    def line(self, row: int) -> str:
        """A row for the clipboard: its cells with tabs between."""
        found = self.source.row(row)
        return "\t".join(_pasted(words_of(cell)) for cell in found[1]) if found else ""


def _pasted(words: str) -> str:
    """Words as a spreadsheet takes them for words: what it would read as a formula begins with an apostrophe."""
    line = words.replace("\t", " ").replace("\n", " ")
    return f"'{line}" if FORMULA.match(line) else line
