"""Personal values in a view: opened by the caller's keys, or told to be erased.

- This floor never sees a key; a value whose key is gone reads as the catalogue's word for it, never as a blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.base.say import say
from app.base.words import Json, Row
from app.proof.envelope import is_envelope


class Keyring(Protocol):
    """Whoever holds the person keys."""

    def open(self, envelope: Mapping[str, Json], t: str, id: str, column: str) -> str:
        """The text of an envelope; KeyError when its key is not held."""


def opened(keys: Keyring, value: Json, t: str, id: str, column: str) -> str:
    """The text of a value at its place, clear or sealed; empty for None."""
    if not is_envelope(value):
        return "" if value is None else str(value)
    try:
        return keys.open(value, t, id, column)
    except KeyError:
        return say("paper.erased")


def opened_row(keys: Keyring, t: str, row: Row) -> dict[str, Json]:
    """A row with every envelope opened under its column's bare name."""
    return {
        name.removesuffix("_j"): opened(keys, value, t, row["id"], name) if is_envelope(value) else value
        for name, value in row.items()
    }
