"""Reads the pages' modules while a person types at the door: one at a time, on the store's lane, so that who signs in
meanwhile waits for one of them at most."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from ui.lane import Lane

PAGES = "ui.shell.pages"


def read_ahead(lane: Lane, asker: QObject) -> None:
    """Read one module after the other; what can't be read is told where it is needed."""
    left = [one.module for one in import_module(PAGES).PAGES]

    def step(_read: object) -> None:
        if left:
            module = left.pop(0)
            lane.ask(asker, lambda _ticket: import_module(module), step, step)

    step(None)
