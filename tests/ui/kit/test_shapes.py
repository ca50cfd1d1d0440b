"""The eight shapes: told apart without colour, and each in its own."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from ui.kit.shapes import KEYS, StatusShape, paint_status, status_word, tone
from ui.kit.tokens import set_theme, theme, tokens

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def painted(key: str, side: int = 16) -> QImage:
    """A shape on the surface."""
    image = QImage(side + 4, side + 4, QImage.Format.Format_RGB32)
    image.fill(theme().colour("surface"))
    painter = QPainter(image)
    paint_status(painter, QPointF(side / 2 + 2, side / 2 + 2), side, key)
    painter.end()
    return image


def outline(image: QImage) -> list[bool]:
    """Which pixels are not the ground: the shape without its colour."""
    ground = theme().colour("surface").lightness()
    places = ((x, y) for y in range(image.height()) for x in range(image.width()))
    return [abs(image.pixelColor(x, y).lightness() - ground) > 40 for x, y in places]


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
@pytest.mark.parametrize("side", [12, 16])
def test_every_two_shapes_differ_without_colour(name: str, side: int) -> None:
    set_theme(name)
    seen = {key: outline(painted(key, side)) for key in KEYS}
    for one, other in combinations(KEYS, 2):
        apart = sum(a != b for a, b in zip(seen[one], seen[other], strict=True))
        assert apart >= side, f"{one} and {other} differ in {apart} pixels"


@pytest.mark.parametrize("key", KEYS)
def test_a_shape_wears_the_colour_of_its_status(key: str) -> None:
    picture = painted(key)
    colours = [picture.pixelColor(x, y).name() for y in range(20) for x in range(20)]
    assert theme().hex(tokens()["status"][key][0]).lower() in colours


def test_the_words_are_those_of_the_design() -> None:
    words = "Qualified,Expiring,Overdue,Awaiting signature,In training,Not started,Exempt,Not required"
    assert [status_word(key) for key in KEYS] == words.split(",")


def test_a_shape_as_widget_says_its_word(qtbot: QtBot) -> None:
    made = StatusShape("over")
    qtbot.addWidget(made)
    made.show_status("ok")
    assert made.accessibleName() == "Qualified"


def test_an_unknown_status_is_an_error() -> None:
    for ask in (tone, status_word):
        with pytest.raises(KeyError):
            ask("mauve")
