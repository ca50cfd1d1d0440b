"""Loads what the window needs while a person types at the door.

- The verbs are loaded on the store's lane, at once (some 60 ms): nothing below `ui` knows Qt.
- What stands on PySide6 is loaded on the screen's thread alone, a module a turn: a Qt class is made when it is first
  named, and PySide6 ends the process when two threads do so at once.
- What can't be loaded is told where it is needed, and does not keep the others from it.
"""

from __future__ import annotations

import logging
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from ui.kit.turns import in_turns

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from ui.lane import Lane

VERBS = tuple(
    f"app.work.{name}"
    for name in (
        "seat", "numbers", "finder", "person", "drafts", "begin", "signing", "shelf", "handout", "waiting", "courier",
    )
)  # fmt: skip
"""What the pages ask, as far as signing in has not loaded it."""

KIT = ("ui.kit.table", "ui.kit.days", "ui.signing.sign", "ui.records.add", "ui.door.house")
"""What the pages share, in bits, and the house; then come the pages."""


def load_ahead(lane: Lane, owner: QObject) -> None:
    """Load the verbs, then what stands on them; nothing more is begun once `owner` is gone."""

    def stand_on_them(_loaded: object) -> None:
        in_turns(owner, [partial(load, module) for module in (*KIT, *pages())])

    lane.ask(owner, lambda _ticket: [*map(import_module, VERBS)], stand_on_them, stand_on_them)


def load(module: str) -> None:
    """Load one module; an error is for whoever needs it."""
    try:
        import_module(module)
    except Exception:
        logging.getLogger(__name__).exception("%s can't be loaded", module)


def pages() -> list[str]:
    """The modules of the pages."""
    return [one.module for one in import_module("ui.shell.pages").PAGES]
