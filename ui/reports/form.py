"""What a report is asked for with: the person, the day, how it was known, the paper.

- People are found as in the list of people, among those whom the asker may see; nobody is guessed from a name.
- The words that were typed are kept by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
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
        self._today = ""
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

    def hasHeightForWidth(self) -> bool:
        """The list of people takes the height that is left."""
        return False

    def begin(self, number: str) -> None:
        """As it was at first: nobody is chosen, the day is today's, the words are the number of a person or none."""
        self._today = ""
        self._lines.clear()
        self.people.set_rows([])
        self.known.setChecked(False)
        self.text.setText(number)
        self.chosen.emit()

    def show_people(self, lines: Sequence[PersonLine], today: Day) -> None:
        """Offer the people found; the first is chosen if nobody who is among them was."""
        if self.day.day() == self._today or not self._today:
            self.day.set_day(today)
        self._today = today
        kept = self.person()
        shown = lines[:MOST]
        self._lines = {line.pid: line for line in shown}
        self.people.set_rows([
            (line.pid, (Cell(text=line.name, weight=500), Cell(text=line.number, mono=True, colour="text2")))
            for line in shown
        ])  # fmt: skip
        if shown and not (kept and self.people.select(kept.pid)):
            self.people.select(shown[0].pid)
        about = {"shown": f"{len(shown):,}", "n": f"{len(lines):,}"}
        self.count.set_text(say("ui.reports.people.none" if not lines else "ui.reports.people.count", about))
        self.chosen.emit()

    def person(self) -> PersonLine | None:
        """The person chosen."""
        return self._lines.get(self.people.current_id())

    def asof(self) -> AsOf | None:
        """The day asked for; None is now."""
        day = Day(self.day.day())
        return None if day == self._today else AsOf(day=day, as_known=self.known.isChecked())

    def _choose(self, _pid: str) -> None:
        self.chosen.emit()
