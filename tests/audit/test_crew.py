"""Processes that share work: answers in order, Faults carried over, a killed one told in words."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from app.audit.crew import Crew, peak
from app.base.faults import CannotDecide, Fault


def double(value: int, tick: Callable[[int], None]) -> int:
    tick(value)
    return 2 * value


def fails(value: int, _tick: Callable[[int], None]) -> int:
    raise Fault("disk.failed") if value else CannotDecide("store.damaged")


def dies(value: int, _tick: Callable[[int], None]) -> int:
    if value:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


@pytest.mark.parametrize("count", [1, 2, 3])
def test_answers_come_in_the_order_of_the_arguments(count: int) -> None:
    told: list[tuple[str, int, int]] = []
    with Crew(count, lambda *one: told.append(one)) as crew:
        assert crew.run("step", 9, double, list(range(count))) == [2 * value for value in range(count)]
        assert crew.run("again", 9, double, [4]) == [8]
    assert told[-1] == ("again", 9, 9)


@pytest.mark.parametrize("count", [1, 2])
def test_a_fault_of_a_part_is_a_fault_of_the_whole(count: int) -> None:
    with pytest.raises(Fault), Crew(count, None) as crew:
        crew.run("step", 1, fails, [0, 1][:count])


def test_a_killed_process_is_an_error_in_words() -> None:
    with pytest.raises(CannotDecide) as met, Crew(2, None) as crew:
        crew.run("step", 1, dies, [0, 1])
    assert met.value.code == "audit.worker_lost"
    assert met.value.plain() and met.value.what_to_do()


def test_no_process_is_left_when_the_work_is_interrupted() -> None:
    crew = Crew(2, None)
    with pytest.raises(KeyboardInterrupt), crew:
        crew.run("step", 1, double, [1, 2])
        processes = [process for process, _ in crew._members]
        raise KeyboardInterrupt
    assert [process.is_alive() for process in processes] == [False, False]


def test_memory_is_what_was_held() -> None:
    assert peak() > 10_000_000
