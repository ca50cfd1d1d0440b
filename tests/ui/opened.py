"""A real window of a signed-in person on a copy of the demo: opened through the door's own house, used by keys and words.

- `opened(qtbot, stage, "muphaus")` signs in on the store's lane and answers when the first page has its answers.
- `window.go("countersign:people")`, `settle()` waits until both lanes have told everything.
- Pictures for the eye: `python -m tests.ui.pictures`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtCore import QCoreApplication, QEvent, QStandardPaths
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.work.demo.stage import Stage
from app.work.office import Office
from tests.ui.waiting import until
from ui.address import parse
from ui.desk import Desk
from ui.door.door import Door
from ui.door.keeper import Keeper
from ui.kit.sheet import wear
from ui.kit.text import Label
from ui.lane import Lane
from ui.main import Wired
from ui.page import Page
from ui.shell.window import Window


class Opened:
    """Door, keeper and the window of whoever came in."""

    def __init__(self, data: Path, *, ahead: bool = False) -> None:
        forget()
        self._ahead = ahead
        wear(on_windows=True)
        self.store = Lane("store")
        self.door = Door(Wired(data), self.store)
        self.keeper = Keeper(self.door, self.store)
        self.keeper.begin()

    @property
    def window(self) -> Window:
        """The window."""
        house = self.keeper.house
        assert house is not None, "nobody came in"
        window = house.window
        assert isinstance(window, Window)
        return window

    @property
    def desk(self) -> Desk:
        """The desk of whoever came in."""
        return self.window.desk

    def page(self) -> Page:
        """The page that is shown."""
        page = self.window.page()
        assert page is not None
        return page

    def enter(self, stage: Stage, username: str) -> None:
        """Sign somebody in, and wait for the house."""
        given = stage.cast.typed(username)
        self.store.ask(
            self.door,
            lambda _ticket: self.door.behind.enter(given.user, given.password, given.code),
            self._came_in,
        )
        until(lambda: self.keeper.house is not None)
        if not self._ahead:  # a page that is built meanwhile may ask the store, which a test then asks itself
            self.window.ahead.stop()
        self.settle()

    def _came_in(self, answer: object) -> None:
        assert isinstance(answer, Office), answer
        self.door.came_in.emit(answer)

    def settle(self) -> None:
        """Wait until the lanes have told everything and it is laid out."""
        for _ in range(3):
            until(lambda: not self.store.is_busy)
            house = self.keeper.house
            if house is not None:
                until(lambda: not self.desk.net.is_busy)
            QApplication.processEvents()

    def go(self, address: str) -> Page:
        """Go to a page and wait for what it asks."""
        told = parse(address)
        assert told is not None
        self.window.go(told)
        self.settle()
        return self.page()

    def press(self, keys: str) -> None:
        """Press a combination of keys where the focus is, and wait."""
        if QApplication.activeModalWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()
            until(self.window.isActiveWindow)
        target = QApplication.focusWidget() or self.window
        for one in QKeySequence(keys):  # type: ignore[attr-defined]
            QTest.keyClick(target, one.key(), one.keyboardModifiers())
        self.settle()

    def press_at_door(self, keys: str) -> None:
        """Press a key at the door."""
        if not self.door.isActiveWindow():
            self.door.activateWindow()
            until(self.door.isActiveWindow)
        for one in QKeySequence(keys):  # type: ignore[attr-defined]
            QTest.keyClick(QApplication.focusWidget() or self.door, one.key(), one.keyboardModifiers())
        self.settle()

    def said(self, inside: QWidget | None = None) -> str:
        """Every word that is shown in labels."""
        where = inside or self.window
        return " | ".join(one.text() for one in where.findChildren(Label) if one.isVisible() and one.text())

    def close(self) -> None:
        """Sign out, close the site, end the lanes."""
        if self.keeper.house is not None:
            self.keeper.sign_out()
        self.settle()
        self.door.hide()
        self.door.deleteLater()
        self.store.close()
        self.keeper.sweep.end()
        wear(on_windows=False)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def opened(_qtbot: QtBot | None, stage: Stage, username: str = "muphaus") -> Iterator[Opened]:
    """The window of a person of the demo; closed at the end."""
    stage.cast.save()
    made = Opened(stage.cast.folder)
    try:
        made.enter(stage, username)
        yield made
    finally:
        made.close()


def forget() -> None:
    """Nothing is remembered from a window before; what is remembered lies in the tests' own folder."""
    QStandardPaths.setTestModeEnabled(True)
    kept = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation))
    for file in kept.glob("seen-*.json"):
        file.unlink()


def scratch() -> Path:
    """An own folder for whoever is not a test."""
    return Path(mkdtemp(prefix="countersign-look-"))
