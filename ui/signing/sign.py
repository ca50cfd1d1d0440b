"""The only way a page signs: read what would be signed, then the dialog, or the reason why it can't be signed.

- Asked on the store's worker before anything opens; whoever clicks twice gets one dialog.
- A second person at the same screen signs in a dialog of the same kind: everything is asked, no session is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Refused, Value
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.dialog import Dialog
from ui.kit.layout import column, holder
from ui.kit.text import label
from ui.signing.dialog import Parts, SignDialog
from ui.signing.pending import Pending
from ui.signing.reading import Opening, read
from ui.signing.words import fault_text, refused_text

ASKED = "signing"
"""On a window, what is about to be signed there."""


def sign(
    desk: Desk,
    parent: QWidget,
    command: Value,
    *,
    second: bool = False,
    then: Callable[[], None],
    source: str = "",
) -> None:
    """Let whoever is signed in, or with `second` another person at this screen, sign `command`; `then` once it was signed.

    A command whose meaning is a verdict (COMPETENT, NOT_YET, APPROVED, REJECTED) stands for the choice between both.
    `source` names the file that a register came from.
    """
    pending = Pending(parent, ASKED)
    if pending.is_taken or _is_signing(pending.window):
        return

    def build(opening: Opening) -> tuple[Dialog, Callable[[], object]]:
        dialog = SignDialog(desk, parent, opening, then, parts)
        return dialog, dialog.show_proposal

    work = partial(read, command=command, beside=second, source=source)
    pending.ask(desk, work, build, partial(cannot, desk, parent))
    parts = Parts(beside=second)


def _is_signing(window: QWidget) -> bool:
    """Whether a sign dialog is open there; one that was hidden with the window when it was locked is closed for good."""
    held = window.findChildren(SignDialog)
    for one in held:
        if not one.isVisible():
            one.done(QDialog.DialogCode.Rejected)
    return any(one.isVisible() for one in held)


def cannot(desk: Desk, parent: QWidget, answer: Refused | Exception) -> None:
    """Say why something can't be done, in the core's words; a bug goes to the window, which keeps its details for IT."""
    if isinstance(answer, Refused):
        CannotDialog(parent, refused_text(answer)).open()
    elif isinstance(answer, Fault):
        CannotDialog(parent, fault_text(answer)).open()
    else:
        desk.failed.emit(answer)


class CannotDialog(Dialog):
    """Why something can't be signed, before anybody typed anything."""

    def __init__(self, parent: QWidget, text: str) -> None:
        super().__init__(parent, say("ui.sign.cannot"), icon="circle-alert", tone="bad", width=520)
        self.set_body(holder(column(label(text, wrap=True, select=True))))
        self._close = button(say("ui.sign.close"), "primary")
        self._close.clicked.connect(self.accept)
        self.set_foot("", (self._close,))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the only thing that can be done."""
        super().showEvent(event)
        self._close.setFocus()
