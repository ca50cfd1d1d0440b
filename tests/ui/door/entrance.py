"""A real door on a copy of the demo, and the hands of somebody who stands before it: keys only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.work.office import Office
from app.work.unlock import Given
from ui.door.door import Door
from ui.kit.text import Label
from ui.lane import Lane
from ui.main import Wired

WAIT = 15_000


class Entrance:
    """The door with its lane; whoever comes in stands in `inside`."""

    def __init__(self, qtbot: QtBot, data: Path, secret_file: Path | None = None) -> None:
        self.qtbot, self.lane = qtbot, Lane("store")
        self.behind = Wired(data, secret_file)
        self.door = Door(self.behind, self.lane)
        self.inside: list[Office] = []
        self.door.came_in.connect(self.inside.append)

    def open(self) -> None:
        """Show the form and wait for what is told of the site."""
        self.door.sign_in()
        self.door.show()
        self.qtbot.waitExposed(self.door)
        self.door.complete()
        self.door.look()
        self.settle()

    def settle(self) -> None:
        """Wait until the lane has told everything."""
        self.qtbot.waitUntil(lambda: not self.lane.is_busy, timeout=WAIT)

    def type(self, given: Given) -> None:
        """User ID, Tab, password, Tab (past the eye), code, Enter."""
        self.door.activateWindow()
        self.door.form.user.setFocus()
        self.door.form.user.clear()
        for text, tabs in ((given.user, 1), (given.password, 2), (given.code, 0)):
            self.write(text)
            for _ in range(tabs):
                self.qtbot.keyClick(self.focus(), Qt.Key.Key_Tab)
        self.qtbot.keyClick(self.focus(), Qt.Key.Key_Return)

    def write(self, text: str) -> None:
        """Type, or paste what no key gives."""
        if text.isascii():
            self.qtbot.keyClicks(self.focus(), text)
        else:
            QApplication.clipboard().setText(text)
            self.qtbot.keyClick(self.focus(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def attempt(self, given: Given) -> None:
        """Type everything and wait for the answer."""
        self.type(given)
        self.settle()

    def focus(self) -> QWidget:
        """What the keyboard writes to."""
        focus = QApplication.focusWidget() or self.door.focusWidget()
        assert focus is not None
        return focus

    def said(self) -> str:
        """Every word on the screen."""
        return " | ".join(one.text() for one in self.door.findChildren(Label) if one.isVisible() and one.text())

    def close(self) -> None:
        """Sign whoever came in out, and end the lane."""
        for office in self.inside:
            self.lane.ask(
                self.door, lambda _ticket, office=office: self.behind.leave(office, "user"), lambda _done: None
            )
        self.settle()
        self.lane.close()
        # Not by `qtbot.addWidget`: that destroys the door before whoever is inside has left, and nobody is told of it.
        self.door.hide()
        self.door.deleteLater()
