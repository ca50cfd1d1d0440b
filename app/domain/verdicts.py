"""The words for "qualified or not", their shapes and order (formats §8), and what a verdict holds.

- One list for screen, print, export and screen reader; no colour stands for a word.
- Precedence is the order of the list; a word's place is its number on paper, so the list only ever grows at its end.
- Which words allow the work is decided here, once.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.moment import Day
from app.base.words import Value

SHAPES: Mapping[str, str] = {
    "Conflict": "square_cross",
    "Suspended": "square_cross",
    "Lapsed": "square_cross",
    "Overdue": "square_cross",
    "In grace": "triangle",
    "Expiring": "triangle",
    "Awaiting signature": "diamond",
    "Awaiting verification": "diamond",
    "Under supervision": "half_disc",
    "In training": "half_disc",
    "Qualified": "disc_tick",
    "Waived": "ring_slash",
    "Exempt": "ring_slash",
    "Upcoming": "ring",
    "Not started": "ring",
    "Not required": "dash",
}
"""Word → shape, highest precedence first (formats §8)."""

WORDS = tuple(SHAPES)
"""The index of a word is its number on paper."""

COUNTING = frozenset({"Qualified", "Expiring", "Waived", "Exempt"})


class Reason(Value, frozen=True, kw_only=True):
    """`code` is a key of the word catalogue under `reason.`, `about` fills its sentence."""

    code: str
    about: Mapping[str, str | int]


class Verdict(Value, frozen=True, kw_only=True):
    """One word, why, by when something is due, the last day it holds, and the record that it rests on."""

    word: str
    reasons: tuple[Reason, ...] = ()
    due: Day | None = None
    until: Day | None = None
    record: str | None = None

    @property
    def shape(self) -> str:
        """How the word is drawn (formats §8)."""
        return SHAPES[self.word]

    @property
    def index(self) -> int:
        """The word's number on paper (formats §7)."""
        return WORDS.index(self.word)


class Gate(Value, frozen=True, kw_only=True):
    """May the person do it: only if every item counts. `until` is the first last day among them."""

    go: bool
    items: tuple[tuple[str, Verdict], ...]
    until: Day | None


def meets(word: str) -> bool:
    """Whether a person with this word may do the work: Qualified, Expiring, Waived or Exempt; In grace may not."""
    return word in COUNTING
