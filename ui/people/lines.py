"""The lines of the people list as rows of a table, made when they are looked at.

- A line is a value of the read model; what is personal in it is shown as plain text only.
- The rows that were made are kept, so that scrolling makes none twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.base.say import say
from app.work.roster import PersonLine
from ui.kit.cells import Cell, Column
from ui.kit.rows import Row
from ui.people.words import NONE, key_of, word_text


def columns() -> tuple[Column, ...]:
    """The columns of the list."""
    return (
        Column(key="name", title=say("ui.people.column.name"), width=200, stretch=True),
        Column(key="job", title=say("ui.people.column.job"), width=150, stretch=True),
        Column(key="worst", title=say("ui.people.column.worst"), width=140),
        Column(key="overdue", title=say("ui.people.column.overdue"), width=72, align="right"),
        Column(key="expiring", title=say("ui.people.state.exp"), width=150, align="right", spare=True),
    )


class Lines:
    """The people found, as rows."""

    def __init__(self, lines: Sequence[PersonLine]) -> None:
        self._lines = lines
        self._made: dict[int, Row] = {}
        self.place = {line.pid: number for number, line in enumerate(lines)}

    def count(self) -> int:
        """How many people."""
        return len(self._lines)

    def row(self, i: int) -> Row | None:
        """One person's row."""
        made = self._made.get(i)
        if made is None:
            made = self._made[i] = (self._lines[i].pid, cells_of(self._lines[i]))
        return made

    def line(self, pid: str) -> PersonLine | None:
        """The line of a person who is among them."""
        number = self.place.get(pid)
        return None if number is None else self._lines[number]


def cells_of(line: PersonLine) -> tuple[Cell, ...]:
    """One person's cells, as `columns`."""
    return (
        Cell(text=line.name, sub=line.number, sub_mono=True, weight=500, avatar=line.name),
        job_cell(line),
        worst_cell(line),
        count_cell(line.overdue, "bad") if line.judged else unknown_cell(),
        count_cell(line.expiring, "warn") if line.judged else unknown_cell(),
    )


def job_cell(line: PersonLine) -> Cell:
    """The jobs held today and the department; of whoever left, that."""
    jobs = ", ".join(line.jobs) or line.title
    if line.gone:
        return Cell(text=jobs or NONE, sub=say("ui.people.gone"), colour="text3")
    return Cell(text=jobs or NONE, sub=line.dept, colour="text" if jobs else "text3")


def worst_cell(line: PersonLine) -> Cell:
    """The worst verdict among the person's requirements."""
    if not line.judged:
        return Cell(text=say("ui.people.uncounted"), colour="text3")
    if not line.worst:
        return Cell(text=say("ui.people.nothing_required"), colour="text3")
    word = word_text(line.worst)
    return Cell(pill=key_of(line.worst), text=word, spoken=word)


def count_cell(n: int, colour: str) -> Cell:
    """A count; a dash for none."""
    return Cell(text=f"{n:,}", weight=600, colour=colour) if n else Cell(text=NONE, colour="text3", spoken="0")


def unknown_cell() -> Cell:
    """A count that is not known yet."""
    return Cell(text="…", colour="text3", spoken=say("ui.people.uncounted"))
