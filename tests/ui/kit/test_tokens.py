"""Tokens: every pair of colours that meets on the screen is told apart, and one factor scales everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.kit.tokens import px, set_theme, theme, themed, tokens

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

GROUNDS = ("bg", "surface", "surface2", "surface3", "sidebar", "sel", "accent_bg")
TINTED = ("accent", "sign", "ok", "warn", "bad")
ROOT = Path(__file__).resolve().parents[3]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_pairs() -> Iterator[tuple[str, str]]:
    """Ink and ground of all words."""
    yield from ((ink, ground) for ink in ("text", "text2", "text3") for ground in GROUNDS)
    yield from ((ink, f"{ink}_bg") for ink in TINTED)
    yield from ((ink, "surface") for ink in (*TINTED, "idle"))
    yield from ((ink, "bg") for ink in TINTED)
    yield from ((ink, f"{each}_bg") for each in TINTED for ink in ("text", "text2"))
    yield from ((f"on_{fill}", fill) for fill in ("accent", "sign", "ok", "bad"))
    yield from ((f"on_{fill}", f"{fill}_h") for fill in ("accent", "sign"))
    yield from (("accent", "surface2"), ("text2", "idle_bg"), ("surface", "text"), ("paper_ink", "paper"))


def edge_pairs() -> Iterator[tuple[str, str]]:
    """Edges of controls, rings of the focus, shapes of a status, and the grounds that they lie on."""
    yield from (("ctl", "surface"), ("ctl", "bg"), ("accent", "bg"), ("accent", "sel"), ("accent", "surface3"))
    yield from (("bad", "surface"), ("warn_fill", "surface"), ("on_warn", "warn_fill"), ("logo_ink", "logo"))
    for fill, mark, shape, family in tokens()["status"].values():
        if shape != "dash":  # Not required says nothing: the design keeps it as faint as a line
            yield from ((fill, "surface"), (fill, "surface2"), (fill, f"{family}_bg"), (mark, fill))


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(text_pairs, 4.5), (edge_pairs, 3.0)])
def test_every_pair_is_told_apart(name: str, pairs: object, least: float) -> None:
    colours = tokens()["colour"][name]
    found = {f"{a} on {b}": contrast(colours[a], colours[b]) for a, b in pairs()}  # type: ignore[operator]
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least} == {}


def test_the_formula_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21.0
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
    assert round(contrast("#465263", "#FFFFFF"), 2) == 7.93  # design §4.1


def test_both_themes_have_the_same_tokens() -> None:
    assert tokens()["colour"]["light"].keys() == tokens()["colour"]["dark"].keys()


def test_no_colour_stands_outside_the_tokens() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in sorted((ROOT / "ui").rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"#[0-9A-Fa-f]{6}\b|rgba?\(", line)
    ]
    assert found == []


@pytest.mark.parametrize("size", [0.9, 1.0, 1.25, 1.5])
def test_one_factor_scales_everything(size: float) -> None:
    set_theme("light", size)
    assert [px(n) for n in (0, 8, 36, -8)] == [
        0,
        int(8 * size + 0.5),
        int(36 * size + 0.5),
        -int(8 * size + 0.5),
    ]
    assert QApplication.font().pixelSize() == int(14 * size + 0.5)


def test_nothing_becomes_nothing() -> None:
    set_theme("light", 0.9)
    assert px(0.4) == 1


def test_the_text_size_has_ends() -> None:
    set_theme("light", 9)
    assert theme().size == 1.5


def test_the_change_is_told_after_the_sheet_is_there(qtbot: QtBot) -> None:
    set_theme("light")
    light = QApplication.instance().styleSheet()  # type: ignore[union-attr]
    with qtbot.waitSignal(themed.changed):
        set_theme("dark")
    assert QApplication.instance().styleSheet() not in {"", light}  # type: ignore[union-attr]


def test_high_contrast_is_the_systems() -> None:
    set_theme("contrast")
    assert QApplication.instance().styleSheet() == ""  # type: ignore[union-attr]
    ink = QApplication.palette().windowText().color()
    assert {theme().colour(token).name() for token in ("text", "bad", "warn_fill", "line", "ctl")} == {
        ink.name()
    }


def test_an_unknown_token_is_an_error() -> None:
    for name in ("light", "contrast"):
        set_theme(name)
        with pytest.raises(KeyError):
            theme().colour("mauve")
