"""Here alone the outside reader and the product stand in one process: both are asked, the answers are compared."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.work.issued import Handed, hand_out

OUTSIDE = Path(__file__).parents[1]
sys.path[:0] = [str(OUTSIDE), str(OUTSIDE.parent / "audit")]


@pytest.fixture(scope="session")
def issued(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """One sealed training file of the demo; nobody changes it."""
    return hand_out(demo_dir, tmp_path_factory.mktemp("issued"))


@pytest.fixture(scope="module")
def scans(issued: Handed, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The pages at 150 dpi in grey."""
    folder = tmp_path_factory.mktemp("scans")
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", issued.pdf, folder / "page"], check=True)
    return sorted(folder.glob("*.png"))
