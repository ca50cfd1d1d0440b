"""Who can't sign in, and whoever finds that somebody else tried: what to do, and whom to call (decisions 30, 31).

- It asks for nothing and tells nothing of any account: it reads the same for everybody.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, card, column, row
from ui.kit.text import label

TOP = Qt.AlignmentFlag.AlignTop
CASES = (
    ("smartphone", "telephone"),
    ("key-round", "password"),
    ("clock", "code"),
    ("lock-keyhole", "wait"),
    ("shield-alert", "not_me"),
)


class Unable(QWidget):
    """The page. Emits `done` to go back."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._call = Banner("info", "life-buoy", say("ui.unable.call_qa"))
        self.back = button(say("ui.unable.back"), "plain", "arrow-left")
        self.back.clicked.connect(self.done)
        cases = [row((Icon(icon, 20), TOP), 4, (_case(name), 1), gap=10) for icon, name in CASES]
        self.setLayout(
            column(
                row(self.back, STRETCH), 8, label(say("ui.unable.title"), "h1"),
                label(say("ui.unable.intro"), "body", "text2", wrap=True), 4, self._call,
                card(*cases, gap=16, margins=20), gap=12,
            )
        )  # fmt: skip

    def know(self, contact: str) -> None:
        """Show whom to call."""
        if contact:
            self._call.set(say("ui.unable.call", {"contact": contact}), say("ui.unable.call_text"))


def _case(name: str) -> QWidget:
    made = QWidget()
    made.setLayout(
        column(
            label(say(f"ui.unable.{name}"), "strong", wrap=True),
            label(say(f"ui.unable.{name}_text"), "dense", "text2", wrap=True),
            gap=2,
        )
    )
    return made
