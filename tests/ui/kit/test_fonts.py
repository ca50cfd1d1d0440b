"""Type: the product's own faces, in the sizes of the design."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo
from pytestqt.qtbot import QtBot

from ui.kit.fonts import font, load, metrics
from ui.kit.tokens import set_theme, tokens

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

FONTS = Path(__file__).resolve().parents[3] / "resources/fonts"


@pytest.mark.parametrize("role", sorted(tokens()["type"]))
@pytest.mark.parametrize("size", [0.9, 1.0, 1.5])
def test_a_role_is_shown_in_the_products_face(qtbot: QtBot, role: str, size: float) -> None:
    set_theme("light", size)
    made = font(role)
    assert QFontInfo(made).family() == ("JetBrains Mono" if role == "mono" else "Inter")
    assert made.pixelSize() == int(tokens()["type"][role]["px"] * size + 0.5)


def test_digits_stand_in_columns(qtbot: QtBot) -> None:
    assert len({metrics("dense").horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1


def test_no_role_is_below_the_floor() -> None:
    assert min(each["px"] for each in tokens()["type"].values()) == 12


def test_weights_are_those_that_come_with_the_product(qtbot: QtBot) -> None:
    styles = set(QFontDatabase.styles("Inter"))
    assert {"Regular", "Medium", "Semi Bold"} <= styles or {"Regular", "Medium", "SemiBold"} <= styles


def test_loading_twice_adds_nothing(qtbot: QtBot) -> None:
    load()
    before = QFontDatabase.families()
    load()
    assert QFontDatabase.families() == before


def test_the_licences_lie_beside() -> None:
    for name in ("OFL-Inter.txt", "OFL-JetBrainsMono.txt"):
        assert "SIL OPEN FONT LICENSE" in (FONTS / name).read_text(encoding="utf-8").upper()
