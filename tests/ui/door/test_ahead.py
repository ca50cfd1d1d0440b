"""The pages' modules are there after a while at the door, and the screen's thread loads what knows Qt alone."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.ui.waiting import until
from ui.door.ahead import KIT, load_ahead, pages
from ui.lane import Lane
from ui.shell.pages import PAGES

LEFT_OVER = """
import sys
from importlib import import_module
from app.wiring import desktop
from ui.door.ahead import KIT, VERBS, pages
for module in VERBS:
    import_module(module)
before = set(sys.modules)
for module in (*KIT, *pages()):
    import_module(module)
print(*sorted(name for name in set(sys.modules) - before if name.startswith("app.")))
"""


def test_every_page_is_loaded_once_the_verbs_are(qtbot: QtBot) -> None:
    lane, owner = Lane("store"), QObject()
    load_ahead(lane, owner)
    until(lambda: all(module in sys.modules for module in (*KIT, *pages())))
    lane.close()
    assert {one.module for one in PAGES} <= sys.modules.keys()


def test_nothing_below_the_window_is_left_for_the_screens_thread() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEFT_OVER], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []
