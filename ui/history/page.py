"""The change history: a banner that says whether all of it verifies, filters, the list, one entry in full (08, 08b).

- Newest first, told at once; what filters need is read bit by bit behind it.
- Filters are remembered by their codes, what was typed is not.
- Broken: what is intact, where it stops, what is in doubt, what is paused; the doubtful rows are dimmed, never hidden.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractItemView

from app.base.say import say
from app.base.words import Refused
from app.work.ledger import HistoryPage, HistoryQuery, entries, index_on, kinds
from ui.address import Address
from ui.desk import Desk
from ui.history.aside import Aside
from ui.history.filters import Filters
from ui.history.legend import Legend
from ui.history.lines import PAGE, Lines, columns
from ui.history.panel import EntryPanel
from ui.history.standing import Standing
from ui.kit.announce import announce
from ui.kit.buttons import button
from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, column, hline, holder, plate, row
from ui.kit.states import States
from ui.kit.table import Table
from ui.kit.text import label
from ui.page import Command, Page
from ui.steps import Steps

KEPT = "history.filters"
PAUSE_MS = 120


class HistoryView(Page):
    """The page."""

    name: ClassVar[str] = "history"
    nouns: ClassVar[frozenset[str]] = frozenset(
        {"record", "person", "account", "role", "document", "setting", "session"}
    )
    dense: ClassVar[bool] = True
    stays: ClassVar[bool] = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._lines: Lines | None = None
        self._turn = self._shown = 0
        self.standing = Standing(desk)
        self.filters = Filters()
        self.table = Table(say("ui.page.history"), columns(), "history", row=36)
        self.count, self.legend = label("", "dense", "text2"), Legend()
        self.panel, self._steps = EntryPanel(desk), Steps(desk, self)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._build()
        self._connect()
        self.filters.restore(desk.remembers.get(KEPT))

    def title(self) -> str:
        """What stands in the top bar."""
        return say("ui.page.history")

    def commands(self) -> list[Command]:
        """Verify, filter, save."""
        return [
            Command(
                words=say("ui.history.verify"),
                run=self.standing.verify,
                keys="Ctrl+Shift+V",
                icon="shield-check",
            ),
            Command(
                words=say("ui.history.do.filter"), run=self.filters.text.setFocus, keys="Ctrl+F", icon="search"
            ),
            Command(words=say("ui.history.do.diff"), run=self._to_panel, keys="Ctrl+D", icon="history"),
            Command(words=say("ui.history.save"), run=self.standing.save, keys="Ctrl+E", icon="download"),
        ]

    def show_address(self, address: Address) -> None:
        """The list as it was left; `countersign:history/<person or entry>` filters it by that alone."""
        before, self.address = self.address, address
        if before != address:
            self.filters.narrow(address)
        self.refresh()

    def refresh(self) -> None:
        """Ask for the list and for the last verification."""
        self._ask()
        self.standing.refresh()

    # ---- the frame

    def _build(self) -> None:
        self.states = States(plate((self.table, 1), hline(), self.legend))
        self.aside = Aside(self.states, self.panel, self)
        head = column(
            label(say("ui.page.history"), "h1"), label(say("ui.history.sub"), "dense", "text2"), gap=2
        )
        line = row((self.filters, 1), self.count)
        inside = column(row(head, STRETCH), self.standing, line, (self.aside, 1), gap=12)
        self.setLayout(
            column((Scroll(holder(inside), say("ui.page.history")), 1), gap=0, margins=(24, 20, 24, 20))
        )

    def _connect(self) -> None:
        self.standing.answered.connect(self._ask)
        self.standing.answered.connect(self._show_broken)
        self.filters.asked.connect(self._filtered)
        self._desk.went.connect(lambda to: self._filtered() if self.filters.narrow(to) else None)
        self._desk.returned.connect(partial(_come_back, self))
        self.table.chosen.connect(self._pause.start)
        self.table.opened.connect(self._open)
        self._pause.timeout.connect(self._show_entry)

    # ---- the list

    def _filtered(self) -> None:
        self._desk.remembers.set(KEPT, self.filters.kept())
        self._ask()

    def _ask(self) -> None:
        self._turn += 1
        self.states.show_loading(say("ui.history.loading"))
        if self.filters.query() == HistoryQuery():
            self._ask_first()
        else:
            told = partial(self.states.show_loading, say("ui.history.loading"))
            self._steps.run(index_on, partial(_read_on, told, self._ask_first))

    def _ask_first(self) -> None:
        work = partial(entries, query=self.filters.query(), first=0, count=PAGE)
        self._desk.ask(self, work, partial(self._show, self._turn))

    def _show(self, turn: int, page: HistoryPage | Refused) -> None:
        if turn != self._turn:
            return
        self._shown = turn
        if isinstance(page, Refused):
            self.states.show_empty(
                say("ui.history.refused"), say(f"refused.{page.code}", page.about), icon="lock"
            )
            return
        told = say("ui.history.count", {"n": f"{page.total:,}", "of": f"{page.all:,}"})
        self.count.set_text(told)
        announce(self.table, told)
        self._lines = Lines(page, partial(self._read, turn), self.standing.verified)
        self.table.set_source(self._lines)
        self.legend.show_seals(self.standing.verified)
        self._keep_entry(self._lines)
        offer = partial(self._desk.ask, self, kinds, self.filters.offer)
        self._steps.run(index_on, partial(_read_on, lambda *_far: None, offer))
        if page.total:
            self.states.show_content()
        else:
            clear = button(say("ui.history.clear"), "primary")
            clear.clicked.connect(self.filters.reset)
            self.states.show_empty(say("ui.history.none"), say("ui.history.none.text"), clear)

    def _read(self, turn: int, first: int) -> None:
        work = partial(entries, query=self.filters.query(), first=first, count=PAGE)
        self._desk.ask(self, work, partial(self._take, turn))

    def _take(self, turn: int, page: HistoryPage | Refused) -> None:
        if turn == self._turn and self._lines is not None and isinstance(page, HistoryPage):
            self._lines.take(page)

    # ---- one entry

    def _show_entry(self) -> None:
        log, _, seq = self.table.current_id().rpartition("#")
        if log and self._lines is not None and self.aside.offer():
            seal = self._lines.seal(log, int(seq))
            self.panel.show_place(log, int(seq), seal, self.standing.verified)

    def _keep_entry(self, lines: Lines) -> None:
        """The entry that was shown stays so while it is among the newest; what was found broken comes into view."""
        (log, seq), told = self.panel.place, self.standing.verified
        if told is not None and told.first is not None and told.first.seq is not None:
            if lines.total == told.entries:
                middle = QAbstractItemView.ScrollHint.PositionAtCenter
                self.table.grid.scrollTo(self.table.rows.index(lines.total - 1 - told.first.seq, 0), middle)
        elif (log, seq) in lines.places():
            self.table.select(f"{log}#{seq}")
        elif log:
            self.panel.hide()

    def _open(self, _id: str) -> None:
        self.aside.open()
        self._show_entry()

    def _show_broken(self) -> None:
        """After a verification that found errors: the entry from which on it is broken, else all that was found."""
        told = self.standing.verified
        if told is None or not told.errors:
            return
        if not self.aside.is_drawer():  # unasked it would hide what the banner offers
            self.aside.open()
        first = told.first
        if first is not None and first.seq is not None:
            self.panel.show_place(first.log, first.seq, "over", told)
        else:
            self.panel.show_findings(told)

    def _to_panel(self) -> None:
        self._open("")
        self.panel.setFocus()


def _come_back(page: HistoryView) -> None:
    """After the lock everything is as it was left; only what the lock dropped is asked for again."""
    if page._lines is None or page._shown != page._turn:
        page.refresh()
    else:
        page._lines.ask_again()
        page.standing.refresh()


def _read_on(
    told: Callable[[int, int], object], ready: Callable[[], object], far: tuple[int, int] | Refused
) -> bool:
    """Whether there is more of the index to read: then `told` hears how far it is, else what needs it is `ready`."""
    if isinstance(far, Refused) or far[0] >= far[1]:
        ready()
        return False
    told(*far)
    return True


def page(desk: Desk) -> Page:
    """The page."""
    return HistoryView(desk)
