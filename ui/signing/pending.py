"""One thing at a time is opened on a window: from what was asked for until it is shown, nothing else of its kind is begun.

- Two signatures on one act, or two records of one training, would begin with two quick clicks.
- Whatever goes wrong on the way, the place is free afterwards: else nothing could be begun there until the program ends.
- What is asked is kept in Python: a property of Qt holds only its address, and reading it later brings the program down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar
from weakref import WeakKeyDictionary

from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from app.base.words import Refused
from app.work.office import Office
from ui.desk import Desk
from ui.kit.dialog import Dialog, ground
from ui.kit.turns import in_turns
from ui.lane import Ticket

A = TypeVar("A")
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

    def ask(
        self,
        desk: Desk,
        work: Callable[[Office], A | Refused],
        build: Callable[[A], tuple[Dialog, Callable[[], object]]],
        refused: Callable[[Refused | Exception], object],
    ) -> None:
        """Ask the store, then build a dialog of the answer, fill, polish and show it, a turn each; `build` answers the dialog
        and what fills it. A refusal or error goes to `refused`, and nothing is shown, if whoever asked is still there."""

        def answered(answer: A | Refused) -> None:
            if isinstance(answer, Refused):
                failed(answer)
            elif not self._stands():
                self._free()
            else:
                with self._freed():
                    dialog, fill = build(answer)
                in_turns(
                    dialog,
                    [partial(self._fill, dialog, fill), dialog.ensurePolished, partial(self._show, dialog)],
                )

        def failed(answer: Refused | Exception) -> None:
            self._free()
            if self._stands():
                refused(answer)

        # In the name of the window, which hears the answer even when the parent is gone by then.
        _taken.setdefault(self.window, {})[self._kind] = desk.ask(self.window, work, answered, failed)

    def _fill(self, dialog: Dialog, fill: Callable[[], object]) -> None:
        try:
            with self._freed():
                fill()
        except Exception:
            dialog.deleteLater()
            raise

    def _show(self, dialog: Dialog) -> None:
        self._free()
        if self._stands():
            dialog.open()
        else:
            dialog.done(QDialog.DialogCode.Rejected)
            dialog.deleteLater()

    @contextmanager
    def _freed(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._free()
            raise

    def _free(self) -> None:
        _taken.get(self.window, {}).pop(self._kind, None)

    def _stands(self) -> bool:
        """Whether whoever asked is still there: a dialog may be closed by now."""
        parent = self._parent
        return isValid(parent) and not (isinstance(parent, QDialog) and not parent.isVisible())
