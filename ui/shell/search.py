"""Ctrl+K: finds people and documents, and runs any command; by typing, arrows and Enter alone.

- Commands are matched here; people and documents are asked from the finder at each key, the newest question only.
- A command that is typed whole comes first: "lock" locks, even at a site that has a procedure on lock-out.
- An address that is pasted in is gone to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.say import say
from app.work.finder import Hit, find, gather
from ui.address import parse
from ui.desk import Desk
from ui.kit.dialog import Dialog
from ui.kit.layout import STRETCH, column, holder
from ui.kit.lines import LineEdit
from ui.kit.table import Cell, Column, Table
from ui.kit.text import label
from ui.lane import Ticket
from ui.page import Command
from ui.shell.help import shown_keys

MOST = 20
ICONS = {"person": "user", "document": "file-text"}
Offer = tuple[Callable[[], None], tuple[Cell, ...]]
"""What is done on Enter, and how it is shown."""
COLUMNS = (
    Column(key="what", title=say("ui.search.what"), width=420, stretch=True, sortable=False),
    Column(key="keys", title=say("ui.search.keys"), width=120, sortable=False),
)


class Search(Dialog):
    """One search; closed by Escape or by going somewhere."""

    def __init__(self, desk: Desk, parent: QWidget, commands: list[Command]) -> None:
        super().__init__(parent, say("ui.search.title"), say("ui.search.sub"), "search", width=680)
        self._desk, self._all = desk, commands
        self._runs: dict[str, Callable[[], None]] = {}
        self._pending: Ticket | None = None
        self._turn = 0
        self.field = LineEdit()
        self.field.setAccessibleName(say("ui.shell.search_name"))
        self.field.setPlaceholderText(say("ui.shell.search"))
        self.table = Table(say("ui.search.results"), COLUMNS, "shell.search")
        self.table.setMinimumHeight(360)
        self.count = label("", "caption", "text2")
        nothing = label(say("ui.search.nothing"), "body", "text2", wrap=True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # As tall as the list, so that nothing jumps while somebody types.
        self.nothing = holder(column(STRETCH, nothing, STRETCH, STRETCH))
        self.nothing.setMinimumHeight(360)
        self.nothing.hide()
        body: QVBoxLayout = column(self.field, (self.table, 1), (self.nothing, 1), gap=10)
        self.set_body(holder(body))
        self.set_foot(self.count)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.table.opened.connect(self._run)
        self._show(())
        self.field.setFocus()
        desk.ask(self, gather, lambda _done: None, lambda _error: None)  # what is wrong, the first key tells

    def typed(self) -> bool:
        """What was typed here needs no keeping."""
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter in the field work on the list."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._enter()
                return True
        return super().eventFilter(watched, event)

    def _typed(self, text: str) -> None:
        if self._pending is not None:
            self._pending.cancel()
        self._turn += 1
        if text.strip():
            work = partial(find, text=text, limit=MOST + 1)
            self._pending = self._desk.ask(self, work, partial(self._found, self._turn))
        self._show(())

    def _found(self, turn: int, hits: tuple[Hit, ...]) -> None:
        if turn == self._turn:
            self._show(hits)

    def _show(self, hits: tuple[Hit, ...]) -> None:
        text = self.field.text().strip().casefold()
        whole = [one for one in self._all if one.words.casefold() == text]
        some = [one for one in self._all if text in one.words.casefold() and one not in whole]
        found: list[Offer] = [(partial(self._desk.go, hit.address), _hit(hit)) for hit in hits[:MOST]]
        offered: list[Offer] = [*map(_command, whole), *found, *map(_command, some)]
        self._runs = {str(n): run for n, (run, _cells) in enumerate(offered)}
        rows = [(str(n), cells) for n, (_run, cells) in enumerate(offered)]
        self.table.set_rows(rows)
        more = len(hits) > MOST
        self.count.set_text(
            say("ui.search.first" if more else "ui.search.count", {"n": MOST if more else len(rows)})
        )
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        if rows:
            self.table.select(rows[0][0])

    def _step(self, by: int) -> None:
        ids = list(self._runs)
        if ids:
            now = self.table.current_id()
            at = ids.index(now) if now in ids else -1
            self.table.select(ids[max(0, min(len(ids) - 1, at + by))])

    def _enter(self) -> None:
        to = parse(self.field.text())
        if to is not None:
            self.accept()
            self._desk.go(to)
            return
        self._run(self.table.current_id())

    def _run(self, id: str) -> None:
        run = self._runs.get(id)
        if run is not None:
            self.accept()
            run()


def _hit(hit: Hit) -> tuple[Cell, ...]:
    return Cell(text=hit.title, sub=hit.sub, icon=ICONS.get(hit.kind, "file")), Cell()


def _command(one: Command) -> Offer:
    words = Cell(text=one.words, icon=one.icon or "corner-down-left")
    return one.run, (words, Cell(text=shown_keys(one.keys)))
