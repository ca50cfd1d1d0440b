"""The one list of pages: what they are called, where they stand in the navigation, who has them.

- A page is imported and built on its first visit.
- Whoever lacks the right has no entry at all; nothing is shown greyed because of rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.base.words import Value
from app.domain.rights import READERS

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.page import Page


class Entry(Value, frozen=True):
    """One page. `group` is empty for those on top; `hidden` ones are reached through others; no `needs`: everybody's."""

    name: str
    module: str
    icon: str = ""
    group: str = ""
    needs: frozenset[str] = frozenset()
    parent: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the navigation has no entry for it."""
        return bool(self.parent)


REST_MS = 40
OVERSIGHT = frozenset({"qa", "manager", "inspector", "admin"})

PAGES: Sequence[Entry] = (
    Entry(name="home", module="ui.home.page", icon="layout-dashboard"),
    Entry(name="people", module="ui.people.page", icon="users", group="qualification", needs=READERS),
    Entry(name="person", module="ui.people.person", parent="people"),
    Entry(name="documents", module="ui.documents.page", icon="file-text", group="training"),
    Entry(name="document", module="ui.documents.document", parent="documents"),
    Entry(name="history", module="ui.history.page", icon="history", group="evidence", needs=OVERSIGHT),
    Entry(name="reports", module="ui.reports.page", icon="file-badge", group="evidence"),
    Entry(name="sync", module="ui.sync.page", icon="monitor-smartphone", group="system", needs=OVERSIGHT),
    Entry(name="settings", module="ui.settings.page", icon="settings-2", group="system"),
)


def entry(name: str) -> Entry | None:
    """The entry of a page, or None."""
    return next((one for one in PAGES if one.name == name), None)


def pages_of(roles: frozenset[str]) -> list[Entry]:
    """The entries of the navigation for somebody with these roles, in order."""
    return [one for one in PAGES if not one.hidden and may_see(one, roles)]


def may_see(one: Entry, roles: frozenset[str]) -> bool:
    """Whether somebody with these roles has the page."""
    return not one.needs or bool(one.needs & roles)


class Ahead(QObject):
    """Imports the pages one by one while nobody waits, so that a first visit does not wait for it."""

    def __init__(self, parent: QObject, entries: Sequence[Entry]) -> None:
        super().__init__(parent)
        self._left = [one.module for one in entries]
        self._timer = QTimer(self, interval=REST_MS)
        self._timer.timeout.connect(self._next)
        self._timer.start()

    def _next(self) -> None:
        if self._left:
            import_module(self._left.pop(0))
        else:
            self._timer.stop()


def build(one: Entry, desk: Desk) -> Page:
    """Import and build the page."""
    made: Page = import_module(one.module).page(desk)
    return made
