"""Icons: every file is drawn in the colour asked for, and every name in the window has its file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ui.kit.icons import Icon, icon, pixmap
from ui.kit.tokens import set_theme, theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(file.stem for file in (ROOT / "resources/icons").glob("*.svg"))


def solid(name: str) -> set[str]:
    """The colours that an icon is drawn in, without its soft edges."""
    picture = pixmap(name, 24, "accent", 2.0).toImage()
    assert picture.width() == 48
    places = ((x, y) for y in range(48) for x in range(48))
    return {colour.name() for x, y in places if (colour := picture.pixelColor(x, y)).alpha() > 250}


def test_every_icon_is_drawn_in_the_colour_asked_for(qtbot: QtBot) -> None:
    wanted = theme().hex("accent").lower()
    assert [name for name in FILES if wanted not in solid(name)] == []


@pytest.mark.qt_log_level_fail("CRITICAL")
def test_an_icon_without_a_file_is_warned_of_and_nothing_is_drawn(qtbot: QtBot, qtlog: Any) -> None:
    assert not icon("no-such-icon").isNull()
    assert [each.message for each in qtlog.records] == ["no icon no-such-icon"]


def test_an_icon_follows_theme_and_text_size(qtbot: QtBot) -> None:
    made = Icon("x", 16, "text")
    qtbot.addWidget(made)
    light = made.grab().toImage()
    set_theme("dark", 1.5)
    dark = made.grab().toImage()
    assert (light.width(), dark.width()) == (16, 24)
    assert light.pixelColor(8, 8).lightness() < 128 < dark.pixelColor(12, 12).lightness()


def test_the_licence_lies_beside() -> None:
    assert "ISC License" in (ROOT / "resources/icons/LICENSE").read_text(encoding="utf-8")


def test_no_file_lies_there_unused() -> None:
    text = " ".join(
        file.read_text(encoding="utf-8") for top in ("ui", "app") for file in (ROOT / top).rglob("*.py")
    )
    named = set(re.findall(r"[\"']([a-z0-9]+(?:-[a-z0-9]+)*)[\"']", text))
    assert sorted(set(FILES) - named) == []
