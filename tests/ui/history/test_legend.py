"""The legend explains the seals that the list can show, and no other."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.history.test_lines import told
from ui.history.legend import Legend
from ui.kit.text import Label

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def words(made: Legend) -> list[str]:
    """What it says."""
    return [one.text() for one in made.findChildren(Label) if one.isVisible()]


def test_each_answer_has_its_seals(qtbot: QtBot) -> None:
    made = Legend()
    qtbot.addWidget(made)
    made.show()
    assert words(made)[:-1] == ["Not verified yet"]
    made.show_seals(told())
    assert words(made)[:-1] == ["Seal intact", "Not verified yet"]
    made.show_seals(told(("CHAIN_BREAK", 7)))
    assert words(made)[:-1] == ["Seal intact", "Seal broken", "In doubt: follows a broken entry"]
    made.show_seals(told(("STATE_DIFF", 7)))
    assert "Seal broken" not in words(made)
