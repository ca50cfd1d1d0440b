"""A copy of the demo's site with QA signed in, for looking at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.work.demo.stage import Stage
from tests.work.onstage import QA, copied


@pytest.fixture(scope="module")
def stage(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The site, open; shared by the tests of a module, which may add but not take away."""
    made = copied(demo_dir, tmp_path_factory.mktemp("views"))
    made.enter(QA)
    yield made
    made.close()
