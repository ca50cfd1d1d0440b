"""Where the present comes from, and what two readings say of the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app.base.moment import Reading
from app.work.clocks import ShiftedClock, SystemClock, judge

At = Callable[..., Reading]
SECOND, MINUTE = 1000, 60_000


def test_the_systems_clock_tells_utc_the_zone_and_a_boot() -> None:
    before, reading, after = (
        time.time_ns() // 1_000_000,
        SystemClock("Asia/Tokyo").now(),
        time.time_ns() // 1_000_000,
    )
    assert before <= reading.instant.ms <= after and reading.instant.off == "+09:00"
    assert reading.boot and SystemClock("UTC").now().boot == reading.boot and reading.up > 0


def test_uptime_goes_on_with_the_wall_clock() -> None:
    clock = SystemClock("UTC")
    one = clock.now()
    time.sleep(0.05)
    two = clock.now()
    assert 45 <= two.up - one.up < 5000
    assert abs((two.instant.ms - one.instant.ms) - (two.up - one.up)) <= 5


def test_a_shifted_clock_runs_from_its_own_day_and_lets_time_pass_for_both_clocks() -> None:
    clock = ShiftedClock("UTC", 86_400_000, 86_400_000)
    one = clock.now()
    assert 86_399_000 < one.instant.ms - SystemClock("UTC").now().instant.ms < 86_401_000
    clock.advance(MINUTE)
    two = clock.now()
    assert MINUTE <= two.instant.ms - one.instant.ms < MINUTE + SECOND
    assert MINUTE <= two.up - one.up < MINUTE + SECOND
    assert judge(one, one.instant.ms, two).state == "ok"


@pytest.mark.req("R-AUD-08")
@pytest.mark.parametrize(
    ("moved", "state"),
    [(0, "ok"), (2000, "ok"), (-2000, "ok"), (2001, "jump"), (-2001, "jump"), (3_600_000, "jump")],
)
def test_more_than_two_seconds_between_the_clocks_are_a_jump(at: At, moved: int, state: str) -> None:
    before, now = at(10), at(20, wall=moved)
    assert (judge(before, before.instant.ms, now).state, judge(before, 0, now).moved) == (
        state,
        moved * (state != "ok"),
    )


@pytest.mark.req("R-AUD-08")
def test_five_minutes_before_the_newest_record_is_back_whatever_the_boot(at: At) -> None:
    mark = at(100).instant.ms
    assert judge(None, mark, at(95)).state == "ok"
    assert judge(None, mark, at(94.99)).state == "back"
    assert judge(at(99), mark, at(94, boot="two")).state == "back"


def test_another_boot_is_no_jump(at: At) -> None:
    assert judge(at(100), 0, at(1, boot="two", wall=7_200_000)).state == "ok"
    assert judge(None, 0, at(1)).state == "ok"
