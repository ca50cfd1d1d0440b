"""What stands below the form while a name has to wait: what is safe, whom to ask (mock-up 01b)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, column, hline, row
from ui.kit.text import label


class Waiting(QWidget):
    """Emits `not_me` when somebody says that it was somebody else."""

    not_me = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._ask = label("", "dense", "text2", wrap=True)
        report = button(say("ui.door.not_me"), "danger", "shield-alert")
        report.clicked.connect(self.not_me)
        self.setLayout(
            column(
                hline(), 16, label(say("ui.door.safe"), "dense", weight=500),
                2, label(say("ui.door.safe_text"), "dense", "text2", wrap=True),
                12, label(say("ui.door.need"), "dense", weight=500), 2, self._ask, 12, row(report, STRETCH), gap=0,
            )
        )  # fmt: skip

    def know(self, contact: str) -> None:
        """Say whom to ask."""
        self._ask.set_text(
            say("ui.door.need_now", {"contact": contact}) if contact else say("ui.door.need_now_qa")
        )
