"""Whether the window stays alive on a big site: first paint of every screen, its answers, and who held the screen's thread.

Signed in as QA on 20,000 people and 200,000 entries, every page is visited twice, the filter and the search are typed
key by key, dialogs opened, everything verified, locked and unlocked. Targets: first paint 200 ms, answers to a key of
the search 30 ms, nothing holds the screen's thread for more than 50 ms; each longer hold is printed with its lines.

`xvfb-run -a -s "-screen 0 1920x1080x24" python -m tests.bench.bench_screens [PEOPLE ENTRIES]`
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.work.demo.cast import Cast
from app.work.demo.stage import Stage
from tests.bench.big import ENTRIES, PEOPLE, QA, copy_of, make
from tests.bench.table import show
from tests.bench.visits import Visit, dialogs, locked, pages, typed, verified
from tests.ui.opened import Opened
from tests.ui.waiting import pause, until
from tests.ui.watchdog import Hold, Watchdog
from ui.features import search_nothing
from ui.kit.tokens import set_theme

PAINT_MS, KEY_MS, HELD_MS = 200.0, 30.0, 50.0
REST_MS, AHEAD_MS, LONG_MS = 300, 4_000, 300_000
NOT_LATE = frozenset({"act", "dialog"})
"""Kinds whose widget waits for the store: its paint has no target of its own."""


class Painted(QObject):
    """When a widget was painted first, in ms since the start; None until then."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self._began = began
        self._of: QWidget | None = None
        self.ms: float | None = None

    def watch(self, widget: QWidget) -> None:
        """Look at this widget."""
        if self._of is None:
            self._of = widget
            widget.installEventFilter(self)
            widget.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt names it
        """The painting ends before the next turn of the screen's thread."""
        if event.type() == QEvent.Type.Paint and self._of is not None:
            self._of.removeEventFilter(self)
            QTimer.singleShot(0, self, self._done)
        return False

    def _done(self) -> None:
        self.ms = self.ms or (time.perf_counter() - self._began) * 1000


class Took:
    """What one visit took: ms to the first paint, to the last answer, the longest hold; and the holds."""

    def __init__(self, visit: Visit, turn: str, paint: float, data: float, dog: Watchdog) -> None:
        self.visit, self.turn, self.paint, self.data = visit, turn, paint, data
        self.worst, self.own, self.holds = dog.worst, dog.own, list[Hold](dog.holds)

    def missed(self) -> list[str]:
        """Which targets it missed."""
        late = self.paint > PAINT_MS and self.visit.kind not in NOT_LATE
        slow = self.visit.name.startswith("search, ") and self.data > KEY_MS
        held = self.worst > HELD_MS
        return [word for word, wrong in (("paint", late), ("answer", slow), ("held", held)) if wrong]

    def line(self) -> tuple[str, ...]:
        """A line of the table."""
        figures = (f"{each:,.0f}" for each in (self.paint, self.data, self.worst, self.own))
        return self.visit.name, self.turn, *figures, " ".join(self.missed())


class Bench:
    """Goes through visits and keeps what they took."""

    def __init__(self, made: Opened, dog: Watchdog) -> None:
        self.made, self.dog, self.took = made, dog, list[Took]()

    def go(self, visits: Iterable[Visit], turn: str = "") -> None:
        """One after the other, each until it is painted and answered and a moment longer."""
        for visit in visits:
            self.took.append(self.one(visit, turn))

    def one(self, visit: Visit, turn: str) -> Took:
        """One visit."""
        self.dog.forget()
        began = time.perf_counter()
        painted, rested = Painted(began), began
        visit.act()

        def answered() -> bool:
            nonlocal rested
            found = visit.look() if painted.ms is None else None
            if found is not None:
                painted.watch(found)
            busy = self.made.store.is_busy or self._net_busy()
            rested = time.perf_counter() if busy else rested
            return painted.ms is not None and not busy

        until(answered, LONG_MS, 1)
        data = max(painted.ms or 0.0, (rested - began) * 1000)
        pause(REST_MS)
        until(answered, LONG_MS)
        return Took(visit, turn, painted.ms or 0.0, data, self.dog)

    def _net_busy(self) -> bool:
        return self.made.keeper.house is not None and self.made.desk.net.is_busy


def measure(stage: Stage) -> list[Took]:
    """Sign in, go through everything, sign out."""
    stage.cast.save()
    made = Opened(stage.cast.folder, ahead=True)
    made.door.resize(1600, 950)
    with Watchdog(HELD_MS) as dog:
        bench = Bench(made, dog)
        bench.go([entering(made, stage)], "1")
        pause(AHEAD_MS)
        bench.go(pages(made), "1")
        bench.go(pages(made), "2")
        bench.go(typed(made))
        bench.go(dialogs(made), "1")
        bench.go(dialogs(made), "2")
        bench.go(verified(made, stage.cast.typed(QA)))
        bench.go(locked(made, stage, QA))
    made.close()
    return bench.took


def entering(made: Opened, stage: Stage) -> Visit:
    """Somebody comes in at the door."""
    given = stage.cast.typed(QA)

    def enter() -> None:
        made.store.ask(
            made.door,
            lambda _ticket: made.door.behind.enter(given.user, given.password, given.code),
            made._came_in,
        )

    def inside() -> QWidget | None:
        house = made.keeper.house
        return made.window.page() if house is not None and house.window.isVisible() else None

    return Visit(name="sign in", act=enter, look=inside, kind="act")


def main(people: int = PEOPLE, entries: int = ENTRIES) -> int:
    """Measure, print the table and the holds; 1 where a target is missed."""
    search_nothing()
    application = QApplication.instance() or QApplication(sys.argv)
    set_theme("light", 1.0)
    with tempfile.TemporaryDirectory(prefix="countersign-screens-") as name:
        took = measure(Stage(Cast.load(copy_of(make(people, entries), Path(name)), os.urandom)))
    head = ("done", "visit", "painted, ms", "answered, ms", "longest hold, ms", "computed", "missed")
    show(f"The window on {people:,} people, {entries:,} entries", head, [one.line() for one in took])
    for one in took:
        for hold in one.holds:
            print(f"\n{one.visit.name} {one.turn}: {hold!r}")
    missed = sum(bool(one.missed()) for one in took)
    print(
        f"\n{missed} of {len(took)} missed a target: paint {PAINT_MS:.0f}, key {KEY_MS:.0f}, hold {HELD_MS:.0f} ms"
    )
    del application
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
