"""The entries as rows of a table, read a page at a time as they are looked at.

- A row that is not there yet is asked for once; the answer repaints it.
- The seal of a row is what the last verification said: intact, broken, or in doubt because it follows a broken entry.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.base.say import say
from app.work.ledger import HistoryPage
from app.work.told import Made
from app.work.verifying import Found, Verified
from ui.kit.cells import Cell, Column
from ui.kit.rows import Row

PAGE = 200
ICONS = {
    "record.sign": "signature",
    "session.open": "log-in",
    "session.close": "log-out",
    "auth.fail": "triangle-alert",
    "rbac.denied": "triangle-alert",
}


def columns() -> tuple[Column, ...]:
    """The columns of the history."""
    return (
        Column(key="seal", title=say("ui.history.column.seal"), width=46, sortable=False),
        Column(key="entry", title=say("ui.history.column.entry"), width=64, sortable=False),
        Column(key="when", title=say("ui.history.column.when"), width=184, sortable=False),
        Column(key="who", title=say("ui.history.column.who"), width=144, sortable=False),
        Column(key="action", title=say("ui.history.column.action"), width=112, sortable=False),
        Column(key="record", title=say("ui.history.column.record"), width=200, stretch=True, sortable=False),
        Column(key="change", title=say("ui.history.column.change"), width=200, stretch=True, sortable=False),
        Column(key="why", title=say("ui.history.column.why"), width=80, sortable=False),
    )


class Lines(QObject):
    """The rows of one question. `read` asks for the page that begins at a number."""

    ready = Signal(int, int)

    def __init__(self, first: HistoryPage, read: Callable[[int], None], verified: Verified | None) -> None:
        super().__init__()
        self._read, self._verified = read, verified
        self.total = first.total
        self._lines: dict[int, Made] = {}
        self._asked: set[int] = set()
        self.take(first)

    def take(self, page: HistoryPage) -> None:
        """Take a page in."""
        self._asked.add(page.first // PAGE)
        self._lines.update(enumerate(page.lines, page.first))
        if page.lines:
            self.ready.emit(page.first, page.first + len(page.lines) - 1)

    def count(self) -> int:
        """How many entries fit."""
        return self.total

    def row(self, i: int) -> Row | None:
        """One entry's row; asks for its page when it is not there."""
        line = self._lines.get(i)
        if line is None:
            if i // PAGE not in self._asked:
                self._asked.add(i // PAGE)
                self._read(i // PAGE * PAGE)
            return None
        return f"{line.log}#{line.seq}", cells_of(line, seal_of(line, self._verified))


def seal_of(line: Made, verified: Verified | None) -> str:
    """`ok`, `over` (broken), `exempt` (in doubt) or `todo` (not verified yet), as the last verification has it."""
    if verified is None or (line.seq >= verified.entries and not verified.errors):
        return "todo"
    errors = [one for one in verified.errors if one.log in ("", line.log)]
    if any(one.seq == line.seq and one.log for one in errors):
        return "over"
    return "exempt" if any(_doubts(one, line) for one in errors) else "ok"


def _doubts(one: Found, line: Made) -> bool:
    """Whether an error leaves an entry in doubt: what came before it is broken, or nobody knows where it is broken.

    What concerns a row or a file and no entry (`entity`) leaves the entries as they are.
    """
    return one.seq < line.seq if one.seq is not None else not one.entity


def cells_of(line: Made, seal: str) -> tuple[Cell, ...]:
    """One entry's cells, as `columns`."""
    doubt = seal == "exempt"
    ink, tint = ("text3" if doubt else "text"), ("bad_bg" if seal == "over" else "")
    when = line.when.rsplit(" (", 1)[0].rsplit(" ", 1)[0]
    new = line.new if not line.more else say("ui.history.more", {"new": line.new, "n": line.more})
    change = f"{line.column}: " if line.column else ""
    return (
        Cell(status=seal, spoken=say(f"ui.history.seal.{seal}"), tint=tint),
        Cell(text=f"{line.seq + 1:,}", mono=True, colour="text2", tint=tint),
        Cell(text=when, colour=ink, tint=tint),
        Cell(text=line.who, weight=500, colour=ink, tint=tint),
        Cell(
            text=line.action,
            icon=icon_of(line),
            icon_colour="sign" if line.signed else "text2",
            colour=ink,
            tint=tint,
        ),
        Cell(text=line.record, colour=ink, tint=tint),
        Cell(text=new, old=f"{change}{line.old}" if line.old else change, weight=500, colour=ink, tint=tint),
        Cell(text=line.why or "–", colour="text2" if line.why else "text3", tint=tint),
    )


def icon_of(line: Made) -> str:
    """The icon of what was done."""
    return ICONS.get(line.act, "pencil" if line.column else "info")
