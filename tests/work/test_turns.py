"""One worker thread: order, results, errors, time-outs, and an end of the process that waits for nobody."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from app.work.turns import TooSlow, Turns
from tests.work.keyrings import ROOT


def test_results_and_errors_come_back_from_one_thread() -> None:
    turns = Turns("test", 5)
    threads = {turns.take(threading.get_ident) for _ in range(3)}
    assert len(threads) == 1 and threading.get_ident() not in threads
    with pytest.raises(ZeroDivisionError):
        turns.take(lambda: 1 // 0)
    assert turns.take(lambda: "still here") == "still here"


def test_a_slow_job_is_given_up_and_the_waiting_one_never_begun() -> None:
    turns, gate, done = Turns("test", 0.1), threading.Event(), []
    with pytest.raises(TooSlow):
        turns.take(gate.wait)
    with pytest.raises(TooSlow):
        turns.take(lambda: done.append("late"))
    gate.set()
    time.sleep(0.05)
    assert turns.take(lambda: "next") == "next" and done == []


def test_a_job_that_never_ends_does_not_keep_the_process() -> None:
    program = """
import time
from app.work.turns import TooSlow, Turns
try:
    Turns("test", 0.1).take(lambda: time.sleep(3600))
except TooSlow:
    print("slow")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True, timeout=10
    )
    assert done.stdout == "slow\n"
