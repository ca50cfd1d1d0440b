"""Turns: in order, one at a time, and none for what is gone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.waiting import until
from ui.kit.turns import in_turns

pytestmark = pytest.mark.usefixtures("leaks_nothing")


def test_each_step_has_a_turn_of_its_own_and_others_are_heard_between(qtbot: QtBot) -> None:
    owner, heard = QObject(), list[str]()
    beat = QTimer(owner, interval=0)
    beat.timeout.connect(lambda: heard.append("beat"))
    beat.start()
    in_turns(owner, [lambda: heard.append("first"), lambda: heard.append("second"), beat.stop])
    assert heard == []
    until(lambda: not beat.isActive())
    first, second = heard.index("first"), heard.index("second")
    assert "beat" in heard[first:second] and "beat" in heard[second:]


def test_nothing_more_is_done_for_what_is_gone(qtbot: QtBot) -> None:
    owner, done = QObject(), list[int]()

    def leave() -> None:
        done.append(1)
        owner.deleteLater()
        QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)

    in_turns(owner, [leave, lambda: done.append(2)])
    until(lambda: not isValid(owner))
    QCoreApplication.processEvents()
    QCoreApplication.processEvents()
    assert done == [1]
