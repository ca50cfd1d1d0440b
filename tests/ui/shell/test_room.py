"""The size of the window: kept, brought back at the first showing, and never taken from nonsense."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from ui.kit.memory import Fleeting
from ui.shell.room import ROOM, Room, size_of

pytestmark = pytest.mark.usefixtures("look", "leaks_nothing")


def test_a_size_is_kept_and_brought_back(qtbot: QtBot) -> None:
    memory = Fleeting()
    memory.set(ROOM, [640, 480])
    window = QMainWindow()
    Room(window, memory)
    window.resize(700, 700)
    window.show()
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (640, 480))
    window.resize(500, 450)
    qtbot.waitUntil(lambda: memory.get(ROOM) == [500, 450])
    window.hide()
    window.deleteLater()


@pytest.mark.parametrize(
    "kept", [None, 5, [], [1280], [1280, "800"], [True, 800], [10, 10], [9**9, 800], {"a": 1}]
)
def test_what_is_no_size_is_none(kept: object) -> None:
    assert size_of(kept) is None
