"""The lane: order, answers on the screen's thread, cancelled work, failures, askers that are gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from ui.lane import Lane, Ticket

pytestmark = pytest.mark.usefixtures("leaks_nothing")


@pytest.fixture
def lane(qapp: object) -> Iterator[Lane]:
    """A lane, closed at the end."""
    made = Lane("test")
    yield made
    made.close()


def rest(qtbot: QtBot, lane: Lane) -> None:
    """Wait until nothing is under way."""
    qtbot.waitUntil(lambda: not lane.is_busy)


def test_work_is_done_in_order_and_told_on_the_screen_s_thread(qtbot: QtBot, lane: Lane) -> None:
    asker, told = QObject(), []
    for n in range(20):
        lane.ask(
            asker,
            lambda _t, n=n: (n, threading.current_thread().name),
            lambda got: told.append((*got, threading.current_thread())),
        )
    rest(qtbot, lane)
    assert [n for n, _, _ in told] == list(range(20))
    assert {(name, here) for _, name, here in told} == {("lane-test", threading.main_thread())}


def test_a_failure_is_told_and_one_that_nobody_takes_too(qtbot: QtBot, lane: Lane) -> None:
    asker, taken, lost = QObject(), [], []
    lane.lost.connect(lost.append)

    def fail(_ticket: Ticket) -> None:
        raise ValueError("no")

    lane.ask(asker, fail, taken.append, taken.append)
    lane.ask(asker, fail, taken.append)
    rest(qtbot, lane)
    assert [type(one) for one in (*taken, *lost)] == [ValueError, ValueError]


def test_an_asker_that_is_gone_is_told_nothing(qtbot: QtBot, lane: Lane) -> None:
    asker, told, hold = QWidget(), [], threading.Event()
    lane.ask(asker, lambda _t: hold.wait(5), told.append, told.append)
    delete(asker)
    hold.set()
    rest(qtbot, lane)
    assert told == []


def test_cancelled_work_stops_at_its_next_look(qtbot: QtBot, lane: Lane) -> None:
    asker, told, ticks = QObject(), [], []
    began, hold = threading.Event(), threading.Event()

    def work(ticket: Ticket) -> None:
        began.set()
        hold.wait(5)
        for n in range(1000):
            ticks.append(n)
            ticket.tick(n, 1000)

    ticket = lane.ask(asker, work, told.append, told.append)
    waits = lane.ask(asker, lambda _t: ticks.append(-1), told.append)
    assert began.wait(5)
    ticket.cancel()
    waits.cancel()
    hold.set()
    rest(qtbot, lane)
    assert (told, ticks) == ([], [0])


def test_progress_comes_with_its_last_number(qtbot: QtBot, lane: Lane) -> None:
    asker, seen, go = QObject(), [], threading.Event()

    def work(ticket: Ticket) -> None:
        go.wait(5)
        for n in range(501):
            ticket.tick(n, 500)

    ticket = lane.ask(asker, work, lambda _done: None)
    ticket.progressed.connect(lambda done, of: seen.append((done, of)))
    go.set()
    rest(qtbot, lane)
    assert seen[-1] == (500, 500)
    assert len(seen) < 100
