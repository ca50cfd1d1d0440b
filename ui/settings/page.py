"""Settings of the device: theme, text size; and the facts of the device, to be copied into a report.

- Nothing here is a record: what a site decides is changed by QA's signature elsewhere.
"""

from __future__ import annotations

from functools import partial

from app import __version__
from app.base.say import say
from ui.desk import Desk
from ui.kit.blocks import Fact, Facts
from ui.kit.buttons import segments
from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, card, column, holder, row, sized
from ui.kit.palette import theme, themed
from ui.kit.text import label
from ui.page import Page
from ui.shell.looks import SIZES, SYSTEM, THEMES, Looks

WIDEST = 860
"""Longer lines would only move what belongs together apart."""


class Settings(Page):
    """The page."""

    name = "settings"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._looks = desk, Looks(desk.remembers)
        looks = [(one, say(f"ui.settings.theme.{one}")) for one in (SYSTEM, *THEMES)]
        steps = [(str(one), f"{one} %") for one in SIZES]
        self.look = segments(say("ui.settings.theme"), looks, self._looks.chosen)
        self.sizes = segments(say("ui.settings.size"), steps, str(round(theme().size * 100)))
        self.look.chosen.connect(self._looks.choose)
        self.sizes.chosen.connect(lambda percent: self._looks.resize(int(percent)))
        themed.changed.connect(self.refresh)
        view = card(
            label(say("ui.settings.view"), "h3"), 4,
            label(say("ui.settings.theme"), "dense", weight=500), row(self.look, STRETCH), 8,
            label(say("ui.settings.size"), "dense", weight=500), row(self.sizes, STRETCH),
            label(say("ui.settings.size_keys"), "caption", "text3"), gap=6,
        )  # fmt: skip
        about = card(label(say("ui.settings.device"), "h3"), 4, self._facts(), gap=6)
        head = column(
            label(say("ui.page.settings"), "h1"), label(say("ui.settings.sub"), "dense", "text2"), gap=2
        )
        inside = column(
            head, sized(view, max_width=WIDEST), sized(about, max_width=WIDEST), STRETCH, gap=16,
            margins=(24, 20, 24, 20),
        )  # fmt: skip
        self.setLayout(column((Scroll(holder(inside), say("ui.page.settings")), 1), gap=0))

    def title(self) -> str:
        """What stands in the top bar."""
        return say("ui.page.settings")

    def refresh(self) -> None:
        """The text size may have been changed by keys."""
        self.look.set_value(self._looks.chosen)
        self.sizes.set_value(str(round(theme().size * 100)))

    def _facts(self) -> Facts:
        place, session = self._desk.place, self._desk.session
        told = (
            ("site", place.site), ("device_name", place.device), ("log", place.log), ("region", place.region),
            ("zone", place.zone), ("folder", place.folder), ("version", __version__),
            ("person", f"{session.name} · {session.role}"), ("account", session.uid), ("since", session.since),
        )  # fmt: skip
        return Facts(
            [
                Fact(say(f"ui.settings.{name}"), value, mono=name in ("log", "folder", "account"))
                for name, value in told
            ]
        )


page = partial(Settings)
