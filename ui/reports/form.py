"""What a report is asked for with: the person, the day, how it was known, the paper.

- People are found as in the list of people, among those whom the asker may see; nobody is guessed from a name.
- An address chooses whose number or id it is, or nobody: its words are a part of other numbers, too.
- The words that were typed are kept by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from app.base.moment import Day
from app.base.say import say
from app.work.roster import PersonLine
from ui.kit.buttons import segments
from ui.kit.cells import Cell, Column
from ui.kit.days import DayEdit
from ui.kit.editors import SearchEdit
from ui.kit.fields import Field
from ui.kit.layout import STRETCH, column, plate, row, sized
from ui.kit.table import Table
from ui.kit.text import label
from ui.kit.ticks import Check
from ui.people.asof import AsOf

PAPERS = ("A4", "Letter")
MOST = 50


class Form(QWidget):
    """The form. `searched` tells the words typed, `chosen` that another person was chosen."""

    searched = Signal(str)
    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, PersonLine] = {}
        self._today, self.wanted = "", ""
        self.text = SearchEdit(say("ui.reports.person.hint"))
        columns = (
            Column(key="name", title=say("ui.reports.column.name"), width=190, stretch=True, sortable=False),
            Column(key="number", title=say("ui.reports.column.number"), width=104, sortable=False),
        )
        self.people = Table(say("ui.reports.people"), columns, "", row=36)
        self.count = label("", "caption", "text3")
        self.day = DayEdit()
        self.known = Check(say("ui.reports.known"))
        self.paper = segments(say("ui.reports.paper"), [(each, each) for each in PAPERS])
        paper = label(say("ui.reports.paper"), "dense", weight=500)
        self.setLayout(
            column(
                Field(say("ui.reports.person"), self.text),
                (sized(plate(self.people, ground="surface"), min_height=112), 1),
                self.count,
                4,
                Field(say("ui.reports.day"), self.day, say("ui.reports.day.hint")),
                sized(self.known, min_height=30),
                row(paper, STRETCH, self.paper),
                gap=6,
            )
        )
        self.text.searched.connect(self.searched)
        self.people.chosen.connect(self._choose)
        self.people.selected.connect(self._choose)

    def hasHeightForWidth(self) -> bool:
        """The list of people takes the height that is left."""
        return False

    def begin(self, wanted: str) -> None:
        """As it was at first: nobody is chosen, the day is today's, the words are a person's number or id, or none."""
        self._today, self.wanted = "", wanted.strip()
        self._lines.clear()
        self.people.set_rows([])
        self.count.set_text("")
        self.known.setChecked(False)
        self.text.setText(self.wanted)
        self.chosen.emit()

    def show_people(self, lines: Sequence[PersonLine], today: Day) -> None:
        """Offer the people found; if nobody who is among them was chosen, the one wanted is, or the first of a search."""
        if self.day.day() == self._today or not self._today:
            self.day.set_day(today)
        self._today = today
        shown = sorted(lines, key=lambda line: not self._is_wanted(line))[:MOST]
        self._lines = {line.pid: line for line in shown}
        self.people.set_rows([
            (line.pid, (Cell(text=line.name, weight=500), Cell(text=line.number, mono=True, colour="text2")))
            for line in shown
        ])  # fmt: skip
        self._mark(shown)
        about = {"shown": f"{len(shown):,}", "n": f"{len(lines):,}"}
        self.count.set_text(say("ui.reports.people.none" if not lines else "ui.reports.people.count", about))
        self.chosen.emit()

    def person(self) -> PersonLine | None:
        """The person chosen: the one line that is marked, wherever the keyboard is; of several lines nobody is."""
        marked = self.people.selected_ids()
        return self._lines.get(marked[0]) if len(marked) == 1 else None

    def asof(self) -> AsOf:
        """The day that is shown, and whether as it was known then; a day typed in part is first shown as it is taken."""
        self.day.interpretText()
        return AsOf(day=Day(self.day.day()), as_known=self.known.isChecked())

    def _mark(self, shown: Sequence[PersonLine]) -> None:
        """Mark who was chosen, else who is now; anew, for while Ctrl is held a line that is marked would be let go of."""
        marked = self.people.selected_ids()
        if len(marked) < 2:
            with QSignalBlocker(self.people):
                self.people.grid.clearSelection()
                self.people.select(marked[0] if marked else self._first(shown))

    def _is_wanted(self, line: PersonLine) -> bool:
        return bool(self.wanted) and self.wanted in (line.number, line.pid)

    def _first(self, shown: Sequence[PersonLine]) -> str:
        """Who is chosen when nobody was: of an address only the one that it names."""
        if self.wanted and self.text.text().strip() == self.wanted:
            named = [line.pid for line in shown if self._is_wanted(line)]
            return named[0] if len(named) == 1 else ""
        return shown[0].pid if shown else ""

    def _choose(self, _what: object) -> None:
        self.chosen.emit()
