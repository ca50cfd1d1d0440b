"""Time, in the forms of formats §1; the only file that imports datetime.

- An Instant is UTC milliseconds, the offset in force and the IANA zone; ordered by the milliseconds alone.
- A Day is `YYYY-MM-DD`; ISO text sorts as days do.
- A Reading is what a clock says at once: the instant, the boot and the milliseconds since it (with suspend).
- An HLC (hybrid logical clock) rises strictly within one log whatever the wall clock does.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NewType, Protocol
from zoneinfo import ZoneInfo

from app.base.words import Value

Day = NewType("Day", str)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UTC_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d")
HLC_TEXT = re.compile(r"(0|[1-9]\d*)\.([0-9a-f]{4})")
COUNTER_LIMIT = 0xFFFF


class Instant(Value, frozen=True):
    """A moment: `ms` since 1970 in UTC, `off` as `+hh:mm`, `zone` an IANA name."""

    ms: int
    off: str = "+00:00"
    zone: str = "UTC"

    @property
    def utc(self) -> str:
        """`YYYY-MM-DDThh:mm:ss.sssZ`."""
        return utc_text(self.ms)

    @property
    def day(self) -> Day:
        """The local day at the instant's own offset."""
        sign = -1 if self.off[0] == "-" else 1
        minutes = sign * (int(self.off[1:3]) * 60 + int(self.off[4:6]))
        return Day((EPOCH + timedelta(milliseconds=self.ms, minutes=minutes)).date().isoformat())


class Reading(Value, frozen=True):
    """What the machine's clocks said at one moment: `up` counts ms since `boot`, suspend included."""

    instant: Instant
    boot: str
    up: int


class Clock(Protocol):
    """Where the present comes from."""

    def now(self) -> Reading:
        """One reading of all clocks."""


class Hlc(Value, frozen=True, order=True):
    """Hybrid logical clock `<ms decimal>.<counter, 4 lower-case hex>`, compared as numbers."""

    ms: int
    counter: int

    def __str__(self) -> str:
        return f"{self.ms}.{self.counter:04x}"

    def after(self, ms: int) -> Hlc:
        """The next value of the log, given the wall clock's `ms`; always greater than self."""
        if ms > self.ms:
            return Hlc(ms=ms, counter=0)
        if self.counter == COUNTER_LIMIT:
            return Hlc(ms=self.ms + 1, counter=0)
        return Hlc(ms=self.ms, counter=self.counter + 1)


def parse_hlc(text: str) -> Hlc:
    """An HLC from its text; raises ValueError."""
    match = HLC_TEXT.fullmatch(text)
    if not match:
        raise ValueError(f"not an HLC: {text!r}")
    return Hlc(ms=int(match[1]), counter=int(match[2], 16))


@lru_cache(maxsize=256)
def utc_text(ms: int) -> str:
    """Milliseconds since 1970 as `YYYY-MM-DDThh:mm:ss.sssZ`."""
    moment = EPOCH + timedelta(milliseconds=ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def as_datetime(ms: int) -> datetime:
    """Milliseconds since 1970 as the aware UTC time that other libraries ask for."""
    return EPOCH + timedelta(milliseconds=ms)


def utc_ms(text: str) -> int:
    """Milliseconds since 1970 of `YYYY-MM-DDThh:mm:ss.sssZ`; raises ValueError."""
    if not UTC_TEXT.fullmatch(text):
        raise ValueError(f"not a UTC time: {text!r}")
    return round((datetime.fromisoformat(text) - EPOCH) / timedelta(milliseconds=1))


@lru_cache(maxsize=256)
def instant_at(ms: int, zone: str) -> Instant:
    """The instant `ms` as seen in the IANA zone `zone`."""
    offset = datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = round(offset / timedelta(minutes=1))
    sign = "-" if minutes < 0 else "+"
    return Instant(ms=ms, off=f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}", zone=zone)


def local_text(instant: Instant) -> str:
    """For people: `20 Nov 2026, 14:32:40 +01:00 (Europe/Amsterdam)`."""
    moment = _local(instant)
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} {instant.off} ({instant.zone})"


def clock_text(instant: Instant, *, seconds: bool = True) -> str:
    """For people: `17 Nov 2026, 14:32:07 CET (UTC+01:00)`; without `seconds` to the minute. The zone's short name is left
    out where the zone has none."""
    short = datetime.fromtimestamp(instant.ms / 1000, ZoneInfo(instant.zone)).tzname() or ""
    name = f" {short}" if short.isalpha() else ""
    return f"{place_text(instant, seconds=seconds)}{name} (UTC{instant.off})"


def place_text(instant: Instant, *, seconds: bool = True) -> str:
    """For lists whose page names the zone: `17 Nov 2026, 14:32:07`; without `seconds` to the minute."""
    local = _local(instant)
    time = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{local.day} {local:%b %Y}, {time}"


def hour_text(instant: Instant) -> str:
    """The local time of day, `14:32`."""
    return f"{_local(instant):%H:%M}"


def day_text(day: str) -> str:
    """A day for people: `17 Nov 2026`."""
    told = date.fromisoformat(day)
    return f"{told.day} {told:%b %Y}"


def at_local(day: Day, hour: int, minute: int, zone: str) -> Instant:
    """The instant of a local time of day; of one that comes twice the first. ValueError for one that the zone lacks."""
    local = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(zone))
    local = local.replace(hour=hour, minute=minute)
    instant = instant_at(round((local - EPOCH) / timedelta(milliseconds=1)), zone)
    if hour_text(instant) != f"{hour:02d}:{minute:02d}":
        raise ValueError(f"{day} {hour:02d}:{minute:02d} does not exist in {zone}")
    return instant


def _local(instant: Instant) -> datetime:
    hours = int(instant.off[1:3]) * 60 + int(instant.off[4:6])
    return EPOCH + timedelta(milliseconds=instant.ms, minutes=-hours if instant.off[0] == "-" else hours)


def parse_day(text: str) -> Day:
    """A day from `YYYY-MM-DD`; raises ValueError for days that the calendar lacks."""
    if not DAY_TEXT.fullmatch(text):
        raise ValueError(f"not a day: {text!r}")
    return Day(date.fromisoformat(text).isoformat())


def make_day(year: int, month: int, day: int) -> Day:
    """A day from its numbers; raises ValueError for days that the calendar lacks."""
    return Day(date(year, month, day).isoformat())


def start_of(day: Day, zone: str) -> Instant:
    """The first instant of `day` in `zone`."""
    local = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(zone))
    return instant_at(round((local - EPOCH) / timedelta(milliseconds=1)), zone)


@lru_cache(maxsize=32_768)
def add_days(day: Day, days: int) -> Day:
    """`days` later (negative: earlier)."""
    return Day((date.fromisoformat(day) + timedelta(days=days)).isoformat())


def add_months(day: Day, months: int) -> Day:
    """`months` later; a day that the month lacks becomes its last (31 January + 1 = 28 or 29 February)."""
    start = date.fromisoformat(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return Day(date(year, month + 1, min(start.day, last)).isoformat())
