"""The window from outside: another process, used by role and name alone, as a screen reader uses it (WCAG 2.2, 4.1.2)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.base.say import say
from tests.journeys.watched import OFF

CLEAN = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "QT_QPA_PLATFORM", "AT_SPI_BUS_ADDRESS")


def test_the_main_job_by_a_screen_reader(demo_dir: Path, tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    shutil.copytree(demo_dir, demo)
    environment = {name: value for name, value in os.environ.items() if name not in CLEAN}
    environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    walked = subprocess.run(
        ["xvfb-run", "-a", "dbus-run-session", "--", sys.executable, "-m", "tests.journeys.by_reader", str(demo)],
        capture_output=True, text=True, timeout=240, env=environment, check=False,
    )  # fmt: skip
    assert walked.returncode == 0, walked.stderr[-3000:]
    assert OFF not in walked.stderr, walked.stderr
    heard = [line for line in walked.stdout.splitlines() if not line.startswith("SpiRegistry")]
    found, learner, trainer, signed, seal, verified, locked, back = heard
    assert found.startswith("Omkaar Barad")
    assert (learner, trainer) == (say("ui.sign.button.TRAINED"), say("ui.sign.button.COMPETENT"))
    assert signed.startswith("Signed as Assessed")
    assert seal == say("ui.reports.sound")
    assert verified.startswith("History verifies: all") and back == verified
    assert locked == say("ui.lock.title")
