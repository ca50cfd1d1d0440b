"""The real window of somebody signed in at a copy of the demo's site: pages by name, controls by visible text and role."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app.base.moment import clock_text
from app.work.demo.stage import Stage
from app.work.seat import seat
from tests.ui.waiting import pause, until
from ui.desk import Desk, PlaceShown
from ui.door.house import session_of
from ui.kit import memory
from ui.kit.memory import Fleeting
from ui.kit.table import Table
from ui.lane import Lane
from ui.page import Page
from ui.shell.window import Window

W = TypeVar("W", bound=QWidget)
STILL = 4
"""So many looks in a row, 30 ms apart, must find the store idle."""


class Inside:
    """A window with the shell; `page` is the page in front."""

    def __init__(self, stage: Stage, username: str, size: tuple[int, int] = (1440, 900)) -> None:
        self.stage, self.username = stage, username
        office = self.office = stage.enter(username)
        told = seat(office)
        self.store, self.net, self.kept = Lane("store"), Lane("net"), Fleeting()
        memory.use(self.kept)
        place = PlaceShown(
            site=told.site, device=told.device, zone=told.zone, region="", folder="", log=told.log
        )
        self.desk = Desk(self.store, self.net, office, session_of(told), place, self.kept)
        self.failed: list[object] = []
        self.desk.failed.connect(self.failed.append)
        self.window = Window(self.desk, lambda: clock_text(office.clock.now().instant, seconds=False))
        self.window.resize(*size)
        self.window.show()

    def close(self) -> None:
        """Close everything."""
        self.rest()
        self.desk.office = None
        self.store.close()
        self.net.close()
        pause(0)
        self.window.hide()
        self.window.deleteLater()
        self.desk.deleteLater()
        pause(0)
        self.stage.close()

    def go(self, address: str) -> Page:
        """Go to a page and wait until it shows what it asked for."""
        self.desk.go(address)
        self.rest()
        page = self.window.page()
        assert page is not None
        return page

    def rest(self) -> None:
        """Wait until nothing is asked any more, and what was typed was searched for: an answer may ask for more."""
        pause(250)
        quiet = 0
        while quiet < STILL:
            until(lambda: not self.store.is_busy)
            pause(30)
            quiet = 0 if self.store.is_busy else quiet + 1


def words(inside: QWidget) -> str:
    """Everything that is written there and visible."""
    return "\n".join(one.text() for one in inside.findChildren(QLabel) if one.isVisible())


def button(inside: QWidget, name: str) -> QAbstractButton:
    """The visible button with these words or this name."""
    found = [
        one for one in inside.findChildren(QAbstractButton) if one.isVisible() and one.accessibleName() == name
    ]
    assert len(found) == 1, (name, [one.accessibleName() for one in inside.findChildren(QAbstractButton)])
    return found[0]


def click(target: QWidget) -> None:
    """A click with the mouse."""
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)


def lines(table: Table) -> list[str]:
    """The rows of a table as a screen reader tells them, cell by cell."""
    rows = table.rows
    return [
        " | ".join(str(rows.data(rows.index(row, column))) for column in range(rows.columnCount()))
        for row in range(rows.rowCount())
    ]


def press(inside: Inside, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the focus of the window is."""
    target = inside.window.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, held)
