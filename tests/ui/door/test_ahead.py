"""The pages' modules are there after a while at the door, and whoever asks the lane meanwhile comes between."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.door.ahead import read_ahead
from ui.lane import Lane
from ui.shell.pages import PAGES


def test_every_page_is_read_and_others_come_between(qtbot: QtBot) -> None:
    lane, asker = Lane("store"), QObject()
    order: list[str] = []
    read_ahead(lane, asker)
    lane.ask(asker, lambda _ticket: "between", order.append)
    lane.rested.connect(lambda: order.append("rested"))
    qtbot.waitUntil(lambda: "rested" in order, timeout=30_000)
    lane.close()
    assert order[0] == "between"
    assert all(one.module in sys.modules for one in PAGES)
