"""The drawer: newest on top, counted until it is opened, incidents stay, Escape gives the focus back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from tests.ui.looking import small, unnamed
from tests.ui.shell.frames import framed, words
from ui.address import Address
from ui.desk import Notice
from ui.kit.buttons import button
from ui.shell.notices import Notices

pytestmark = pytest.mark.usefixtures("look", "leaks_nothing")


NOW = "20 Nov 2026, 14:05:00 CET (UTC+01:00)"


class Made:
    """A drawer, the button that had the focus before, and what was counted."""

    def __init__(self, notices: Notices, before: QPushButton) -> None:
        self.notices, self.before = notices, before
        self.counts: list[int] = []
        notices.counted.connect(self.counts.append)

    def press(self, text: str) -> None:
        """Press a button of the drawer."""
        found = [one for one in self.notices.drawer.findChildren(QPushButton) if one.text() == text]
        found[0].click()


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Made]:
    """An empty drawer in a window."""
    before, below = button("Before"), button("Below")
    with framed(qtbot, before, below) as window:
        window.activateWindow()
        before.setFocus()
        yield Made(Notices(window, before, below, lambda: NOW), before)


def test_what_is_new_is_counted_until_it_is_looked_at(made: Made) -> None:
    made.notices.add(Notice(kind="info", title="One", text=""))
    made.notices.add(Notice(kind="info", title="Two", text=""))
    made.notices.toggle()
    assert made.counts == [1, 2, 0]
    settle()
    said = words(made.notices.drawer)
    assert said.index("Two") < said.index("One")
    assert not (*unnamed(made.notices.drawer), *small(made.notices.drawer))


def test_the_same_title_is_one_notice(made: Made) -> None:
    for text in ("first", "second"):
        made.notices.add(Notice(kind="warn", title="Offline", text=text))
    settle()
    assert "second" in words(made.notices.drawer)
    assert words(made.notices.drawer).count("Offline") == 1


def test_the_same_title_counts_once_and_has_its_time(made: Made) -> None:
    for text in ("first", "second"):
        made.notices.add(Notice(kind="warn", title="Offline", text=text))
    made.notices.add(Notice(kind="warn", title="Late", text="", at="09:30"))
    assert made.counts == [1, 1, 2]
    settle()
    said = words(made.notices.drawer)
    assert NOW in said and "09:30" in said
    made.notices.resolve("Offline")
    assert made.counts[-1] == 1


def test_a_message_can_be_put_away_and_an_incident_cannot(made: Made, qtbot: QtBot) -> None:
    made.notices.add(Notice(kind="bad", title="Broken", text="", incident=True))
    made.notices.add(Notice(kind="info", title="Told", text=""))
    made.notices.toggle()
    made.press("Put away")
    qtbot.wait(10)
    said = words(made.notices.drawer)
    assert "Told" not in said
    assert "Broken" in said
    assert not [one for one in made.notices.drawer.findChildren(QPushButton) if one.text() == "Put away"]


def test_a_cause_that_is_gone_takes_its_incident_with_it(made: Made, qtbot: QtBot) -> None:
    made.notices.add(Notice(kind="bad", title="Broken", text="", incident=True))
    made.notices.resolve("Broken")
    qtbot.wait(10)
    assert made.counts == [1, 0]
    assert "Broken" not in words(made.notices.drawer)


def test_escape_closes_it_and_the_focus_goes_back(made: Made, qtbot: QtBot) -> None:
    qtbot.waitUntil(made.before.hasFocus)
    made.notices.add(Notice(kind="info", title="Told", text="", address=Address(page="sync")))
    made.notices.toggle()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert made.notices.drawer.isAncestorOf(focus)
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    assert not made.notices.drawer.isVisible()
    assert made.before.hasFocus()
