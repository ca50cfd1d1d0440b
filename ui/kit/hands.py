"""What hands do with a table beyond walking in it: open, select all and hear how many, copy, sort from the menu.

- Everything that the mouse can do here has a key or a line in the menu (Shift+F10).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from app.base.say import say
from ui.kit.announce import announce
from ui.kit.grid import Grid
from ui.kit.rows import Rows
from ui.kit.text import mnemonic_safe
from ui.kit.widths import Widths


class Hands(QObject):
    """The keys and the menu of one table."""

    opened = Signal()
    order_asked = Signal(str)

    def __init__(self, grids: Sequence[Grid], rows: Rows, widths: Widths) -> None:
        super().__init__(grids[0])
        self._grid, self._rows, self._widths = grids[0], rows, widths
        self._grid.installEventFilter(self)
        for grid in grids:
            grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            grid.customContextMenuRequested.connect(self._menu)
            grid.doubleClicked.connect(self.opened)

    def selected(self) -> list[int]:
        """The numbers of the selected rows, from top to bottom."""
        return self._grid.selected_rows(0, self._rows.rowCount() - 1)

    def copy(self) -> None:
        """The selected rows as text with tabs, into the clipboard."""
        QGuiApplication.clipboard().setText(self._rows.lines(self.selected()))

    def select_all(self) -> None:
        """Select every row, and say how many that is."""
        self._grid.selectAll()
        count = f"{self._rows.rowCount():,}"
        announce(self._grid, say("ui.kit.selected", {"n": count, "of": count}))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that mean something here."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and _bare(event):
            self.opened.emit()
        else:
            return False
        return True

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self._grid)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(say("ui.kit.copy"), self.copy)
        menu.addSeparator()
        for column in self._rows.columns:
            if column.sortable and column.title:
                words = say("ui.kit.sort_by", {"column": column.title})
                menu.addAction(mnemonic_safe(words), partial(self.order_asked.emit, column.key))
        menu.addSeparator()
        menu.addAction(say("ui.kit.fit_columns"), self._widths.reset)
        menu.popup(self._grid.viewport().mapToGlobal(at))


def _bare(event: QKeyEvent) -> bool:
    return event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
