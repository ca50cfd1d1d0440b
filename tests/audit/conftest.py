"""Small sound sites made without the product (tests/outside/fabricated_site.py): with two logs, and with one.

Only tests/outside is forbidden to import app; these tests import both.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "outside"), str(Path(__file__).parent)]

from fabricated_site import Site, fabricate  # noqa: E402  (the path is set above)


class OneLog(Site):
    """The same story on one device."""

    def tell(self, more: Any = None) -> None:
        m, opens = self.m, self.m.open
        m.open = lambda who, sess, on=None, other=None: opens(who, sess)  # type: ignore[method-assign]
        self.genesis()
        m.open(self.ada, "s_one")
        self.enrol_others()
        self.work()
        m.open(self.bea, "s_three")
        m.entry("record.sign", "record/r_second0000000000", self.tom, code="COMPETENT", after={"outcome": "competent"})
        m.close(self.bea, "s_three")
        self.to_centre()
        m.open(self.bea, "s_four")
        m.entry("record.sign", "record/r_second0000000000", self.bea, sess="s_four", code="APPROVED",
                after={"outcome": "qualified"})  # fmt: skip
        if more:
            more(self)
        m.close(self.bea, "s_four")


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
