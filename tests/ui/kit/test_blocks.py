"""Blocks of a record: what a screen reader hears of them, and that everything stands there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.kit.gallery import signature
from ui.kit.blocks import Diff, Event, Fact, Facts, Timeline

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def words(widget: QWidget) -> list[str]:
    """All words in their order."""
    return [each.text() for each in widget.findChildren(QLabel)]


def test_old_and_new_are_told_by_words(qtbot: QtBot) -> None:
    made = Diff("Present", "Left at 10:40", "Attendance")
    qtbot.addWidget(made)
    assert made.accessibleName() == "Attendance Before: Present Now: Left at 10:40"
    assert words(made) == ["Attendance", "−", "Present", "+", "Left at 10:40"]


def test_nothing_before_is_said(qtbot: QtBot) -> None:
    made = Diff("", "Operator I")
    qtbot.addWidget(made)
    assert words(made) == ["−", "nothing", "+", "Operator I"]


@pytest.mark.req("R-SIG-01")
def test_a_signature_shows_name_meaning_and_time_with_zone(qtbot: QtBot) -> None:
    made = signature()
    qtbot.addWidget(made)
    assert {"Trained", "16 Nov 2026, 15:41:08 CET", "Kwame Mensah", "a41c 88f0 2be7"} <= set(words(made))
    assert made.accessibleName().startswith("Trained. Kwame Mensah. 16 Nov 2026, 15:41:08 CET.")


def test_facts_can_be_selected_by_keyboard(qtbot: QtBot) -> None:
    made = Facts([("For", "Kwame Mensah"), Fact(name="Fingerprint", value="4be1", mono=True, sub="SHA-256")])
    qtbot.addWidget(made)
    flags = {each.text(): each.textInteractionFlags() for each in made.findChildren(QLabel)}
    assert all(
        flags[each] & Qt.TextInteractionFlag.TextSelectableByKeyboard for each in ("Kwame Mensah", "4be1")
    )


def test_a_timeline_tells_its_states(qtbot: QtBot) -> None:
    made = Timeline([Event(title="Assigned"), ("sign", signature()), Event(title="Waits", status="over")])
    qtbot.addWidget(made)
    named = {each.accessibleName() for each in made.findChildren(QWidget)}
    assert {"Awaiting signature", "Overdue"} <= named
