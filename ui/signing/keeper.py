"""Keeps what is being typed as a draft of its author, a moment after the typing rests (R-REC-10).

- What was typed last is kept when the dialog closes; once the thing is signed, the draft is taken out.
- An answer that nobody waits for is no error on the screen: the words are still in the window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.base.faults import Fault
from app.work.drafts import drop_draft, keep_draft
from ui.desk import Desk

REST_MS = 800


class Keeper(QTimer):
    """Keeps the fields that `read` answers under `name`; asked in the name of the window, which outlives a dialog."""

    def __init__(self, desk: Desk, dialog: QWidget, name: str, read: Callable[[], Mapping[str, str]]) -> None:
        super().__init__(dialog, singleShot=True, interval=REST_MS)
        self._desk, self._asker, self._name, self._read = desk, dialog.parentWidget() or dialog, name, read
        self.timeout.connect(self.keep)

    def touch(self) -> None:
        """Something was typed."""
        self.start()

    def keep(self) -> None:
        """Keep what stands there now."""
        self.stop()
        self._desk.ask(
            self._asker, partial(keep_draft, name=self._name, fields=dict(self._read())), _nothing, self._failed
        )

    def flush(self) -> None:
        """Keep what was typed since the last time."""
        if self.isActive():
            self.keep()

    def drop(self) -> None:
        """It was signed, or its author threw it away."""
        self.stop()
        self._desk.ask(self._asker, partial(drop_draft, name=self._name), _nothing, self._failed)

    def _failed(self, error: Exception) -> None:
        """A full disk is told where it matters, at the signature; a bug is told at once."""
        if not isinstance(error, Fault):
            self._desk.failed.emit(error)


def _nothing(_answer: object) -> None:
    """Nobody waits for this answer."""
