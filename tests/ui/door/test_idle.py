"""The clock of idleness: activity puts the lock off, nothing puts the longest time off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.desk import Desk, PlaceShown, SessionShown
from ui.door.idle import Idle
from ui.kit.memory import Fleeting
from ui.lane import Lane

NOBODY = SessionShown("", "", "", "", frozenset())
NOWHERE = PlaceShown("", "", "UTC", "", "")


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A desk without a site."""
    lane = Lane("store")
    made = Desk(lane, lane, None, NOBODY, NOWHERE, Fleeting())  # type: ignore[arg-type]
    yield made
    lane.close()


@pytest.fixture
def pane(qtbot: QtBot) -> QWidget:
    """Something to move the mouse on."""
    made = QWidget()
    made.setMouseTracking(True)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.req("R-ACC-17")
def test_doing_nothing_locks(qtbot: QtBot, desk: Desk) -> None:
    idle = Idle(desk, 300, 60_000)
    with qtbot.waitSignal(idle.over, timeout=5_000) as told:
        pass
    assert told.args == ["idle"]
    idle.end()


@pytest.mark.req("R-ACC-17")
@pytest.mark.parametrize("jiggled", ["mouse", "key"])
def test_activity_puts_the_lock_off_but_not_the_longest_time(
    qtbot: QtBot, desk: Desk, pane: QWidget, jiggled: str
) -> None:
    idle, told = Idle(desk, 500, 1_500), []
    idle.over.connect(told.append)
    for step in range(40):
        if told:
            break
        if jiggled == "mouse":
            qtbot.mouseMove(pane.windowHandle(), QPoint(5 + step % 20, 9))
        else:
            qtbot.keyClick(pane.windowHandle(), Qt.Key.Key_A)
        qtbot.wait(60)
    assert set(told) == {"absolute"}  # said until somebody ends it
    idle.end()


def test_a_clock_that_was_ended_tells_nothing(qtbot: QtBot, desk: Desk) -> None:
    idle, told = Idle(desk, 200, 60_000), []
    idle.over.connect(told.append)
    idle.end()
    qtbot.wait(500)
    assert told == []
