"""The day that a file is looked at ends where the day ends, on days with a clock change too."""

from __future__ import annotations

import pytest

from app.base.moment import Day, clock_text
from ui.people.asof import AsOf


@pytest.mark.req("R-AUD-11")
@pytest.mark.parametrize(
    ("day", "zone", "text"),
    [
        ("2026-10-25", "Europe/Amsterdam", "25 Oct 2026, 23:59:59 CET (UTC+01:00)"),
        ("2026-03-29", "Europe/Amsterdam", "29 Mar 2026, 23:59:59 CEST (UTC+02:00)"),
        ("2026-11-01", "America/New_York", "1 Nov 2026, 23:59:59 EST (UTC-05:00)"),
        ("2026-03-08", "America/New_York", "8 Mar 2026, 23:59:59 EDT (UTC-04:00)"),
        ("2026-11-20", "Europe/Amsterdam", "20 Nov 2026, 23:59:59 CET (UTC+01:00)"),
    ],
)
def test_the_end_of_a_day_lies_in_that_day(day: str, zone: str, text: str) -> None:
    end = AsOf(day=Day(day)).at(zone)
    assert (end.day, clock_text(end)) == (day, text)
