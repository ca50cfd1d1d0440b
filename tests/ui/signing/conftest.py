"""A screen on a copy of the demo's site, for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.signing.onscreen import Screen
from tests.work.onstage import copied


@pytest.fixture
def screen(qtbot: QtBot, demo_dir: Path, tmp_path: Path) -> Iterator[Callable[[str], Screen]]:
    """`screen(USERNAME)`: a window where this person is signed in."""
    stage, made = copied(demo_dir, tmp_path), list[Screen]()

    def open_for(username: str) -> Screen:
        made.append(Screen(stage, username))
        return made[-1]

    yield open_for
    for one in made:
        one.close()
    stage.close()
