"""The watchdog sees a hold and names who holds; and the screen turns while a worker computes without a pause."""

from __future__ import annotations

import sys
import threading
import time
from ctypes import CDLL

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from tests.ui.watchdog import Watchdog
from ui.lane import SWITCH_S, Lane, Ticket

pytestmark = pytest.mark.usefixtures("leaks_nothing")


GET_TIMER_SLACK = 30
"""Linux, prctl(2)."""


def hog() -> None:
    """Hold the thread."""
    time.sleep(0.12)


def test_a_hold_is_seen_with_its_place(qtbot: QtBot) -> None:
    with Watchdog() as dog:
        qtbot.wait(20)
        QTimer.singleShot(0, hog)
        qtbot.wait(200)
    assert [one.ms >= 110 for one in dog.holds] == [True]
    assert any("hog" in line for line in dog.holds[0].where)


def test_a_thread_that_turns_is_not_accused(qtbot: QtBot) -> None:
    with Watchdog() as dog:
        qtbot.wait(200)
    assert dog.holds == []
    assert 0 < dog.worst < 50


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own way")
def test_who_asks_is_not_kept_waiting_by_the_kernel(qtbot: QtBot) -> None:
    """By default a thread that waits for 10 µs is woken after 60 and more, each time it takes the interpreter."""
    lane = Lane("quick")
    lane.ask(lane, lambda _ticket: None, lambda _done: None)
    lane.close()
    assert CDLL(None).prctl(GET_TIMER_SLACK, 0, 0, 0, 0) == 1
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)


def test_the_screen_turns_while_a_worker_computes(qtbot: QtBot) -> None:
    """Each turn takes the interpreter many times, as a page does whose cells are painted."""
    lane, asker, over, turns = Lane("busy"), QObject(), threading.Event(), []

    def compute(_ticket: Ticket) -> None:
        while not over.is_set():
            sum(range(2000))

    def turn() -> None:
        for _ in range(40):
            time.sleep(0)
        turns.append(time.perf_counter())

    lane.ask(asker, compute, lambda _done: None)
    timer = QTimer(interval=1)
    timer.timeout.connect(turn)
    with Watchdog(150) as dog:
        timer.start()
        qtbot.wait(600)
        timer.stop()
    over.set()
    lane.close()
    qtbot.wait(20)
    assert dog.holds == []
    assert len(turns) >= 4
