"""Text as it is shown on paper: every character visible, in a face that has it, in reading order (R-REP; trust §6).

- Nothing is markup. Controls, bidi and zero-width characters are shown as ⟦U+202E⟧, and so is what no face holds; so is
  ⟦ itself, so that nobody can write such a sign.
- Arabic letters are joined and put in visual order here; the page tells their plain letters to whoever extracts text.
- Lines break at blanks, else anywhere; nothing is ever cut.
- Widths come from whoever holds the faces; this file draws nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from app.report.arabic import joined

OPENS = "⟦"
SIGN = f"{OPENS}U+…⟧"
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
RIGHT_TO_LEFT = frozenset({"R", "AL"})
STAYING = RIGHT_TO_LEFT | {"EN", "AN", "NSM"}
OPENING, CLOSING = "([{", ")]}"
MIRRORED = str.maketrans(OPENING + CLOSING, CLOSING + OPENING)
NUMBER = re.compile(r"\d(?:[\d.,:/+%-]*\d)?")

Width = Callable[[str], float]
"""A character to its width in thousandths of the size."""


@lru_cache(maxsize=4096)
def is_hidden(letter: str) -> bool:
    """Whether a character would not be seen, or would move others; a line break is no such character."""
    return letter != "\n" and unicodedata.category(letter) in HIDDEN


def shown(letter: str) -> str:
    """How a character is written that can't be drawn."""
    return f"{OPENS}U+{ord(letter):04X}⟧"


@lru_cache(maxsize=65536)
def visible(text: str) -> str:
    """The text with every hidden character spelt out; tabs and other blanks become one blank each."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        shown(letter)
        if letter == OPENS or (is_hidden(letter) and letter != "\t")
        else " "
        if letter.isspace() and letter != "\n"
        else letter
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    )


def wrapped(text: str, width: Width, room: float) -> list[str]:
    """The lines of `text`, each at most `room` wide (thousandths of the size); always at least one."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _filled(paragraph, width, room)
    return lines


def _filled(paragraph: str, width: Width, room: float) -> list[str]:
    blank = width(" ")
    lines: list[str] = []
    line, used = "", 0.0
    for word in paragraph.split(" "):
        wide = sum(map(width, word))
        if line and used + blank + wide <= room:
            line, used = f"{line} {word}", used + blank + wide
            continue
        if line:
            lines.append(line)
        line, used = word, wide
        if wide > room:
            *full, line = _broken(word, width, room)
            lines += full
            used = sum(map(width, line))
    return [*lines, line]


def _broken(word: str, width: Width, room: float) -> list[str]:
    """A word that is wider than a line, in pieces; at least one character each, marks stay with their letter."""
    pieces: list[str] = []
    start, used = 0, 0.0
    for at, letter in enumerate(word):
        wide = width(letter)
        if used + wide > room and at > start and not unicodedata.combining(letter):
            pieces.append(word[start:at])
            start, used = at, 0.0
        used += wide
    return [*pieces, word[start:]]


def in_visual_order(line: str) -> str:
    """A line as it is drawn from left to right (UAX #9, the line itself runs from left to right): what lies between letters
    of Arabic or Hebrew is turned round with them, their letters joined; numbers and dates keep their order."""
    if line.isascii() or not any(_runs_left(letter) for letter in line):
        return line
    parts: list[str] = []
    at = 0
    while at < len(line):
        end = _end(line, at) if _runs_left(line[at]) else at + 1
        parts.append(_turned(line[at:end]))
        at = end
    return "".join(parts)


def _runs_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in RIGHT_TO_LEFT


def _end(line: str, start: int) -> int:
    """Where the run that begins with a letter from right to left ends: at its last such letter, or number after one."""
    end = start + 1
    opened = 0
    for at in range(start, len(line)):
        kind = unicodedata.bidirectional(line[at])
        opened += (line[at] in OPENING) - (line[at] in CLOSING)
        if kind == "L" or opened < 0:
            break
        if kind in STAYING or (line[at] in CLOSING and opened == 0):
            end = at + 1
    return end


def _turned(run: str) -> str:
    """A run from right to left; what has no such letter stays."""
    if len(run) == 1 and not _runs_left(run):
        return run
    turned = joined(run)[::-1].translate(MIRRORED)
    return NUMBER.sub(lambda found: found[0][::-1], turned)
