"""The product's mark: painted in every theme, as large as the text, and said only where no word stands beside it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ui.kit.logo import Logo
from ui.kit.tokens import set_theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_it_is_painted_in_every_theme(qtbot: QtBot, theme: str) -> None:
    set_theme(theme)
    made = Logo(40)
    qtbot.addWidget(made)
    picture = made.grab().toImage()
    assert len({picture.pixelColor(x, picture.height() // 2).name() for x in range(picture.width())}) > 2


def test_it_grows_with_the_text(qtbot: QtBot) -> None:
    made = Logo(40)
    qtbot.addWidget(made)
    assert made.width() == made.height() == 40
    set_theme("light", 1.5)
    assert made.width() == made.height() == 60


def test_it_is_said_only_where_it_stands_alone(qtbot: QtBot) -> None:
    for name in ("", "Countersign"):
        made = Logo(28, name)
        qtbot.addWidget(made)
        assert made.accessibleName() == name and made.text() == ""
