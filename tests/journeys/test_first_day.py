"""The first day through its verbs, killed between every two steps and started again: each a program of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.work.demo.stage import word_of
from tests.faults.afterwards import ROOT, codes, outside, report, stage_of
from tests.journeys.day import STEPS


def stepped(folder: Path, step: str) -> None:
    """Run one step; it is killed at its end."""
    command = [sys.executable, "-m", "tests.journeys.day", str(folder), step]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == -signal.SIGKILL, ran.stderr


@pytest.mark.req("R-REC-10", "R-AUD-05")
def test_the_first_day_killed_between_every_two_steps(tmp_path: Path) -> None:
    for step in STEPS:
        stepped(tmp_path, step)
        assert codes(report(stage_of(tmp_path))) == set(), step
    assert outside(tmp_path) == set()
    stage = stage_of(tmp_path)
    plan = stage.cast.plan
    stage.enter(plan["founders"][1]["username"])
    file = stage.file(plan["accounts"][2]["number"])
    assert word_of(file, plan["training"]) == "Qualified"
    stage.leave()
    assert codes(report(stage)) == set()
