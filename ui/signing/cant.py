"""I can't sign this: refusing is a first-class act (ux §10).

- The history knows no entry of a refusal yet; so it is said in words whom to tell, and nothing is made up.
- Nothing is signed and nothing recorded by it; what was typed as reason stays a draft.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.work.proposal import Proposal
from app.work.signers import holders
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.dialog import Dialog
from ui.kit.editors import Choice
from ui.kit.fields import Field
from ui.kit.layout import STRETCH, column
from ui.kit.text import label
from ui.signing.halves import fill

WHY = ("not_ready", "wrong", "not_me", "unread")


class CantDialog(Dialog):
    """Asks why not, and tells what to do; `leave` closes the sign dialog."""

    def __init__(self, desk: Desk, parent: QWidget, shown: Proposal | None, leave: Callable[[], None]) -> None:
        super().__init__(parent, say("ui.sign.cant.title"), say("ui.sign.cant.sub"), "circle-x", width=520)
        self._leave_signing, self._names = leave, "…"
        side = "" if shown is None else shown.shown.meaning.code
        offered = [why for why in WHY if why != "not_ready" or side in ("COMPETENT", "NOT_YET")]
        offered = [why for why in offered if why != "unread" or side in ("READ", "TRAINED")]
        pairs = [(why, say(f"ui.sign.cant.{why}")) for why in offered]
        self.why = Choice([("", say("ui.sign.reason.none")), *pairs])
        self.why.setCurrentIndex(0)
        self._told = label("", wrap=True, select=True)
        self._kept = label(say("ui.sign.cant.kept"), "dense", "text2", wrap=True)
        self.why.chosen.connect(self._tell)
        fill(self, column(Field(say("ui.sign.cant.why"), self.why), self._told, self._kept, STRETCH, gap=14))
        back, gone = button(say("ui.sign.cant.back")), button(say("ui.sign.cant.leave"), "primary")
        back.clicked.connect(self.accept)
        gone.clicked.connect(self._gone)
        self.set_foot("", (back, gone))
        desk.ask(self, partial(holders, role="qa"), self._named, self._unnamed)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the question."""
        super().showEvent(event)
        self.why.setFocus()

    def _named(self, names: tuple[str, ...]) -> None:
        self._names = ", ".join(names) or say("role.qa")
        self._tell(self.why.value())

    def _unnamed(self, _error: Exception) -> None:
        self._named(())

    def _tell(self, why: str) -> None:
        self._told.set_text(say(f"ui.sign.cant.tell.{why}", {"names": self._names}) if why else "")

    def _gone(self) -> None:
        self.accept()
        self._leave_signing()
