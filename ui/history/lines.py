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
BROKEN = "unlink"


def columns() -> tuple[Column, ...]:
    """The columns of the history."""
    return (
        Column(key="seal", title=say("ui.history.column.seal"), width=48, sortable=False),
        Column(key="entry", title=say("ui.history.column.entry"), width=62, sortable=False),
        Column(key="when", title=say("ui.history.column.when"), width=172, sortable=False),
        Column(key="who", title=say("ui.history.column.who"), width=150, sortable=False),
        Column(key="action", title=say("ui.history.column.action"), width=112, sortable=False),
        Column(key="record", title=say("ui.history.column.record"), width=130, stretch=True, sortable=False),
        Column(key="change", title=say("ui.history.column.change"), width=140, stretch=True, sortable=False),
        Column(key="why", title=say("ui.history.column.why"), width=84, sortable=False, spare=True),
    )


class Lines(QObject):
    """The rows of one question. `read` asks for the page that begins at a number."""

    ready = Signal(int, int)

    def __init__(self, first: HistoryPage, read: Callable[[int], None], verified: Verified | None) -> None:
        super().__init__()
        self._read, self._seals = read, Seals(verified)
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

    def ask_again(self) -> None:
        """What was asked for and did not come is asked for again when it is looked at."""
        self._asked = {i // PAGE for i in self._lines}
        if self.total:
            self.ready.emit(0, self.total - 1)

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
        return f"{line.log}#{line.seq}", cells_of(line, self._seals.of(line), ends=self._ends(line))

    def places(self) -> set[tuple[str, int]]:
        """The places of the entries that were read."""
        return {(line.log, line.seq) for line in self._lines.values()}

    def seal(self, log: str, seq: int) -> str:
        """The seal of an entry that was read; of another one `todo`."""
        found = next((one for one in self._lines.values() if (one.log, one.seq) == (log, seq)), None)
        return "todo" if found is None else self._seals.of(found)

    def _ends(self, line: Made) -> bool:
        """Whether all before this entry is intact and nothing after it."""
        first = self._seals.first
        return first is not None and (first.log, first.seq) == (line.log, line.seq)


class Seals:
    """What the last verification says of each entry; made once, so that a row asks without going through all findings."""

    def __init__(self, verified: Verified | None) -> None:
        self._verified = verified
        self.first = None if verified is None else verified.first
        self._broken = set[tuple[str, int]]()
        self._doubtful: dict[str, int] = {}
        for one in () if verified is None else verified.errors:
            if not one.beside:
                self._take(one)

    def _take(self, one: Found) -> None:
        """What came before an entry in doubt is broken, or nobody knows where it is broken.

        What concerns a row or a file and no entry (`entity`) leaves the entries as they are, as all does that is `beside`.
        """
        if one.seq is None and one.entity:
            return
        since = 0 if one.seq is None else one.seq + 1
        self._doubtful[one.log] = min(self._doubtful.get(one.log, since), since)
        if one.seq is not None:
            self._broken.add((one.log, one.seq))

    def of(self, line: Made) -> str:
        """`ok`, `over` (broken), `exempt` (in doubt) or `todo` (not verified yet), as the last verification has it."""
        told = self._verified
        if told is None or (line.seq >= told.entries and told.sealed):
            return "todo"
        if (line.log, line.seq) in self._broken:
            return "over"
        doubtful = (line.seq >= self._doubtful[log] for log in ("", line.log) if log in self._doubtful)
        return "exempt" if any(doubtful) else "ok"


def cells_of(line: Made, seal: str, *, ends: bool = False) -> tuple[Cell, ...]:
    """One entry's cells, as `columns`; with `ends` the first that is broken, on a red rule."""
    ink = "text3" if seal in ("exempt", "over") and not ends else "text"
    rule, tint = ("bad", "bad_bg") if ends else ("", "")
    new = line.new if not line.more else say("ui.history.more", {"new": line.new, "n": line.more})
    change = f"{line.column}: " if line.column else ""
    return (
        Cell(status=seal, spoken=say(f"ui.history.seal.{seal}"), tint=tint, rule=rule),
        Cell(text=f"{line.seq + 1:,}", mono=True, colour="text2", tint=tint, rule=rule),
        Cell(text=line.local, colour=ink, tint=tint, rule=rule),
        Cell(text=line.who, weight=500, colour=ink, tint=tint, rule=rule),
        Cell(
            text=line.action,
            icon=BROKEN if ends else icon_of(line),
            icon_colour="bad" if ends else "sign" if line.signed else "text2",
            colour=ink,
            tint=tint,
            rule=rule,
        ),
        Cell(text=line.record, colour=ink, tint=tint, rule=rule),
        Cell(
            text=new,
            old=f"{change}{line.old}" if line.old else change,
            weight=500,
            colour=ink,
            tint=tint,
            rule=rule,
        ),
        Cell(text=line.why or "–", colour="text2" if line.why else "text3", tint=tint, rule=rule),
    )


def icon_of(line: Made) -> str:
    """The icon of what was done."""
    return ICONS.get(line.act, "pencil" if line.column else "info")
