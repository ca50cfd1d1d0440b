"""The value types that every floor speaks.

- A value is frozen; equality is by content.
- A refusal is a value, never an exception: the rules say no, nothing is broken.
- A verb of the shell answers `Done` or `Refused`; a broken world raises `Fault` (see faults.py).
- A personal value (formats §4, "Envelope") is `Personal` until it is sealed; it never reaches the store in clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

Json: TypeAlias = Any
"""What canonical JSON can hold: None, bool, int, str, list, dict with str keys."""

Row: TypeAlias = Mapping[str, Json]
"""One row of a state table as formats §4 defines it: `id` and every non-null column."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every frozen value type."""


class Personal(msgspec.Struct, frozen=True):
    """A personal value in clear, on its way into an envelope under the key of `pid`."""

    pid: str
    text: str


class Refused(msgspec.Struct, frozen=True):
    """The rules say no.

    `code` is `noun.reason`, a key of the word catalogue; `about` fills its sentence.
    """

    code: str
    about: Mapping[str, str | int] = {}


class Done(msgspec.Struct, frozen=True):
    """The verb was carried out. `nouns` are the entity types that changed, for whoever shows them."""

    nouns: frozenset[str]
    result: Any = None
