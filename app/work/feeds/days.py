"""Days as other systems write them.

- Dashes and dots are day first, four digits in front are year first; both may carry midnight behind them.
- Slashes are used both ways: in order when one number is above 12 (or both are equal), else a person must decide.
- Nothing is guessed: years of two digits and month names are not read here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.base.moment import Day, make_day

EARLIEST, LATEST = "2000-01-01", "2100-12-31"
FOR_EVER = "9999-12-31"

YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?: 00:00(?::00)?)?", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?: 00:00(?::00)?)?", re.ASCII)


@lru_cache(maxsize=65_536)
def read_day(text: str) -> tuple[Day | None, str | None]:
    """The day that `text` names, or None and the defect code. `9999-12-31` is a day here; the field decides."""
    year_first, day_first = YEAR_FIRST.fullmatch(text), DAY_FIRST.fullmatch(text)
    if year_first is not None:
        year, month, day = int(year_first[1]), int(year_first[3]), int(year_first[4])
    elif day_first is not None:
        day, month, year = int(day_first[1]), int(day_first[3]), int(day_first[4])
        if day_first[2] == "/" and day != month and max(day, month) <= 12:
            return None, "date.ambiguous"
        if day_first[2] == "/" and month > 12 >= day:
            day, month = month, day
    else:
        return None, "date.unreadable"
    try:
        found = make_day(year, month, day)
    except ValueError:
        return None, "date.impossible"
    within = EARLIEST <= found <= LATEST or found == FOR_EVER
    return (found, None) if within else (None, "date.out_of_range")
