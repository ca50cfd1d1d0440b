"""Somebody signs in and closes the window in the very next turn: `python -m tests.journeys.leaving DEMO`.

Ends when the program does: with 0, if nobody is inside by then and no thread is left.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.work.demo.cast import Cast
from tests.work.onstage import QA
from ui.door.door import Door
from ui.door.keeper import Keeper
from ui.kit.sheet import wear
from ui.kit.tokens import set_theme
from ui.lane import Lane
from ui.main import Wired

LOOK_MS = 20


class Hasty(QTimer):
    """Types what signs in once the door can take it, and closes the door in the turn after it opened."""

    def __init__(self, door: Door, cast: Cast) -> None:
        super().__init__(interval=LOOK_MS)
        self._door, self._cast = door, cast
        door.came_in.connect(lambda _office: QTimer.singleShot(0, door, door.close))
        self.timeout.connect(self._look)
        self.start()

    def _look(self) -> None:
        if self._door.outside is None:
            return
        self.stop()
        given, form = self._cast.typed(QA), self._door.form
        form.user.setText(given.user)
        form.password.setText(given.password)
        form.code.edit.setText(given.code)
        form.go.click()


def main(folder: Path) -> int:
    """As `ui.main` does it, with somebody hasty at the door."""
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    wear(on_windows=True)
    set_theme("light")
    store = Lane("store")
    keeper = Keeper(Door(Wired(folder), store), store)
    hasty = Hasty(keeper.door, Cast.load(folder, os.urandom))
    keeper.begin()
    application.exec()
    store.close()
    del hasty
    left = [one.name for one in threading.enumerate() if not one.daemon and one is not threading.main_thread()]
    sys.stderr.write(" ".join(left))
    return int(keeper.house is not None or bool(left))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
