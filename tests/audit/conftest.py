"""Small sound sites made without the product (tests/outside/fabricated_site.py): with two logs, and with one.

Only tests/outside is forbidden to import app; these tests import both.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "outside"), str(Path(__file__).parent)]

from fabricated_site import Site, fabricate  # noqa: E402  (the path is set above)
from telling import OneLog  # noqa: E402


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site]:
    """A demo-like folder with two logs and what it was made of; not to be written to."""
    folder = tmp_path_factory.mktemp("fabricated")
    return folder, fabricate(folder)


@pytest.fixture(scope="session")
def single(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site]:
    """The same with one log."""
    folder, site = tmp_path_factory.mktemp("single"), OneLog()
    site.tell()
    site.write(folder)
    return folder, site
