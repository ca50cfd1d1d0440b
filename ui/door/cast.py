"""The people of a demo, so that a stranger can come in; no other site has such a page, for none tells its passwords."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.base.program import called
from app.base.say import say
from app.base.words import Json
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, card, column, holder, row
from ui.kit.palette import px
from ui.kit.text import label


class DemoPeople(QWidget):
    """Who may come in, with what. Emits `chosen` with user ID and password, `done` to go back."""

    chosen = Signal(str, str)
    done = Signal()

    def __init__(self, people: Sequence[Json], data: Path) -> None:
        super().__init__()
        self.back = button(say("ui.unable.back"), "plain", "arrow-left")
        self.back.clicked.connect(self.done)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(20))
        grid.setVerticalSpacing(px(10))
        for at, name in ((1, "user"), (2, "password")):
            grid.addWidget(label(say(f"ui.door.{name}"), "caption", "text2", weight=500), 0, at)
        for place, person in enumerate(people, 1):
            self._line(grid, place, person)
        grid.setColumnStretch(0, 1)
        command = f"{called()} --data {data} demo --code {people[0]['username'] if people else 'NAME'}"
        code = column(
            label(say("ui.cast.code"), "body", wrap=True),
            label(command, "mono", select=True), gap=6,
        )  # fmt: skip
        self.setLayout(
            column(
                row(self.back, STRETCH), 8, label(say("ui.cast.title"), "h1"),
                Banner("warn", "triangle-alert", say("ui.door.demo"), say("ui.door.demo_text")),
                card(holder(grid), margins=20), card(code, margins=20), gap=12,
            )
        )  # fmt: skip

    def _line(self, grid: QGridLayout, place: int, person: Json) -> None:
        roles = ", ".join(say(f"role.{role}") for role in person["roles"])
        who = column(label(person["name"], "dense", weight=600), label(roles, "caption", "text2"), gap=0)
        fill = button(say("ui.cast.fill"), "plain", "log-in", "s")
        fill.setAccessibleName(say("ui.cast.fill_for", {"name": person["name"]}))
        fill.clicked.connect(lambda: self.chosen.emit(person["username"], person["password"]))
        cells = (
            holder(who),
            label(person["username"], "dense", select=True),
            label(person["password"], "mono", select=True),
            fill,
        )
        for at, cell in enumerate(cells):
            grid.addWidget(cell, place, at)
