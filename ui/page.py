"""What every page of the window is: a name, the nouns that it shows, a title, commands.

- A page asks through its desk, shows answers, and asks again when one of its nouns changed.
- It is built on its first visit and kept; `show_address` tells it what to show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.base.words import Value
from ui.address import Address


class Command(Value, frozen=True):
    """Something that can be done on a page: its words, keys, icon; `run` does it."""

    words: str
    run: Callable[[], None]
    keys: str = ""
    icon: str = ""


class Broadcast(Protocol):
    """The part of `Changed` that a page needs."""

    def connect_to(self, page: QWidget, nouns: frozenset[str] | None, again: Callable[[], None]) -> None:
        """Call `again` when one of the nouns changed."""


class Backs(Protocol):
    """The part of a desk that the frame of a page needs."""

    @property
    def changed(self) -> Broadcast:
        """Who tells."""


class Page(QWidget):
    """Base of all pages. `dense` pages open with the navigation collapsed; one that `stays` is after the lock as it was left,
    others ask anew."""

    name: ClassVar[str] = ""
    nouns: ClassVar[frozenset[str]] = frozenset()
    dense: ClassVar[bool] = False
    stays: ClassVar[bool] = False

    retitled = Signal()
    """The title or what stands before it is another now."""

    def __init__(self, desk: Backs) -> None:
        super().__init__()
        self.address = Address(page=self.name)
        desk.changed.connect_to(self, self.nouns, self._changed)

    def show_address(self, address: Address) -> None:
        """Show what the address names. Pages that show more than one thing extend it."""
        self.address = address
        self.refresh()

    def refresh(self) -> None:
        """Ask again for what is shown."""

    def title(self) -> str:
        """What stands in the top bar."""
        return self.name

    def crumbs(self) -> list[tuple[str, Address]]:
        """What stands before the title: words and where they lead."""
        return []

    def commands(self) -> list[Command]:
        """What can be done here, for keys, menu and search."""
        return []

    def leave(self) -> bool:
        """Whether the page may be left now."""
        return True

    def _changed(self) -> None:
        if self.isVisible():  # others ask when they are gone to
            self.refresh()
