"""Time: texts, zones, days, and a clock that only rises."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base import moment
from app.base.moment import Hlc, Instant, parse_hlc

MS = st.integers(-(10**12), 4 * 10**12)
COUNTERS = st.integers(0, 0xFFFF)
ZONES = ["UTC", "Europe/Amsterdam", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]
DAYS = st.dates(date(1971, 1, 1), date(2200, 12, 31)).map(date.isoformat)


@pytest.mark.req("R-AUD-08")
@given(MS)
def test_utc_text_and_milliseconds_are_one(ms):
    text = moment.utc_text(ms)
    assert moment.utc_ms(text) == ms
    assert len(text) == 24
    assert datetime.fromisoformat(text) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-11-23T05:44:06Z", "2026-11-23T05:44:06.12Z", "2026-11-23T05:44:06.1234Z",
        "2026-11-23 05:44:06.123Z", "2026-11-23T05:44:06.123", "2026-11-23T05:44:06.123+00:00",
        "2026-02-30T05:44:06.123Z", "2026-13-01T05:44:06.123Z", "2026-11-23T24:00:00.000Z",
        "2026-11-23T05:60:06.123Z", "2026-11-23T05:44:60.123Z", "2026-11-23T05:44:06.123Z\n",
        " 2026-11-23T05:44:06.123Z", "0000-01-01T00:00:00.000Z", "\u0662\u0660\u0662\u0666-11-23T05:44:06.123Z",
        "2026-11-23T05:44:06.\uff11\uff12\uff13Z",
    ],
)  # fmt: skip
def test_another_spelling_of_a_time_is_refused(text):
    with pytest.raises(ValueError):
        moment.utc_ms(text)


@pytest.mark.parametrize(
    "text",
    ["", "2026-2-01", "2026-02-30", "20260201", "2026-02-01T", "2026-02-01\n", "\u0662026-02-01", "2026-W01-1"],
)
def test_a_day_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        moment.parse_day(text)


def test_a_day_is_read_and_made():
    assert moment.parse_day("2024-02-29") == moment.make_day(2024, 2, 29) == "2024-02-29"
    with pytest.raises(ValueError):
        moment.make_day(2025, 2, 29)


# --- zones ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("utc", "zone", "off", "day"),
    [
        ("2026-03-29T00:59:59.999Z", "Europe/Amsterdam", "+01:00", "2026-03-29"),
        ("2026-03-29T01:00:00.000Z", "Europe/Amsterdam", "+02:00", "2026-03-29"),
        ("2026-10-25T00:59:59.999Z", "Europe/Amsterdam", "+02:00", "2026-10-25"),
        ("2026-10-25T01:00:00.000Z", "Europe/Amsterdam", "+01:00", "2026-10-25"),
        ("2026-06-30T22:00:00.000Z", "Europe/Amsterdam", "+02:00", "2026-07-01"),
        ("2026-06-30T18:29:59.999Z", "Asia/Kolkata", "+05:30", "2026-06-30"),
        ("2026-06-30T18:30:00.000Z", "Asia/Kolkata", "+05:30", "2026-07-01"),
        ("2026-01-01T03:29:59.999Z", "America/St_Johns", "-03:30", "2025-12-31"),
        ("2026-01-01T03:30:00.000Z", "America/St_Johns", "-03:30", "2026-01-01"),
        ("2026-01-01T12:00:00.000Z", "Pacific/Kiritimati", "+14:00", "2026-01-02"),
        ("2026-01-01T12:00:00.000Z", "UTC", "+00:00", "2026-01-01"),
    ],
)
@pytest.mark.req("R-AUD-08", "R-AUD-11")
def test_an_instant_knows_its_offset_and_day(utc, zone, off, day):
    instant = moment.instant_at(moment.utc_ms(utc), zone)
    assert (instant.utc, instant.off, instant.zone, instant.day) == (utc, off, zone, day)


@pytest.mark.req("R-AUD-11")
def test_the_repeated_hour_reads_differently_each_time():
    first, second = (moment.instant_at(moment.utc_ms(f"2026-10-25T0{hour}:30:00.000Z"), "Europe/Amsterdam")
                     for hour in (0, 1))  # fmt: skip
    assert moment.local_text(first) == "25 Oct 2026, 02:30:00 +02:00 (Europe/Amsterdam)"
    assert moment.local_text(second) == "25 Oct 2026, 02:30:00 +01:00 (Europe/Amsterdam)"


def test_local_text_of_a_place_behind_utc():
    instant = moment.instant_at(moment.utc_ms("2026-01-01T03:29:59.999Z"), "America/St_Johns")
    assert moment.local_text(instant) == "31 Dec 2025, 23:59:59 -03:30 (America/St_Johns)"


def test_local_text_of_a_place_far_ahead():
    instant = moment.instant_at(moment.utc_ms("2026-01-01T12:00:00.000Z"), "Pacific/Kiritimati")
    assert moment.local_text(instant) == "2 Jan 2026, 02:00:00 +14:00 (Pacific/Kiritimati)"


def test_an_unknown_zone_is_an_error():
    with pytest.raises(Exception, match="Nowhere"):
        moment.instant_at(0, "Europe/Nowhere")


@pytest.mark.parametrize(
    ("day", "zone", "utc"),
    [
        ("2026-03-29", "Europe/Amsterdam", "2026-03-28T23:00:00.000Z"),
        ("2026-03-30", "Europe/Amsterdam", "2026-03-29T22:00:00.000Z"),
        ("2026-10-25", "Europe/Amsterdam", "2026-10-24T22:00:00.000Z"),
        ("2026-10-26", "Europe/Amsterdam", "2026-10-25T23:00:00.000Z"),
        ("2026-07-01", "Asia/Kolkata", "2026-06-30T18:30:00.000Z"),
    ],
)
def test_a_day_begins_at_its_own_midnight(day, zone, utc):
    assert moment.start_of(day, zone).utc == utc


@settings(max_examples=200)
@given(DAYS, st.sampled_from(ZONES))
def test_the_start_of_a_day_lies_in_it_and_the_moment_before_does_not(day, zone):
    start = moment.start_of(day, zone)
    if zone == "Pacific/Apia" and day == "2011-12-30":
        return  # Samoa had no such day
    assert start.day == day
    assert moment.instant_at(start.ms - 1, zone).day < day


# --- calendar ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"), ("2026-12-15", 1, "2027-01-15"), ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-31", 2, "2027-02-28"), ("2026-03-31", -1, "2026-02-28"), ("2026-01-01", -1, "2025-12-01"),
        ("2026-05-31", 0, "2026-05-31"), ("2026-10-31", 1, "2026-11-30"), ("2099-12-31", 2, "2100-02-28"),
    ],
)  # fmt: skip
def test_months_end_where_the_month_ends(day, months, then):
    assert moment.add_months(day, months) == then


@given(DAYS, st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_takes_the_last(day, months):
    start = date.fromisoformat(day)
    then = date.fromisoformat(moment.add_months(day, months))
    assert (then.year - start.year) * 12 + then.month - start.month == months
    assert then.day == min(start.day, calendar.monthrange(then.year, then.month)[1])


@given(DAYS, st.integers(-20_000, 20_000))
def test_adding_days_goes_there_and_back(day, days):
    there = moment.add_days(day, days)
    assert (date.fromisoformat(there) - date.fromisoformat(day)).days == days
    assert moment.add_days(there, -days) == day


# --- the hybrid clock ----------------------------------------------------------------------------------------


@pytest.mark.req("R-AUD-08")
@given(st.lists(st.integers(0, 2**42) | st.sampled_from([5, 5, 6]), min_size=1, max_size=60))
def test_the_clock_of_a_log_strictly_rises_whatever_the_wall_clock_says(walls):
    clock = Hlc(ms=0, counter=0)
    for wall in walls:
        following = clock.after(wall)
        assert clock < following
        assert following.ms >= wall
        clock = following


def test_the_counter_runs_over_into_the_milliseconds():
    assert Hlc(ms=7, counter=0xFFFE).after(7) == Hlc(ms=7, counter=0xFFFF)
    assert Hlc(ms=7, counter=0xFFFF).after(3) == Hlc(ms=8, counter=0)
    assert Hlc(ms=7, counter=5).after(8) == Hlc(ms=8, counter=0)


@given(st.integers(0, 2**53), COUNTERS)
def test_a_clock_value_and_its_text_are_one(ms, counter):
    assert parse_hlc(str(Hlc(ms=ms, counter=counter))) == Hlc(ms=ms, counter=counter)


def test_clock_values_compare_as_numbers_not_as_text():
    assert parse_hlc("9.0000") < parse_hlc("10.0000")
    assert parse_hlc("10.000a") < parse_hlc("10.00a0")


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.000", "1.00000", "01.0000", "1.000A", "-1.0000", "1.0000\n", "1.0000 ", "+1.0000", "1.g000",
     "\u0661.0000", ".0000"],
)  # fmt: skip
def test_another_spelling_of_a_clock_value_is_refused(text):
    with pytest.raises(ValueError):
        parse_hlc(text)


def test_instants_are_values():
    assert Instant(ms=1) == Instant(ms=1)
    with pytest.raises(AttributeError):
        Instant(ms=1).ms = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("ms", "zone", "text"),
    [
        (1_795_160_364_686, "Europe/Amsterdam", "20 Nov 2026, 08:39:24 CET (UTC+01:00)"),
        (1_784_700_000_000, "Europe/Amsterdam", "22 Jul 2026, 08:00:00 CEST (UTC+02:00)"),
        (0, "America/Sao_Paulo", "31 Dec 1969, 21:00:00 (UTC-03:00)"),
        (0, "UTC", "1 Jan 1970, 00:00:00 UTC (UTC+00:00)"),
    ],
)
def test_a_time_is_told_with_its_zone_and_offset(ms: int, zone: str, text: str) -> None:
    assert moment.clock_text(moment.instant_at(ms, zone)) == text
    short = moment.clock_text(moment.instant_at(ms, zone), seconds=False)
    assert len(short) == len(text) - 3 and text.startswith(short[:16])


@pytest.mark.parametrize("zone", ["Asia/Singapore", "Europe/Amsterdam", "America/Sao_Paulo", "Asia/Dubai"])
def test_a_place_in_time_without_its_zone_is_the_same_text_everywhere(zone: str) -> None:
    instant = moment.instant_at(1_795_160_364_686, zone)
    text = moment.place_text(instant)
    assert text == f"20 Nov 2026, {moment.hour_text(instant)}:24"
    assert moment.clock_text(instant).startswith(text)


def test_days_and_hours_are_told_without_numbers_for_months() -> None:
    assert (
        moment.day_text("2026-11-02") == "2 Nov 2026"
        and moment.hour_text(moment.instant_at(0, "Asia/Kolkata")) == "05:30"
    )


def test_a_local_time_is_found_and_one_that_the_zone_lacks_is_not() -> None:
    day = moment.Day("2026-11-20")
    assert moment.at_local(day, 9, 5, "Europe/Amsterdam").utc == "2026-11-20T08:05:00.000Z"
    assert moment.at_local(moment.Day("2026-10-25"), 2, 30, "Europe/Amsterdam").off == "+02:00"
    with pytest.raises(ValueError, match="does not exist"):
        moment.at_local(moment.Day("2026-03-29"), 2, 30, "Europe/Amsterdam")
