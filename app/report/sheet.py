"""A page as data: what is drawn where, before anything is drawn.

- A mark is a tuple; x from the left, y from the top, in points (1/72 inch). Whoever draws decides nothing.
- A row is as high as what is in it; a block is rows that stay together; pages are filled with blocks.
- A block that is higher than a page breaks between its rows; a row that is higher than a page, between its lines.
- A block may carry a line for the page's code; a page takes as many as the code can hold (formats §7). What goes on with
  the block before, and stands on the same page, shares its line there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.base.words import Value
from app.proof.seal import Line

INK, GREY, FAINT = 0.0, 0.33, 0.75
MM = 72 / 25.4


class Size(Value, frozen=True):
    """A kind of paper, in points."""

    name: str
    width: float
    height: float


A4 = Size(name="A4", width=210 * MM, height=297 * MM)
LETTER = Size(name="Letter", width=8.5 * 72, height=11 * 72)
SIZES = {"A4": A4, "Letter": LETTER}


class Text(NamedTuple):
    """One line of text; y is its baseline; `align` is `l` or `r` (x is then the right end)."""

    x: float
    y: float
    text: str
    style: str
    size: float
    ink: float = INK
    align: str = "l"


class Rule(NamedTuple):
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    width: float
    ink: float


class Box(NamedTuple):
    """A rectangle: `fill` and `edge` are greys, None for none."""

    x: float
    y: float
    width: float
    height: float
    fill: float | None
    edge: float | None


class Shape(NamedTuple):
    """A status shape (formats §8) in a square of `size` whose top left corner is (x, y)."""

    x: float
    y: float
    name: str
    size: float


Mark = Text | Rule | Box | Shape


class Row(NamedTuple):
    """Marks within `height`, y counted from the row's top."""

    height: float
    marks: tuple[Mark, ...]


class Block(Value, frozen=True):
    """Rows that stay together; `line` goes into the code of the page on which the block begins; `signers` are the names that
    its indexes count in. `goes_on`: it is a further part of the same record as the block before. `head` is repeated where
    the block's table or record goes on; `with_next` keeps it with what follows."""

    rows: tuple[Row, ...]
    line: Line | None = None
    signers: tuple[str, ...] = ()
    goes_on: bool = False
    head: Row | None = None
    with_next: bool = False

    @property
    def height(self) -> float:
        """How high it is."""
        return sum(row.height for row in self.rows)


class Leaf(Value, frozen=True):
    """One page's rows, and the blocks whose lines go into its code."""

    rows: tuple[Row, ...]
    coded: tuple[Block, ...]


Fits = Callable[[Sequence[Block]], bool]
"""Whether the lines of these blocks fit into one page's code."""


class _Filling:
    def __init__(self, first: float, room: float) -> None:
        self.room = first
        self._later = room
        self.rows: list[Row] = []
        self.coded: list[Block] = []
        self.leaves: list[Leaf] = []
        self.used = 0.0

    def turn(self) -> None:
        """Begin a new page."""
        self.leaves.append(Leaf(rows=tuple(self.rows), coded=tuple(self.coded)))
        self.rows, self.coded, self.used, self.room = [], [], 0.0, self._later

    def put(self, row: Row) -> None:
        """One more row; on a new page if it must, on several if it is higher than a page."""
        if self.rows and self.used + row.height > self.room:
            self.turn()
        if row.height > self.room:
            now, later = cut(row, self.room)
            self.rows.append(now)
            self.turn()
            self.put(later)
            return
        self.rows.append(row)
        self.used += row.height

    def holds(self, height: float) -> bool:
        """Whether so much more fits on this page."""
        return self.used + height <= self.room


def cut(row: Row, room: float) -> tuple[Row, Row]:
    """A row in two, the first at most `room` high, parted between two lines of text; upright rules go on."""
    tops = [mark.y - mark.size for mark in row.marks if isinstance(mark, Text)]
    at = max((top for top in tops if 0 < top <= room), default=room)
    first, rest = list[Mark](), list[Mark]()
    for mark in row.marks:
        if isinstance(mark, Rule) and mark.y < at < mark.to_y:
            first.append(mark._replace(to_y=at))
            rest.append(mark._replace(y=0.0, to_y=mark.to_y - at))
        elif mark.y - (mark.size if isinstance(mark, Text) else 0) < at:
            first.append(mark)
        else:
            rest.append(_raised(mark, at))
    return Row(at, tuple(first)), Row(row.height - at, tuple(rest))


def _raised(mark: Mark, by: float) -> Mark:
    if isinstance(mark, Rule):
        return mark._replace(y=mark.y - by, to_y=mark.to_y - by)
    return mark._replace(y=mark.y - by)


def paginate(blocks: Sequence[Block], first: float, room: float, fits: Fits) -> list[Leaf]:
    """The pages: `first` points of room on the first, `room` on the others."""
    filling = _Filling(first, room)
    for at, block in enumerate(blocks):
        coded = [*filling.coded, block] if block.line is not None else filling.coded
        following = _kept_with(blocks, at)
        too_full = filling.rows and not filling.holds(block.height + following) and block.height <= room
        too_many = len(coded) > len(filling.coded) > 0 and not fits(coded)
        if too_full or too_many:
            filling.turn()
            if block.head is not None and filling.holds(block.head.height + block.height):
                filling.put(block.head)
        if block.line is not None:
            filling.coded.append(block)
        for row in block.rows:
            filling.put(row)
    filling.turn()
    return filling.leaves


def _kept_with(blocks: Sequence[Block], at: int) -> float:
    """The height of what must not be torn from the block at `at`."""
    height = 0.0
    while blocks[at].with_next and at + 1 < len(blocks):
        at += 1
        height += blocks[at].height
    return height
