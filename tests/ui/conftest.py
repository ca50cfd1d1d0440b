"""What the tests of the window share: a screen, the light theme at 100 %, and the proof that a test leaks nothing.

- Without a display the tests run on Qt's offscreen platform; under `xvfb-run` on a real one.
- `pytestmark = pytest.mark.usefixtures("leaks_nothing")` fails a test that leaves a widget, a running timer or a
  thread behind; a Qt warning fails it anyway (`qt_log_level_fail`). Give widgets to `qtbot.addWidget`.
- `look` puts the light theme on at 100 % and takes every other theme away again at the end.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import getCppPointer, isValid

from ui.kit import memory
from ui.kit.tokens import set_theme

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

HERE = Path(__file__).parent
PAGES = frozenset(one.name for one in HERE.iterdir() if one.is_dir() and one.name not in ("kit", "__pycache__"))
OF_QT = {"QTipLabel", "QComboBoxPrivateContainer", "QDesktopWidget"}
"""Widgets that Qt itself keeps between uses."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that open pages on a whole site take seconds each, and on a busy machine their waits run out: they come with
    `installers/test.sh --all`, or by naming their folder. The main job, by keys and by a screen reader, is always run.
    """
    for item in items:
        inside = item.path.relative_to(HERE).parts if HERE in item.path.parents else ()
        if PAGES.intersection(inside):
            item.add_marker(pytest.mark.slow)


def settle() -> None:
    """Let what is to be deleted be deleted, and what is to be laid out be laid out."""
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def at(each: QObject) -> int:
    """Where Qt's own object lies: Python may have made another face for it meanwhile."""
    return int(getCppPointer(each)[0])


def widgets() -> dict[int, QWidget]:
    """Every widget that is alive and is not Qt's own, by its place."""
    return {
        at(each): each
        for each in QApplication.allWidgets()
        if isValid(each) and type(each).__name__ not in OF_QT
    }


def clocks() -> dict[int, QTimer | QThread]:
    """Every timer and thread of Qt's, by its place."""
    gc.unfreeze()  # what is frozen is not told of
    found = {
        at(each): each for each in gc.get_objects() if isinstance(each, QTimer | QThread) and isValid(each)
    }
    gc.freeze()
    return found


def root(each: QObject) -> QObject:
    """The uppermost of those that something hangs on: a window that an earlier test left is not this test's."""
    while (above := each.parent()) is not None:
        each = above
    return each


def is_running(each: QTimer | QThread) -> bool:
    """Whether a timer or a thread runs."""
    return each.isActive() if isinstance(each, QTimer) else each.isRunning()


@pytest.fixture(scope="session", autouse=True)
def settled_modules() -> None:
    """Leave what the imports made out of every search for what a test left behind."""
    gc.collect()
    gc.freeze()


@contextmanager
def watched() -> Iterator[None]:
    """Raise AssertionError if what happens inside leaves a widget, a running timer or a thread behind."""
    settle()
    had, ran, alive = widgets(), clocks(), set(threading.enumerate())
    yield
    settle()
    gc.collect()
    settle()
    if widgets().keys() - had.keys():
        # The window's own sweep sets aside what it has no time for: that is garbage all the same.
        gc.unfreeze()
        gc.collect()
        settle()
    new = [each for place, each in widgets().items() if place not in had and at(root(each)) not in had]
    left = {
        f"{type(each).__name__} {each.accessibleName() or each.objectName()!r} of {each.parent()!r}"
        for each in new
    }
    busy = {
        f"{each!r} of {each.parent()!r}"
        for place, each in clocks().items()
        if place not in ran and is_running(each) and at(root(each)) not in had
    }
    busy |= {repr(each) for each in threading.enumerate() if each not in alive}
    assert not left, f"widgets left behind: {sorted(left)}"
    assert not busy, f"still running: {sorted(busy)}"


@pytest.fixture
def leaks_nothing(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a widget, a running timer or a thread behind."""
    with watched():
        yield


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    """The light theme at 100 % and an empty memory, before and after."""
    set_theme("light", 1.0)
    memory.use(memory.Fleeting())
    yield
    set_theme("light", 1.0)
    memory.use(memory.Fleeting())
