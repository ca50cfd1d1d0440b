"""The pages' modules are there after a while at the door, and the screen's thread alone loads what knows Qt."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys, time
from PySide6.QtWidgets import QApplication
from tests.journeys.watched import Watch
from ui.door.ahead import KIT, load_ahead, pages
from ui.lane import Lane
sys.meta_path.insert(0, Watch())
application, lane = QApplication([]), Lane("store")
wanted, ends = {*KIT, *pages()}, time.monotonic() + 50
assert not wanted & sys.modules.keys()
load_ahead(lane, lane)
while not wanted <= sys.modules.keys() and time.monotonic() < ends:
    application.processEvents()
lane.close()
print(*sorted(wanted - sys.modules.keys()))
"""

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

BROKEN = """
import sys
from ui.door.ahead import load
sys.modules["ui.kit.days"] = None
load("ui.kit.days")
print("ui.kit.days can't be loaded")
"""


def said(program: str) -> tuple[list[str], str]:
    """What a program of its own says, in words, and what it complains of."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), done.stderr


def test_every_page_is_loaded_once_the_verbs_are_and_on_the_screens_thread() -> None:
    left, complaints = said(LOADED)
    assert left == [] and complaints == ""


def test_nothing_below_the_window_is_left_for_the_screens_thread() -> None:
    assert said(LEFT_OVER)[0] == []


def test_what_cannot_be_loaded_does_not_stop_the_others() -> None:
    heard, complaints = said(BROKEN)
    assert heard and "ui.kit.days can't be loaded" in complaints
