"""Garbage that refers to itself ends on the screen's thread, also when a lane made it; what is frozen lives on."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.ui.waiting import pause, until
from ui.lane import Lane
from ui.sweep import MANY, YOUNG, Sweep


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.mine = self


@pytest.fixture
def sweep(qtbot: QtBot) -> Iterator[Sweep]:
    """One that has begun."""
    owner = QObject()
    made = Sweep(owner)
    made.begin()
    yield made
    made.end()


def test_what_a_lane_made_ends_on_the_screen_s_thread(qtbot: QtBot, sweep: Sweep) -> None:
    ended: list[int] = []
    lane = Lane("store")

    def work(_ticket: object) -> None:
        weakref.finalize(Knot(), lambda: ended.append(threading.get_ident()))
        for _ in range(2 * YOUNG):
            Knot()

    lane.ask(sweep, work, lambda _done: None)
    qtbot.waitUntil(lambda: bool(ended), timeout=10_000)
    lane.close()
    assert ended == [threading.get_ident()]


def test_python_collects_nothing_by_itself_meanwhile_and_does_so_after(sweep: Sweep) -> None:
    assert not gc.isenabled()
    sweep.end()
    assert gc.isenabled()
    sweep.begin()


def test_much_at_once_is_frozen_and_ends_when_somebody_leaves(sweep: Sweep) -> None:
    knots = [Knot() for _ in range(MANY + YOUNG)]
    seen = weakref.ref(knots[0])
    sweep.turn()
    knots.clear()
    sweep.turn()
    assert seen() is not None
    sweep.everything()
    assert seen() is None


def test_a_locked_screen_that_is_left_alone_is_looked_through_and_one_that_is_not_isn_t(
    qtbot: QtBot, sweep: Sweep
) -> None:
    sweep._alone.setInterval(20)
    ended: list[int] = []
    weakref.finalize(Knot(), ended.append, 1)
    gc.freeze()
    sweep.rest(alone=True)
    sweep.rest(alone=False)
    pause(60)
    assert ended == []
    sweep.rest(alone=True)
    until(lambda: ended == [1])
