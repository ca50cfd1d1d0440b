"""A bar that cannot be painted ends its painter all the same: one that lives on takes the process with it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ui.kit.progress import Bar

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def test_painting_that_fails_leaves_no_painter_behind(qtbot: QtBot) -> None:
    made = Bar(0.5, colour="no such colour")
    qtbot.addWidget(made)
    with pytest.raises(KeyError, match="no such colour") as raised:
        made.grab()
    painters = [entry.locals["painter"] for entry in raised.traceback if "painter" in entry.locals]
    assert [painter.isActive() for painter in painters] == [False]
