"""Settings of the device: theme and text size take effect at once and are kept; facts can be copied."""

from __future__ import annotations

import pytest

from tests.ui.looking import clipped, jumps, small, unnamed
from tests.ui.opened import Opened
from ui.kit.text import Label
from ui.kit.tokens import set_theme, theme
from ui.settings.page import Settings


def settings(made: Opened) -> Settings:
    """The page."""
    page = made.go("countersign:settings")
    assert isinstance(page, Settings)
    return page


def test_theme_and_size_take_effect_and_are_kept(qa: Opened) -> None:
    page = settings(qa)
    page.look.chosen.emit("dark")
    page.sizes.chosen.emit("125")
    assert (theme().name, theme().size) == ("dark", 1.25)
    kept = qa.desk.remembers
    assert (kept.get("shell.theme"), kept.get("shell.size")) == ("dark", 125)


def test_the_facts_of_the_device_can_be_copied(qa: Opened) -> None:
    page = settings(qa)
    facts = {one.text() for one in page.findChildren(Label) if one.textInteractionFlags()}
    assert qa.desk.place.log in facts


@pytest.mark.parametrize(("size", "width", "height"), [(1.0, 1280, 800), (1.5, 1280, 800), (1.5, 1920, 1080)])
def test_names_targets_and_room(qa: Opened, size: float, width: int, height: int) -> None:
    set_theme("light", size)
    qa.window.resize(width, height)
    page = settings(qa)
    assert not (*unnamed(page), *small(page), *clipped(page), *jumps(page))
