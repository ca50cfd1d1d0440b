"""What a page of documents says when its question was cancelled or failed: why, above what was there, and asking again.

- A failure of the world stands on the page; what is a mistake of ours goes to the frame.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.base.faults import Fault
from app.base.say import say
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.states import States


def show_cancelled(states: States, words: str, again: Callable[[], None]) -> None:
    """Say `words`: somebody cancelled the question; `again` asks it once more."""
    states.show_error(words, say("ui.documents.cancelled.do"), _again(again))


def show_failure(states: States, desk: Desk, error: Exception, again: Callable[[], None]) -> None:
    """Say what went wrong and what to do about it; `again` asks once more."""
    if isinstance(error, Fault):
        states.show_error(error.plain(), error.what_to_do(), _again(again))
    else:
        desk.failed.emit(error)


def _again(again: Callable[[], None]) -> QWidget:
    made = button(say("ui.documents.again"), size="s")
    made.clicked.connect(again)
    return made
