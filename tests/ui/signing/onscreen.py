"""A window on the demo's site with a real desk: what a person sees and does, by name and by visible text."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPushButton, QWidget
from shiboken6 import isValid

from app.base.words import Value
from app.work.demo.stage import Stage
from app.work.office import Office
from tests.ui.waiting import pause, until
from ui.desk import Desk, PlaceShown, SessionShown
from ui.kit.dialog import Dialog
from ui.kit.memory import Fleeting
from ui.lane import Lane
from ui.signing.dialog import SignDialog
from ui.signing.sign import sign

W = TypeVar("W", bound=QWidget)
PLACE = PlaceShown(site="leiden", device="desk-1", zone="Europe/Amsterdam", region="eu", folder="")


class Screen:
    """Somebody signed in at a window with an empty page."""

    def __init__(self, stage: Stage, username: str) -> None:
        self.stage, self.username = stage, username
        self.office: Office = stage.enter(username)
        self.who = stage.cast.people[username]
        self.store, self.net = Lane("store"), Lane("net")
        shown = SessionShown(
            name=self.who["name"], uid=self.who["uid"], pid=self.who["pid"], role="", roles=frozenset()
        )
        self.desk = Desk(self.store, self.net, self.office, shown, PLACE, Fleeting())
        self.window = QMainWindow()
        self.page = QWidget()
        self.window.setCentralWidget(self.page)
        self.window.resize(1280, 800)
        self.window.show()
        self.said: list[str] = []
        self.nouns: list[frozenset[str]] = []
        self.signed = 0
        self.desk.said.connect(self.said.append)
        self.errors: list[Exception] = []
        self.desk.failed.connect(self.errors.append)
        self.desk.changed._told.connect(self.nouns.append)

    def close(self) -> None:
        """Close everything."""
        for one in self.dialogs():
            one.done(0)
        pause(0)
        self.store.close()
        self.net.close()
        pause(0)
        self.window.close()
        self.window.deleteLater()
        self.stage.close()

    # ---- looking

    def dialogs(self) -> list[Dialog]:
        """The dialogs that are open, the uppermost last."""
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, Dialog) and one.isVisible()]

    def dialog(self, kind: type[W] = SignDialog) -> W:  # type: ignore[assignment]
        """The open dialog of a kind; waits for it."""
        until(lambda: self.errors or any(isinstance(one, kind) for one in self.dialogs()))
        if self.errors:
            raise self.errors[0]
        return next(one for one in self.dialogs() if isinstance(one, kind))

    # ---- doing

    def sign(self, command: Value, *, second: bool = False) -> SignDialog:
        """Ask for a signature, as a page does; the dialog, once it can be used."""
        sign(self.desk, self.page, command, second=second, then=self._then)
        return self.dialog()

    def _then(self) -> None:
        self.signed += 1

    def rest(self) -> None:
        """Wait until nothing is asked any more."""
        until(lambda: not self.store.is_busy)
        pause(20)


def gone(dialog: QWidget) -> None:
    """Wait until a dialog is closed."""
    until(lambda: not isValid(dialog) or not dialog.isVisible())


def named(inside: QWidget, kind: type[W], name: str) -> W:
    """The visible control with this accessible name."""
    found = [one for one in inside.findChildren(kind) if one.accessibleName() == name and one.isVisible()]
    assert len(found) == 1, (name, [one.accessibleName() for one in inside.findChildren(kind)])
    return found[0]


def button(inside: QWidget, words: str) -> QPushButton:
    """The visible button with these words."""
    return named(inside, QPushButton, words)


def click(target: QWidget) -> None:
    """A click with the mouse."""
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)


def words(inside: QWidget) -> str:
    """Everything that is written there and visible."""
    return "\n".join(one.text() for one in inside.findChildren(QLabel) if one.isVisible())
