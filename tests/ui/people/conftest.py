"""A window on a copy of the demo's site, for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.people.inside import Inside
from tests.work.onstage import copied

Enter = Callable[..., Inside]


@pytest.fixture
def enter(qapp: QApplication, look: None, demo_dir: Path, tmp_path: Path) -> Iterator[Enter]:
    """`enter(USERNAME)`: the window of this person."""
    stage, made = copied(demo_dir, tmp_path), list[Inside]()

    def window_of(username: str, size: tuple[int, int] = (1440, 900)) -> Inside:
        made.append(Inside(stage, username, size))
        return made[-1]

    yield window_of
    for one in made:
        one.close()
