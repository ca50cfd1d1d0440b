"""Where the kit keeps what a person set by hand: widths and order of a list, by the list's own key.

- The shell puts its memory of the device and user in; until then it is forgotten with the process.
- Nothing personal goes in: keys of columns, widths, directions.
"""

from __future__ import annotations

from typing import Protocol

from app.base.words import Json


class Memory(Protocol):
    """Keeps a JSON value by key."""

    def get(self, key: str, otherwise: Json = None) -> Json:
        """What was kept under a key, or `otherwise`."""
        ...

    def set(self, key: str, value: Json) -> None:
        """Keep a value under a key."""
        ...


class Fleeting:
    """A memory that ends with the process."""

    def __init__(self) -> None:
        self._kept: dict[str, Json] = {}

    def get(self, key: str, otherwise: Json = None) -> Json:
        """What was kept under a key, or `otherwise`."""
        return self._kept.get(key, otherwise)

    def set(self, key: str, value: Json) -> None:
        """Keep a value under a key."""
        self._kept[key] = value


_in_use: list[Memory] = [Fleeting()]


def memory() -> Memory:
    """The memory in use."""
    return _in_use[0]


def use(kept: Memory) -> None:
    """Keep everything in another memory from now on."""
    _in_use[0] = kept
