"""What went wrong and no page took: what happened, what was kept, what to do; with the details for IT on demand.

- A fault of the world says its own sentences; anything else is a bug and is said as one, without personal values.
"""

from __future__ import annotations

import traceback

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import __version__
from app.base.faults import Fault
from app.base.say import say
from ui.kit.announce import announce
from ui.kit.banner import Banner
from ui.kit.buttons import button


class Failures(QWidget):
    """A banner above the page; empty most of the time."""

    def __init__(self) -> None:
        super().__init__()
        self._details = ""
        self._banner = Banner("bad", "circle-alert", "", "")
        copy, close = button(say("ui.shell.copy_details"), size="s"), button(say("ui.kit.close"), size="s")
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.clear)
        self._banner.set_actions([copy, close])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 12, 24, 0)
        inside.addWidget(self._banner)
        self.hide()

    def tell(self, error: Exception) -> None:
        """Say what happened."""
        if isinstance(error, Fault):
            title, text, self._details = error.plain(), error.what_to_do(), error.code
        else:
            title, text = say("ui.shell.unexpected"), say("ui.shell.unexpected.do")
            self._details = details(error)
        self._banner.set(title, text)
        self.show()
        announce(self, f"{title} {text}", assertive=True)

    def clear(self) -> None:
        """Say nothing any more."""
        self.hide()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)


def details(error: Exception) -> str:
    """Where a bug struck: type and places, without the values that were in it."""
    places = [f"{frame.name} {frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in _frames(error)]
    return "\n".join([f"Countersign {__version__}", type(error).__name__, *places])


def _frames(error: Exception) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)
