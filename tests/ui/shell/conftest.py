"""What the tests of the frame stand on: a copy of the demo, and QA's window on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.work.demo.stage import Stage
from tests.ui.opened import Opened, opened
from tests.work.conftest import stage

__all__ = ["stage"]


@pytest.fixture
def qa(qtbot: QtBot, look: None, leaks_nothing: None, stage: Stage) -> Iterator[Opened]:
    """The window of a QA manager, at home."""
    with opened(qtbot, stage, "muphaus") as made:
        yield made
