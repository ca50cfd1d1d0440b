"""When a training took place: late with a reason, and never at a time that can not be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit

from tests.ui.records.acting import begin, go_on, newest
from tests.ui.signing.hands import fill, pick
from tests.ui.signing.onscreen import Screen, button, click, named, words
from tests.ui.waiting import until
from tests.work.onstage import LEARNER, READING
from tests.work.seeing import entries

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
