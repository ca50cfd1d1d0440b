"""The one list of pages: what they are called, where they stand in the navigation, who has them.

- A page is built on its first visit, or before it when nothing else is to be done.
- Whoever lacks the right has no entry at all; nothing is shown greyed because of rights.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

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


REST_MS = 150
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
    """Builds the pages one by one while nobody does anything, so that a first visit does not wait for it. A page is
    loaded, built and taken into the window in a turn each: each is long enough."""

    def __init__(
        self,
        window: QWidget,
        entries: Sequence[Entry],
        known: Mapping[str, Page],
        make: Callable[[Entry], Page],
        take: Callable[[Entry, Page], object],
    ) -> None:
        super().__init__(window)
        self._window, self._known, self._make, self._take = window, known, make, take
        self._left = list(entries)
        self._built: tuple[Entry, Page] | None = None
        window.destroyed.connect(self.stop)
        self._timer = QTimer(self, interval=REST_MS)
        self._timer.timeout.connect(self._next)
        self._timer.start()

    def stop(self) -> None:
        """Build nothing more: each page is built on its first visit. What was built and not taken goes at once."""
        self._left.clear()
        if self._built is not None:
            delete(self._built[1])
            self._built = None

    def built(self, one: Entry) -> Page | None:
        """The page that was built and not yet taken, if it is this one."""
        if self._built is None or self._built[0] is not one:
            return None
        (_, page), self._built = self._built, None
        return page

    def _next(self) -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton or not self._window.isVisible():
            return
        if self._built is not None:
            one, page = self._built
            self._built = None
            self._take(one, page)
        elif self._left:
            one = self._left.pop(0)
            if one.module not in sys.modules:
                import_module(one.module)
                self._left.insert(0, one)
            elif one.name not in self._known:
                self._built = one, self._make(one)
        else:
            self._timer.stop()


def build(one: Entry, desk: Desk) -> Page:
    """Import and build the page."""
    made: Page = import_module(one.module).page(desk)
    return made
