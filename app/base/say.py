"""Codes to sentences: the one word catalogue (decision 34).

- `resources/words/<lang>.json` maps an id to a sentence with `{names}` to fill.
- Window, command line and paper all speak through here.
- `resources/statements/<lang>.json` does the same for the words that people sign; nothing there is ever changed.
- A missing id is a bug, found by a test over the whole catalogue, never a blank on a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app.base.codec import parse

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
"""Where templates, words and other data files lie."""


@cache
def statements(lang: str = "en") -> Mapping[str, str]:
    """Every template of a signature's words ever released, by `<id>@<n>` (formats §6 `tpl`)."""
    templates: Mapping[str, str] = parse((RESOURCES / "statements" / f"{lang}.json").read_bytes())
    return templates


@cache
def words(lang: str = "en") -> Mapping[str, str]:
    """The catalogue of one language."""
    catalogue: Mapping[str, str] = parse((RESOURCES / "words" / f"{lang}.json").read_bytes())
    return catalogue


def say(code: str, about: Mapping[str, str | int] | None = None, lang: str = "en") -> str:
    """The sentence of `code`, filled from `about`."""
    return words(lang)[code].format_map(about or {})
