"""Theme and text size of one person: kept, stepped, and the system's where nothing sound is kept."""

from __future__ import annotations

import pytest

from ui.kit.memory import Fleeting
from ui.kit.tokens import theme
from ui.shell.looks import SIZE, SYSTEM, THEME, Looks, chosen_theme, of_system

pytestmark = pytest.mark.usefixtures("look", "leaks_nothing")


def test_a_theme_is_shown_and_kept() -> None:
    kept = Fleeting()
    looks = Looks(kept)
    looks.choose("dark")
    assert (theme().name, kept.get(THEME), looks.chosen) == ("dark", "dark", "dark")
    looks.choose(SYSTEM)
    assert (theme().name, looks.chosen) == (of_system(), SYSTEM)


def test_text_goes_up_and_down_to_its_ends() -> None:
    kept = Fleeting()
    looks = Looks(kept)
    for _ in range(9):
        looks.step(1)
    assert (theme().size, kept.get(SIZE)) == (1.5, 150)
    for _ in range(9):
        looks.step(-1)
    assert theme().size == pytest.approx(0.9)
    looks.step(0)
    assert (theme().size, kept.get(SIZE)) == (1.0, 100)


@pytest.mark.parametrize("kept", [None, 7, "pink", ["dark"], {"dark": 1}])
def test_what_is_no_theme_is_the_system_s(kept: object) -> None:
    memory = Fleeting()
    memory.set(THEME, kept)  # type: ignore[arg-type]
    assert chosen_theme(memory) == SYSTEM
