"""Work of the screen's thread in several turns: between two of them what is typed and clicked is heard.

- What is built, filled, polished and shown at once holds the screen for as long as all of it takes together (issue 4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid


def in_turns(owner: QObject, steps: Sequence[Callable[[], object]]) -> None:
    """Take the steps one after the other, a turn each, the first one in the next turn; none once `owner` is gone."""
    if steps:
        first, rest = steps[0], steps[1:]

        def turn() -> None:
            first()
            if isValid(owner):
                in_turns(owner, rest)

        QTimer.singleShot(0, owner, turn)
