"""A small sound site made without the product (tests/outside/fabricated_site.py), and the outside reader's opinion of it.

Only tests/outside is forbidden to import app; these tests import both.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "outside"), str(Path(__file__).parent)]

from fabricated_site import Site, fabricate  # noqa: E402  (the path is set above)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site]:
    """A demo-like folder and what it was made of; not to be written to."""
    folder = tmp_path_factory.mktemp("fabricated")
    return folder, fabricate(folder)
