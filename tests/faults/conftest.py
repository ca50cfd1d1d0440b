"""A stage for the tests of faults: the demo's site, copied, to be used up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.work.demo.stage import Stage
from tests.work.onstage import copied


@pytest.fixture
def stage(demo_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    """The demo's site, copied; nobody is signed in."""
    made = copied(demo_dir, tmp_path)
    yield made
    made.close()
