"""Arabic letters in the form that their neighbours ask for (Unicode §9.2, presentation forms B).

- A letter joins the one before if that one joins forward; marks are passed over; lam and alef become one.
- The forms are looked up in the character database, so no table is kept here.
- `plain` is the way back: what a reader who copies the text must get.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

FIRST, LAST = 0xFE70, 0xFEFC
LAM = "\u0644"


class Forms(NamedTuple):
    """How a letter is written alone, at the end, at the start and in the middle; None where it has no such form."""

    isolated: str | None = None
    final: str | None = None
    initial: str | None = None
    medial: str | None = None


@cache
def _table() -> dict[str, Forms]:
    """Plain letters (or lam with alef) to their forms."""
    found: dict[str, dict[str, str]] = {}
    for code in range(FIRST, LAST + 1):
        kind, _, plain_codes = unicodedata.decomposition(chr(code)).partition("> ")
        if plain_codes:
            plain_text = "".join(chr(int(number, 16)) for number in plain_codes.split())
            found.setdefault(plain_text, {})[kind.strip("<")] = chr(code)
    return {letters: Forms(**forms) for letters, forms in found.items() if letters[0] != " "}


def joined(text: str) -> str:
    """The text in logical order with each letter in its form; other scripts pass unchanged."""
    table, letters = _table(), _with_ligatures(text)
    out: list[str] = []
    for at, letter in enumerate(letters):
        forms = table.get(letter)
        if forms is None:
            out.append(letter)
            continue
        before, after = _neighbour(letters, at, -1), _neighbour(letters, at, 1)
        joins_back = forms.final is not None and before is not None and before.initial is not None
        joins_on = forms.initial is not None and after is not None and after.final is not None
        wanted = forms.medial if joins_back and joins_on else forms.final if joins_back else None
        out.append(wanted or (forms.initial if joins_on else forms.isolated) or letter)
    return "".join(out)


def plain(letter: str) -> str:
    """The letters that a presentation form stands for; any other character is itself."""
    if not FIRST <= ord(letter) <= LAST:
        return letter
    kind, _, codes = unicodedata.decomposition(letter).partition("> ")
    return "".join(chr(int(code, 16)) for code in codes.split()) if kind and codes else letter


def _with_ligatures(text: str) -> list[str]:
    letters: list[str] = []
    table = _table()
    for letter in text:
        if letters and letters[-1] == LAM and LAM + letter in table:
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters


def _neighbour(letters: list[str], at: int, step: int) -> Forms | None:
    at += step
    while 0 <= at < len(letters) and unicodedata.combining(letters[at][0]):
        at += step
    return _table().get(letters[at]) if 0 <= at < len(letters) else None
