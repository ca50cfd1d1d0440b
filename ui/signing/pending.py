"""One thing at a time is opened on a window: from what was asked for until it is shown, nothing else of its kind is begun.

- Two signatures on one act, or two records of one training, would begin with two quick clicks.
- What is asked is kept in Python: a property of Qt holds only its address, and reading it later brings the program down.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from ui.kit.dialog import ground
from ui.lane import Ticket

_taken: WeakKeyDictionary[QWidget, dict[str, Ticket]] = WeakKeyDictionary()


class Pending:
    """The place for one thing of a kind on the window that `parent` stands on."""

    def __init__(self, parent: QWidget, kind: str) -> None:
        self._parent, self._kind = parent, kind
        self.window = ground(parent) or parent.window()

    @property
    def is_taken(self) -> bool:
        """Whether something is being opened there. What was asked of a site that was locked meanwhile is not."""
        asked = _taken.get(self.window, {}).get(self._kind)
        return asked is not None and not asked.cancelled

    def take(self, ticket: Ticket) -> None:
        """It was asked for; ask in the name of `window`, which hears the answer even when the parent is gone by then."""
        _taken.setdefault(self.window, {})[self._kind] = ticket

    def free(self) -> None:
        """It is shown, or came to nothing."""
        _taken.get(self.window, {}).pop(self._kind, None)

    def stands(self) -> bool:
        """Whether whoever asked is still there: a dialog may be closed by now."""
        parent = self._parent
        return isValid(parent) and not (isinstance(parent, QDialog) and not parent.isVisible())
