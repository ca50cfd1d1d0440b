"""The token bucket: so many at once, then one by one."""

from __future__ import annotations

from app.central.rate import MOST, Rate


def test_a_burst_goes_through_and_then_one_each_interval():
    now = [100.0]
    rate = Rate(3, 0.5, lambda: now[0])
    assert [rate.wait("a") for _ in range(3)] == [0, 0, 0]
    assert 0 < rate.wait("a") <= 0.5
    now[0] += 0.5
    assert rate.wait("a") == 0
    assert rate.wait("a") > 0
    now[0] += 60
    assert [rate.wait("a") for _ in range(3)] == [0, 0, 0]


def test_one_address_does_not_slow_another_down():
    rate = Rate(1, 10, lambda: 0.0)
    assert (rate.wait("a"), rate.wait("b")) == (0, 0)
    assert rate.wait("a") > 0


def test_asking_while_refused_costs_nothing_further():
    now = [0.0]
    rate = Rate(1, 1, lambda: now[0])
    rate.wait("a")
    assert [rate.wait("a") for _ in range(5)] == [1.0] * 5
    now[0] = 1.0
    assert rate.wait("a") == 0


def test_addresses_are_bounded_in_number():
    rate = Rate(1, 1, lambda: 0.0)
    for n in range(MOST + 10):
        rate.wait(str(n))
    assert len(rate._free_at) == MOST
