"""F1: what the page in front is for, and every command with its keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.kit.buttons import button
from ui.kit.dialog import Dialog
from ui.kit.layout import column, holder
from ui.kit.table import Cell, Column, Table
from ui.kit.text import label
from ui.page import Command, Page


class Help(Dialog):
    """The help of one page."""

    def __init__(self, parent: QWidget, page: Page, commands: Sequence[Command]) -> None:
        super().__init__(parent, say("ui.help.title"), page.title(), "life-buoy", width=680)
        columns = (
            Column(key="what", title=say("ui.help.what"), width=420, stretch=True, sortable=False),
            Column(key="keys", title=say("ui.search.keys"), width=150, sortable=False),
        )
        self.table = Table(say("ui.help.keys"), columns, "shell.help", row=32)
        self.table.setMinimumHeight(320)
        self.table.set_rows(
            [
                (str(n), (Cell(text=one.words, icon=one.icon), Cell(text=shown_keys(one.keys))))
                for n, one in enumerate(commands)
            ]
        )
        about = label(say(f"ui.help.{page.name}"), "body", wrap=True)
        self.set_body(holder(column(about, self.table, gap=12)))
        close = button(say("ui.kit.close"))
        close.clicked.connect(self.accept)
        self.set_foot(say("ui.help.foot"), [close])
        self.table.setFocus()

    def typed(self) -> bool:
        """Nothing is typed here."""
        return False


def shown_keys(keys: str) -> str:
    """The first of the keys that run a command."""
    return keys.split(" ", maxsplit=1)[0]
