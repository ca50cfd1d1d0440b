"""The widths of a table's columns: from the design, by hand, or what is left; remembered in pixels of the design."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHeaderView

from ui.kit.cells import Column
from ui.kit.grid import Grid
from ui.kit.memory import memory
from ui.kit.palette import px, theme

LEAST = 28


class Widths(QObject):
    """Keeps the widths of one table."""

    def __init__(self, grids: Sequence[Grid], columns: Sequence[Column], key: str) -> None:
        super().__init__(grids[0])
        self._grids, self._columns, self._key = grids, columns, f"{key}.widths" if key else ""
        self._fitting = False
        self._by_hand: dict[str, int] = self._kept()
        for grid in grids:
            grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            grid.horizontalHeader().sectionResized.connect(self._resized)

    def fit(self) -> None:
        """Give every column its width, and what is left to those that stretch."""
        self._fitting = True
        wanted = [px(max(LEAST, self._by_hand.get(each.key, each.width))) for each in self._columns]
        left = self._spare(wanted, self._grids[0].width() - self._bar() - sum(wanted))
        loose = [i for i, each in enumerate(self._columns) if each.stretch and each.key not in self._by_hand]
        for place, number in enumerate(loose):
            share = left // (len(loose) - place)
            extra = max(share, px(60) - wanted[number]) if left < 0 else share
            wanted[number] += extra
            left -= extra
        for number, width in enumerate(wanted):
            for grid in self._grids:
                if not grid.isColumnHidden(number) and grid.columnWidth(number) != width:
                    grid.setColumnWidth(number, width)
        self._fitting = False

    def _spare(self, wanted: list[int], left: int) -> int:
        """Hide what is spare, from the right, while there is no room; show it again where there is. What is left."""
        for number, each in reversed(list(enumerate(self._columns))):
            if each.spare:
                gone = left < 0
                self._grids[0].setColumnHidden(number, gone)
                left, wanted[number] = (left + wanted[number], 0) if gone else (left, wanted[number])
        return left

    def reset(self) -> None:
        """Back to the design's widths."""
        self._by_hand = {}
        self._keep()
        self.fit()

    def _bar(self) -> int:
        bar = self._grids[0].verticalScrollBar()
        return bar.sizeHint().width() if bar.maximum() > 0 else 0

    def _resized(self, number: int, _old: int, new: int) -> None:
        if not self._fitting and new > 0:
            self._by_hand[self._columns[number].key] = round(new / theme().size)
            self._keep()

    def _kept(self) -> dict[str, int]:
        kept = memory().get(self._key) if self._key else None
        known = {each.key for each in self._columns}
        if not isinstance(kept, dict):
            return {}
        return {key: width for key, width in kept.items() if key in known and isinstance(width, int)}

    def _keep(self) -> None:
        if self._key:
            memory().set(self._key, dict(self._by_hand))
