"""Text as it is shown on paper: every character visible, in a face that has it, in reading order (R-REP; trust §6).

- Nothing is markup. Controls, bidi and zero-width characters are shown as ⟦U+202E⟧, and so is what no face holds.
- Arabic letters are joined and put in visual order here; the page tells their plain letters to whoever extracts text.
- Lines break at blanks, else anywhere; nothing is ever cut.
- Widths come from whoever holds the faces; this file draws nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from app.report.arabic import joined

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
RIGHT_TO_LEFT = frozenset({"R", "AL"})

Width = Callable[[str], float]
"""A character to its width in thousandths of the size."""


@lru_cache(maxsize=4096)
def is_hidden(letter: str) -> bool:
    """Whether a character would not be seen, or would move others; a line break is no such character."""
    return letter != "\n" and unicodedata.category(letter) in HIDDEN


def shown(letter: str) -> str:
    """How a character is written that can't be drawn."""
    return f"⟦U+{ord(letter):04X}⟧"


@lru_cache(maxsize=65536)
def visible(text: str) -> str:
    """The text with every hidden character spelt out; tabs and other blanks become one blank each."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        shown(letter)
        if is_hidden(letter) and letter != "\t"
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
    """A line as it is drawn from left to right: runs of Arabic or Hebrew joined and turned round."""
    if line.isascii() or not any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in line):
        return line
    return "".join(piece for piece in _turned(line))


def _turned(line: str) -> Iterator[str]:
    run: list[str] = []
    for word in _pieces(line):
        turned = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in word)
        if turned or (word == " " and run):
            run.append(word)
        else:
            yield from _flushed(run)
            yield word
    yield from _flushed(run)


def _flushed(run: list[str]) -> Iterator[str]:
    """The run so far, right to left; blanks at its end stay where they are."""
    ending = 0
    while ending < len(run) and run[-1 - ending] == " ":
        ending += 1
    words = run[: len(run) - ending]
    if words:
        yield joined("".join(words))[::-1]
    yield " " * ending
    run.clear()


def _pieces(line: str) -> Sequence[str]:
    parts: list[str] = []
    for at, word in enumerate(line.split(" ")):
        parts += [" ", word] if at else [word]
    return [part for part in parts if part]
