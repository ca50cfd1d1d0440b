"""Closing while something is done: waited for with words, a second time cancels, and a write goes to its end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.lane import Lane, Ticket
from ui.shell.closing import Closing

pytestmark = pytest.mark.usefixtures("leaks_nothing")


@pytest.fixture
def lane(qapp: object) -> Iterator[Lane]:
    """A lane, closed at the end."""
    made = Lane("test")
    yield made
    made.close()


def test_with_nothing_to_do_it_closes_at_once(lane: Lane) -> None:
    told: list[str] = []
    parent = QObject()
    Closing(parent, [lane], lambda: told.append("wait"), lambda: told.append("close")).want()
    assert told == ["close"]


def test_a_write_is_waited_for_with_words(qtbot: QtBot, lane: Lane) -> None:
    told: list[str] = []
    parent, begun, hold = QObject(), threading.Event(), threading.Event()

    def write(_ticket: Ticket) -> None:
        begun.set()
        hold.wait(5)
        told.append("written")

    closing = Closing(parent, [lane], lambda: told.append("wait"), lambda: told.append("close"))
    lane.ask(parent, write, lambda _done: told.append("told"))
    assert begun.wait(5)
    closing.want()
    closing.want()
    assert told == ["wait", "wait"]
    hold.set()
    qtbot.waitUntil(lambda: "close" in told)
    assert told == ["wait", "wait", "written", "close"]  # who cancelled is told nothing


def test_closing_again_stops_what_looks_at_its_ticket(qtbot: QtBot, lane: Lane) -> None:
    told: list[str] = []
    parent, began = QObject(), threading.Event()

    def verify(ticket: Ticket) -> None:
        while True:
            began.set()
            ticket.tick(1, 1_000_000)

    closing = Closing(parent, [lane], lambda: told.append("wait"), lambda: told.append("close"))
    lane.ask(parent, verify, lambda _done: told.append("told"))
    assert began.wait(5)
    closing.want()
    closing.want()
    qtbot.waitUntil(lambda: "close" in told)
    assert "told" not in told
