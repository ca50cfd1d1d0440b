"""The states of a list: nothing flickers, an error never takes the content away, progress is a number."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from ui.kit.buttons import button
from ui.kit.progress import Progress
from ui.kit.states import PATIENCE_MS, States
from ui.kit.text import label

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def said(widget: QWidget) -> set[str]:
    """The words that can be seen."""
    return {each.text() for each in widget.findChildren(QLabel) if each.isVisible() and each.text()}


@pytest.fixture
def states(qtbot: QtBot) -> States:
    made = States(label("The content"))
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def test_what_comes_quickly_shows_no_loading(qtbot: QtBot, states: States) -> None:
    states.show_loading("Reading people")
    assert said(states) == {"The content"}
    states.show_content()
    qtbot.wait(PATIENCE_MS + 60)
    assert said(states) == {"The content"}


def test_what_takes_long_shows_a_number_and_cancel(qtbot: QtBot, states: States) -> None:
    states.show_loading("Reading people", 1_200, 20_000)
    qtbot.waitUntil(lambda: "Reading people" in said(states))
    assert said(states) == {"Reading people", "1,200 of 20,000"}
    with qtbot.waitSignal(states.cancelled):
        states.findChild(Progress).stop.click()  # type: ignore[union-attr]


def test_empty_says_why_and_what_helps(states: States) -> None:
    states.show_empty("No person matches", "Take a filter away.", button("Clear filters"))
    settle()
    assert {"No person matches", "Take a filter away."} <= said(states)
    states.show_content()
    assert said(states) == {"The content"}


def test_an_error_stands_above_the_old_content(states: States) -> None:
    states.show_error("The list was not read.", "What you see is from 14:02.")
    assert said(states) == {"The list was not read.", "What you see is from 14:02.", "The content"}
    states.show_content()
    assert said(states) == {"The content"}


def test_offline_says_as_of_when(states: States) -> None:
    states.set_offline("Offline since 09:42", "As this device knew it at 09:42.")
    assert said(states) == {"Offline since 09:42", "As this device knew it at 09:42.", "The content"}
    states.set_offline("")
    assert said(states) == {"The content"}
