"""The centre's connections: as many as there are workers, opened when needed, dropped when broken.

- A connection is lent to one worker at a time, for one site; nothing of one site stays in it for the next.
- What breaks with the database is Fault `centre.database`: the connection goes, the next request opens another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue
from typing import Any

from app.base.faults import Fault
from app.base.words import Value
from app.store.tx import Store


class Opened(Value, frozen=True):
    """A driver's connection, the database's timeline ("" where there is none) and whether its commits are final."""

    connection: Any
    timeline: str
    final: bool


class Lent(Value, frozen=True):
    """A store of one site, with what `Opened` says of its database."""

    store: Any
    timeline: str
    final: bool


class Pool:
    """Connections made by `opening`, turned into a site's store by `as_store`."""

    def __init__(self, opening: Callable[[], Opened], as_store: Callable[[Any, str], Store]) -> None:
        self._opening, self._as_store = opening, as_store
        self._idle: LifoQueue[Opened] = LifoQueue()

    @contextmanager
    def store(self, site: str) -> Iterator[Lent]:
        """A store for `site`. Faults of the database."""
        opened = self._next()
        try:
            store = self._as_store(opened.connection, site)
            yield Lent(store=store, timeline=opened.timeline, final=opened.final)
        except Fault as fault:
            self._return(opened, sound=fault.code != "centre.database")
            if fault.code == "centre.database":
                # A database that went took every connection with it: the next request begins anew.
                self.close()
            raise
        except BaseException:
            self._return(opened, sound=False)
            raise
        self._return(opened, sound=True)

    def close(self) -> None:
        """Close every idle connection."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().connection.close()

    def _next(self) -> Opened:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._opening()

    def _return(self, opened: Opened, *, sound: bool) -> None:
        if sound and not getattr(opened.connection, "closed", False):
            self._idle.put(opened)
        else:
            with suppress(Exception):
                opened.connection.close()
