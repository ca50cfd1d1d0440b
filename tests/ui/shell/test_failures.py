"""What no page took: a fault in its own words, a bug as one, with places and without values."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.base.faults import Fault
from app.base.say import say
from tests.ui.shell.frames import framed, words
from ui.shell.failures import Failures, details

pytestmark = pytest.mark.usefixtures("look", "leaks_nothing")


def bug() -> Exception:
    """A bug that carries somebody's name."""
    try:
        {}["Maaike Uphaus"]
    except KeyError as error:
        return error


def test_a_fault_says_its_own_sentences(qtbot: QtBot) -> None:
    with framed(qtbot, failures := Failures()):
        fault = Fault("disk.full")
        failures.tell(fault)
        assert failures.isVisible()
        assert {fault.plain(), fault.what_to_do()} <= set(words(failures))


def test_a_bug_is_said_as_one_and_its_details_name_nobody(qtbot: QtBot) -> None:
    with framed(qtbot, failures := Failures()):
        failures.tell(bug())
        assert say("ui.shell.unexpected") in words(failures)
        copy = next(
            one for one in failures.findChildren(QPushButton) if one.text() == say("ui.shell.copy_details")
        )
        copy.click()
        copied = QGuiApplication.clipboard().text()
        assert "KeyError" in copied
        assert "bug test_failures.py" in copied
        assert "Uphaus" not in copied
        failures.clear()
        assert not failures.isVisible()


def test_details_hold_no_value() -> None:
    assert "Uphaus" not in details(bug())
