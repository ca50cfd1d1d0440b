"""The program ends when its window is closed, at whatever moment: a thread that nobody ends would keep it for ever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TIMES = 4


@pytest.mark.req("R-ACC-17")
def test_a_window_that_is_closed_while_it_is_built_ends_the_program(demo_dir: Path, tmp_path: Path) -> None:
    """It depends on which of two threads is quicker, so it is tried several times."""
    demo = tmp_path / "demo"
    shutil.copytree(demo_dir, demo)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    for _ in range(TIMES):
        done = subprocess.run(
            [sys.executable, "-m", "tests.journeys.leaving", str(demo)],
            capture_output=True, text=True, timeout=60, env=environment, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
