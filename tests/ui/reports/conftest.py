"""A copy of the demo's site for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.work.demo.stage import Stage
from tests.work.onstage import copied


@pytest.fixture
def stage(demo_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    """The demo's people and places, copied, so that a test may change them."""
    made = copied(demo_dir, tmp_path)
    yield made
    made.close()
