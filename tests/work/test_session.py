"""When a period begins to ask for everything again, and when it is over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.base.moment import Reading
from app.work.session import Session

At = Callable[..., Reading]


def opened(reading: Reading) -> Session:
    """A session opened at a reading."""
    return Session(
        id="s_1", uid="u_1", pid="p_1", role="qa", opened_up=reading.up, last_up=reading.up, boot=reading.boot
    )


@pytest.mark.req("R-SIG-01")
def test_the_first_ceremony_ends_what_is_fresh_and_what_is_doubted(at: At) -> None:
    session = opened(at(0))
    assert session.fresh and not session.doubted and session.k == 0
    session.doubted = True
    session.signed(1, 4_000)
    assert not session.fresh and not session.doubted and (session.k, session.signed_up) == (1, 4_000)


@pytest.mark.req("R-ACC-17")
@pytest.mark.parametrize(("minutes", "over"), [(0, False), (9.99, False), (10, True), (600, True)])
def test_idle_time_ends_it(at: At, minutes: float, over: bool) -> None:
    assert opened(at(5)).over(at(5 + minutes), idle_min=10, absolute_h=24) is over


def test_whoever_does_something_is_not_idle(at: At) -> None:
    session = opened(at(0))
    session.touched(at(9))
    assert not session.over(at(18), idle_min=10, absolute_h=8)
    assert session.over(at(19), idle_min=10, absolute_h=8)


@pytest.mark.req("R-ACC-17")
@pytest.mark.parametrize(("hours", "over"), [(7.99, False), (8, True)])
def test_it_ends_after_so_many_hours_whatever_is_done(at: At, hours: float, over: bool) -> None:
    session = opened(at(0))
    session.touched(at(hours * 60))
    assert session.over(at(hours * 60), idle_min=10, absolute_h=8) is over


def test_another_boot_ends_it_and_the_wall_clock_does_not(at: At) -> None:
    session = opened(at(100))
    assert session.over(at(1, boot="two"), idle_min=10, absolute_h=8)
    assert not session.over(at(101, wall=86_400_000), idle_min=10, absolute_h=8)
