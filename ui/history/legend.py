"""What the seals of the list mean: only those that the last verification can have given, and the keys."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.work.verifying import Verified
from ui.kit.flow import FlowLayout
from ui.kit.layout import column, holder, row
from ui.kit.shapes import StatusShape
from ui.kit.text import label

SEALS = ("ok", "over", "exempt", "todo")


class Legend(QWidget):
    """The foot of the list."""

    def __init__(self) -> None:
        super().__init__()
        self._seals = {
            key: holder(
                row(StatusShape(key, 14), label(say(f"ui.history.seal.{key}"), "caption", "text2"), gap=6)
            )
            for key in SEALS
        }
        keys = label(say("ui.history.keys"), "caption", "text3")
        flow = FlowLayout(*self._seals.values(), keys, gap=14, apart=True)
        self.setLayout(column(flow, margins=(16, 8, 16, 8)))
        self.show_seals(None)

    def show_seals(self, verified: Verified | None) -> None:
        """Explain the seals after this verification; None: there was none."""
        if verified is None:
            shown = {"todo"}
        else:
            shown = {"ok", "todo"} if verified.sealed else {"ok", "over", "exempt"}
        for key, each in self._seals.items():
            each.setVisible(key in shown)
