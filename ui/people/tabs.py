"""The left side of a training file: tabs with their counts, a filter, a table each, and a line that sums up.

- The chosen line and the filter stay when the file is read again, not for another person.
- Each table remembers its own order and widths.
- The filter keeps lines in which every word that was typed occurs, as they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.base.say import say
from app.domain.reports import Duty, PersonFile, Proof
from ui.kit.buttons import tabs
from ui.kit.cells import Column, words_of
from ui.kit.editors import SearchEdit
from ui.kit.layout import STRETCH, column, hline, holder, row, sized
from ui.kit.rows import Row
from ui.kit.table import Table
from ui.kit.text import label
from ui.people.duties import (
    duty_columns,
    duty_rows,
    job_columns,
    job_rows,
    proof_of,
    record_columns,
    record_rows,
    summary,
)

DUTIES, RECORDS, JOBS = "duties", "records", "jobs"


class Tabs(QWidget):
    """The tables of a file. `chosen` tells the key of the line that the selection moved to, `opened` that of Enter."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._file: PersonFile | None = None
        self.filter = SearchEdit(say("ui.person.filter"))
        self.heads = tabs(
            say("ui.person.tabs"), [(key, say(f"ui.person.tab.{key}")) for key in (DUTIES, RECORDS, JOBS)]
        )
        self.tables = {
            DUTIES: _table(DUTIES, duty_columns()),
            RECORDS: _table(RECORDS, record_columns()),
            JOBS: _table(JOBS, job_columns()),
        }
        self._stack = QStackedWidget()
        self.none = label(say("ui.person.none.duties"), "body", "text2", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.foot = label("", "caption", "text2", wrap=True)
        self._build()

    def show_file(self, file: PersonFile) -> None:
        """Show another file, or the same as it stands now."""
        first = self._file is None or self._file.pid != file.pid
        if first:
            self.filter.clear()
        self._file = file
        counts = {DUTIES: len(file.duties), RECORDS: len(file.proofs), JOBS: len(file.jobs)}
        for key, n in counts.items():
            self.heads.set_words(key, say("ui.person.tab_count", {"tab": say(f"ui.person.tab.{key}"), "n": n}))
        self.foot.set_text(summary(file))
        self._fill()
        if first:
            self.select_first()

    def select_first(self) -> None:
        """Choose the line that matters most."""
        table = self._table()
        if table.rows.rowCount():
            table.grid.setCurrentIndex(table.rows.index(0, 0))

    def current(self) -> str:
        """The key of the chosen line; empty if none is chosen."""
        return self._table().current_id()

    def found(self, key: str) -> tuple[Duty | None, Proof | None]:
        """The requirement and the record that a line of the tab in front stands for."""
        file, tab = self._file, self.heads.value()
        if file is None:
            return None, None
        if tab == DUTIES:
            duty = next((one for one in file.duties if one.code == key), None)
            return duty, None if duty is None else proof_of(duty, file.proofs)
        return None, next((one for one in file.proofs if one.id == key), None) if tab == RECORDS else None

    def to_filter(self) -> None:
        """Put the focus into the filter."""
        self.filter.setFocus()
        self.filter.selectAll()

    def to_table(self) -> None:
        """Put the focus into the table in front."""
        self._table().setFocus()

    def _build(self) -> None:
        for key, table in self.tables.items():
            self._stack.addWidget(table)
            table.chosen.connect(self.chosen)
            table.opened.connect(self.opened)
            table.sorted.connect(self._fill)
            table.setProperty("key", key)
        self._stack.addWidget(self.none)
        self.heads.chosen.connect(self._turn)
        self.filter.searched.connect(self._fill)
        middle = Qt.AlignmentFlag.AlignVCenter
        top = row(self.heads, STRETCH, (sized(self.filter, width=190), middle), margins=(16, 4, 12, 4))
        bottom = holder(row((self.foot, 1), margins=(16, 7, 16, 7)))
        self.setLayout(column(top, (self._stack, 1), hline(), bottom, gap=0))

    def _turn(self, _tab: str) -> None:
        self._fill()
        if not self.current():
            self.select_first()
        self.chosen.emit(self.current())

    def _fill(self, *_: object) -> None:
        if self._file is None:
            return
        tab, table = self.heads.value(), self._table()
        key, descending = table.order()
        makers: dict[str, Callable[[PersonFile], Sequence[Row]]] = {
            DUTIES: lambda file: duty_rows(file, key, descending),
            RECORDS: lambda file: record_rows(file, key, descending or not key),
            JOBS: lambda file: job_rows(file.jobs, key, descending or not key),
        }
        rows = [each for each in makers[tab](self._file) if self._keeps(each)]
        table.set_rows(rows)
        if not rows:
            self.none.set_text(
                say("ui.person.no_match" if self.filter.text().strip() else f"ui.person.none.{tab}")
            )
        self._stack.setCurrentWidget(table if rows else self.none)

    def _keeps(self, made: Row) -> bool:
        text = " ".join(words_of(cell) for cell in made[1]).casefold()
        return all(word in text for word in self.filter.text().casefold().split())

    def _table(self) -> Table:
        return self.tables[self.heads.value()]


def _table(key: str, columns: tuple[Column, ...]) -> Table:
    return Table(say(f"ui.person.table.{key}"), columns, f"person.{key}", row=46)
