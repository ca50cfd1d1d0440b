"""Codes to sentences: the one word catalogue (decision 34).

- `resources/words/<lang>.json` maps an id to a sentence with `{names}` to fill.
- Window, command line and paper all speak through here.
- `resources/statements/<lang>.json` does the same for the words that people sign; nothing there is ever changed.
- Read with the standard library: the first window waits for its words, and the codec's library takes longer to load.
- A missing id is a bug, found by a test over the whole catalogue, never a blank on a screen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
"""Where templates, words and other data files lie."""


@cache
def statements(lang: str = "en") -> Mapping[str, str]:
    """Every template of a signature's words ever released, by `<id>@<n>` (formats §6 `tpl`)."""
    return _read("statements", lang)


@cache
def words(lang: str = "en") -> Mapping[str, str]:
    """The catalogue of one language."""
    return _read("words", lang)


def say(code: str, about: Mapping[str, str | int] | None = None, lang: str = "en") -> str:
    """The sentence of `code`, filled from `about`."""
    return words(lang)[code].format_map(about or {})


def _read(kind: str, lang: str) -> Mapping[str, str]:
    read: Mapping[str, str] = json.loads(
        (RESOURCES / kind / f"{lang}.json").read_bytes(), object_pairs_hook=_once
    )
    return read


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The members; an id that stands twice would say one thing to one reader and another to the next."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an id stands twice")
    return members
