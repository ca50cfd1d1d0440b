"""A requirement's mark is checked, and counted on request."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT


def run(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run one test file under the product's conftest and settings."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "test_planted.py").write_text(f"import pytest\n\n\n{text}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "test_planted.py", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("ids", ["", "'R-SIG-1'", "'r-sig-01'", "'R-SIG-01', 7"])
def test_a_malformed_requirement_stops_the_run(tmp_path: Path, ids: str) -> None:
    done = run(tmp_path, f"@pytest.mark.req({ids})\ndef test_x(): ...\n")
    assert done.returncode == 4
    assert "is no requirement's ID" in done.stderr


def test_requirements_are_counted(tmp_path: Path) -> None:
    marked = "@pytest.mark.req('R-SIG-01', 'E-04')\ndef test_{}(): ...\n\n\n"
    done = run(tmp_path, marked.format("a") + marked.format("b"), "--requirements")
    assert "R-SIG-01 2" in done.stdout
    assert "2 passed" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@pytest.mark.unheard\ndef test_x(): ...\n", "unheard"),
        ("@pytest.mark.xfail\ndef test_x(): ...\n", "XPASS(strict)"),
        ("import warnings\ndef test_x():\n    warnings.warn('no')\n", "UserWarning"),
    ],
)
def test_what_pytest_would_let_pass_fails(tmp_path: Path, text: str, said: str) -> None:
    done = run(tmp_path, text)
    assert done.returncode != 0
    assert said in done.stdout + done.stderr
