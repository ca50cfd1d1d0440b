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

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ui.kit import memory
from ui.kit.tokens import set_theme

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

OF_QT = {"QTipLabel", "QComboBoxPrivateContainer", "QDesktopWidget"}
"""Widgets that Qt itself keeps between uses."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Offscreen says what it can't do for a window that has no manager; that is no fault of the window."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


def settle() -> None:
    """Let what is to be deleted be deleted, and what is to be laid out be laid out."""
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def widgets() -> set[QWidget]:
    """Every widget that is alive and is not Qt's own."""
    return {each for each in QApplication.allWidgets() if isValid(each) and type(each).__name__ not in OF_QT}


def running() -> set[object]:
    """Timers that run and threads that live."""
    found: set[object] = {each for each in threading.enumerate() if each.is_alive()}
    for each in gc.get_objects():
        if isinstance(each, QTimer | QThread) and isValid(each):
            busy = each.isActive() if isinstance(each, QTimer) else each.isRunning()
            if busy:
                found.add(each)
    return found


@pytest.fixture(scope="session", autouse=True)
def settled_modules() -> None:
    """Leave what the imports made out of every search for what a test left behind."""
    gc.collect()
    gc.freeze()


@contextmanager
def watched() -> Iterator[None]:
    """Raise AssertionError if what happens inside leaves a widget, a running timer or a thread behind."""
    settle()
    had, ran = widgets(), running()
    yield
    settle()
    gc.collect()
    settle()
    if widgets() - had:
        # The window's own sweep sets aside what it has no time for: that is garbage all the same.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        settle()
    left = {f"{type(each).__name__} {each.accessibleName() or each.objectName()!r}" for each in widgets() - had}
    busy = {repr(each) for each in running() - ran}
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
