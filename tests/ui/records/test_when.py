"""When a training took place: late with a reason, and never at a time that can not be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QDate
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDateEdit, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.base.moment import Day, at_local, instant_at
from tests.ui.records.acting import begin, go_on, newest
from tests.ui.signing.hands import fill, pick
from tests.ui.signing.onscreen import Screen, button, click, named, words
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, READING
from tests.work.seeing import entries
from ui.records.when import EARLIER, When

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]


@pytest.mark.req("R-REC-11")
def test_a_late_entry_says_so_asks_why_and_keeps_both_times(screen: Open) -> None:
    there = screen(LEARNER)
    dialog = begin(there, READING)
    click(button(dialog, "Earlier"))
    named(dialog, QDateEdit, "Day").setDate(QDate(2026, 11, 10))
    named(dialog, QLineEdit, "Time").setText("9:05")
    assert "more than 24 hours ago" in words(dialog)
    signing = go_on(there, dialog)
    assert "10 Nov 2026, 09:05 CET" in words(signing) and "Recorded late" in words(signing)
    fill(there, signing)
    click(signing.sign_button)
    assert "Choose a reason." in words(signing) and not there.signed
    pick(named(signing, QComboBox, "Reason"), "No device was at hand")
    click(signing.sign_button)
    until(lambda: not there.dialogs())
    row, entry = newest(there), entries(there.office)[-1]
    assert str(row["done"]).startswith("2026-11-10T08:05") and str(row["learned"]).startswith("2026-11-20")
    assert entry.why is not None and entry.why.code == "LATE_DEVICE"


@pytest.mark.req("R-REC-11", "R-REC-15")
@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        ((2026, 11, 21), "09:00", "This lies in the future."),
        ((2026, 11, 20), "25:00", "Type a time of this day such as 9:05."),
        ((2026, 11, 20), "٠٩:٠٥", "Type a time of this day such as 9:05."),
        ((2026, 3, 29), "02:30", "Type a time of this day such as 9:05."),
        ((2026, 11, 20), "", "Type a time of this day such as 9:05."),
    ],
)
def test_a_time_that_can_not_be_is_said_and_kept(
    screen: Open, day: tuple[int, int, int], time: str, said: str
) -> None:
    there = screen(LEARNER)
    dialog = begin(there, READING)
    click(button(dialog, "Earlier"))
    named(dialog, QDateEdit, "Day").setDate(QDate(*day))
    named(dialog, QLineEdit, "Time").setText(time)
    click(button(dialog, "Go on to the signature"))
    assert said in words(dialog) and named(dialog, QLineEdit, "Time").text() == time
    there.rest()
    assert len(there.dialogs()) == 1


def opened_before(qtbot: QtBot, ms: int, day: str) -> When:
    """The choice as opened `ms` before 21:51, and 21:51 of a day typed there."""
    minute = at_local(Day("2026-11-20"), 21, 51, "Europe/Amsterdam")
    when = When(instant_at(minute.ms - ms, minute.zone), 24)
    qtbot.addWidget(when)
    when.way.set_value(EARLIER)
    when.day_edit.set_day(day)
    when.time_edit.setText("21:51")
    return when


@pytest.mark.req("R-REC-11")
def test_what_was_the_future_when_the_dialog_opened_is_not_for_ever(qtbot: QtBot) -> None:
    when = opened_before(qtbot, 400, "2026-11-20")
    assert when.wrong()
    pause(500)
    assert not when.wrong()


@pytest.mark.req("R-REC-11")
def test_what_becomes_late_while_the_dialog_is_open_is_called_late(qtbot: QtBot) -> None:
    when = opened_before(qtbot, 400, "2026-11-19")
    late = next(one for one in when.findChildren(QLabel) if "24 hours" in one.text())
    assert late.isHidden()
    pause(500)
    when.time_edit.setText("21:51 ")
    assert not late.isHidden()


@pytest.mark.req("R-REC-11")
def test_a_time_that_was_recorded_in_another_zone_is_the_same_moment_here(qtbot: QtBot) -> None:
    when = opened_before(qtbot, 0, "2026-11-20")
    done = at_local(Day("2026-11-19"), 23, 30, "UTC")
    when.show_instant(done)
    found = when.instant()
    assert found is not None and found.ms == done.ms and when.day_edit.day() == "2026-11-20"


def test_a_day_that_is_typed_in_part_is_shown_as_it_is_taken(qtbot: QtBot) -> None:
    when = opened_before(qtbot, 0, "2026-11-19")
    when.day_edit.setSelectedSection(QDateEdit.Section.YearSection)
    QTest.keyClicks(when.day_edit, "202")
    assert when.day_edit.text() == "19 Nov 202"
    assert not when.wrong()
    assert when.day_edit.text() == "19 Nov 2026"
