"""What a person copies into a terminal runs there."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.program import NAME, called

PRINTS = "from app.base.program import called; print(called())"


@pytest.mark.parametrize("places", ["", str(Path(sys.executable).parent)])
def test_it_runs_with_whatever_path_the_terminal_has(places: str) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join(filter(None, [places, "/usr/bin", "/bin"]))}
    printed = subprocess.run(
        [sys.executable, "-c", PRINTS], env=environment, capture_output=True, text=True, check=True
    )
    said = printed.stdout.strip()
    assert (said == NAME) == bool(places)
    ran = subprocess.run(
        ["sh", "-c", f"{said} --help"], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0 and NAME in ran.stdout


def test_it_can_be_pasted() -> None:
    assert len(shlex.split(called())) == 1
