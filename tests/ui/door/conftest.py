"""What the door's tests stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.work.demo.stage import Stage
from tests.ui.door.entrance import Entrance
from tests.work.conftest import stage

__all__ = ["stage"]


@pytest.fixture
def entrance(qtbot: QtBot, look: None, leaks_nothing: None, stage: Stage) -> Iterator[Entrance]:
    """The door of a copy of the demo, shown; closed at the end."""
    made = Entrance(qtbot, stage.cast.folder)
    made.open()
    yield made
    made.close()
