"""Pills, tags, initials: words beside shapes, sizes by the words."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ui.kit.badge import Avatar, Pill, Tag, initials
from ui.kit.shapes import KEYS, status_word
from ui.kit.tokens import set_theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


@pytest.mark.parametrize("key", KEYS)
def test_a_pill_says_its_status(qtbot: QtBot, key: str) -> None:
    made = Pill(key)
    qtbot.addWidget(made)
    assert made.accessibleName() == status_word(key)


def test_a_pill_grows_with_its_words_and_the_text_size(qtbot: QtBot) -> None:
    made = Pill("over", "Overdue 4 d")
    qtbot.addWidget(made)
    first = made.size()
    made.show_status("exp", "Expires in 12 days")
    assert made.width() > first.width() and made.accessibleName() == "Expires in 12 days"
    set_theme("light", 1.5)
    assert made.height() == first.height() * 1.5


def test_long_words_are_cut_and_told_in_the_tooltip(qtbot: QtBot) -> None:
    made = Tag("x" * 300)
    qtbot.addWidget(made)
    assert made.width() < 360 and "x" * 300 in made.toolTip()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Kwame Mensah", "KM"),
        ("Bram van Leeuwen", "BL"),
        ("Emre", "EM"),
        ("Jean-Luc Picard", "JP"),
        ("陈伟", "陈伟"),
        ("", "?"),
        ("<b>", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_marks_are_painted_in_every_theme(qtbot: QtBot, theme: str) -> None:
    set_theme(theme)
    for made in (Avatar("Kwame Mensah"), Tag("v4", icon="pencil")):
        qtbot.addWidget(made)
        picture = made.grab().toImage()
        assert len({picture.pixelColor(x, picture.height() // 2).name() for x in range(picture.width())}) > 2
