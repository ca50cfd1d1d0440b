"""The bench of the screens sees a paint, and says what misses its target."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.bench.bench_screens import HELD_MS, KEY_MS, PAINT_MS, Painted, Took
from tests.bench.visits import Visit
from tests.ui.watchdog import Watchdog


def took(name: str, kind: str, paint: float, data: float, worst: float) -> Took:
    """A visit that took so long."""
    dog = Watchdog()
    dog.worst = worst
    return Took(Visit(name=name, act=lambda: None, look=lambda: None, kind=kind), "1", paint, data, dog)


@pytest.mark.parametrize(
    ("one", "missed"),
    [
        (took("home", "page", PAINT_MS, 5_000, HELD_MS), []),
        (took("home", "page", PAINT_MS + 1, 5_000, 0), ["paint"]),
        (took("add a record", "dialog", PAINT_MS + 1, 5_000, 0), []),
        (took("search, 'a'", "key", 1, KEY_MS + 1, 0), ["answer"]),
        (took("home", "page", 1, 1, HELD_MS + 1), ["held"]),
    ],
)
def test_what_misses_its_target_is_said(one: Took, missed: list[str]) -> None:
    assert one.missed() == missed


def test_a_paint_is_seen_when_it_is_over(qtbot: QtBot) -> None:
    widget, painted = QWidget(), Painted(time.perf_counter())
    qtbot.addWidget(widget)
    widget.show()
    painted.watch(widget)
    qtbot.waitUntil(lambda: painted.ms is not None)
    assert painted.ms is not None
    assert painted.ms > 0
