"""The hash chain of one log (formats §5): leaf, row digest, and the fast walk over a whole log.

- leaf = SHA-256(0x00 ‖ bytes); `prev` of an entry is the leaf of the one before, 32 zero bytes at 0.
- A missing seq is CHAIN_GAP only; a wrong `prev` between neighbours, or members that differ from the row's
  columns, is CHAIN_BREAK.
- The walk reads only `log`, `seq`, `prev` (for others also `act`, `sig`, `ts`), a batch at a time; one comparison
  settles a batch, and only a batch that fails is walked row by row.
- A range may begin in the middle of a log (another process walks what is before it); `join` closes the seam.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice

import msgspec

from app.base.codec import b64u, pack_checked, reader
from app.base.words import Row, Value
from app.proof.merkle import Frontier

ZERO = bytes(32)
WIDTH = 43
BATCH = 1024
GAP = "CHAIN_GAP"
BREAK = "CHAIN_BREAK"

Rows = Iterable[tuple[int, bytes]]
"""(seq, exact bytes) in the order of seq."""


class Flaw(Value, frozen=True):
    """One finding: `code` of formats §9 at `seq`."""

    code: str
    seq: int


class Part(Value, frozen=True):
    """What a walk over one range of a log found; can be sent to another process.

    `prev` is what the first entry says came before it, `tail` the leaf of the last one; both None if the
    range is empty. `tree` is the frontier of the range (None once a seq is missing), `marks` the frontiers
    at the sizes asked for, counted over the whole log.
    """

    log: str
    first: int
    next: int
    prev: str | None
    tail: bytes | None
    tree: bytes | None
    marks: dict[int, bytes]
    flaws: list[Flaw]


class _Clock(msgspec.Struct, gc=False, frozen=True):
    utc: str = ""
    hlc: str = ""
    clk: str = ""


class _Entity(msgspec.Struct, gc=False, frozen=True):
    t: str = ""
    id: str = ""


class Link(msgspec.Struct, gc=False):
    """What a walk reads of an entry; everything else is skipped."""

    log: str
    seq: int
    prev: str
    act: str = ""
    sig: str | None = None
    ts: _Clock = _Clock()
    ent: _Entity = _Entity()


_read = reader(Link).decode


def leaf(entry: bytes) -> bytes:
    """The leaf hash of an entry's exact bytes, 32 bytes (RFC 6962 §2.1)."""
    return sha256(b"\0" + entry).digest()


def row_digest(row: Row) -> str:
    """The seal of a row of checked values, b64u SHA-256("cs/row/v1\\n" ‖ JCS(row)): `post`, and a signature's `row`."""
    return b64u(sha256(b"cs/row/v1\n" + pack_checked(dict(row))).digest())


def first_break(entries: Rows, log: str, *, first: int = 0, prev: bytes | None = ZERO) -> Flaw | None:
    """The first gap or break of a run that begins at seq `first` after the leaf `prev`, or None."""
    walk = Walk(log, first, prev)
    for rows in _batches(entries):
        walk.take(rows)
        if walk.flaws:
            return walk.flaws[0]
    return None


def scan(
    entries: Rows, log: str, *, first: int = 0, prev: bytes | None = ZERO, sizes: Sequence[int] = ()
) -> Part:
    """Walk a run of one log and hash its tree; `prev` None when what is before `first` is walked elsewhere.

    `sizes`, sorted, are the sizes of the whole log whose roots are wanted (see `root_at`). If `first` is
    not 0 it must be a `merkle.split`, so that `join` can put the halves together.
    """
    walk, growth = Walk(log, first, prev), _Growth(first, sizes)
    for rows in _batches(entries):
        leaves = walk.take(rows)
        if walk.whole:
            growth.add(leaves)
    return walk.part(growth.tree if walk.whole else None, growth.marks)


def join(left: Part, right: Part) -> Part:
    """The two halves of a range as one; finds a gap or a break at the seam.

    Raises ValueError when they are not of the same log or do not meet at a `merkle.split`.
    """
    if left.log != right.log or right.first < left.next:
        raise ValueError("the parts do not follow each other")
    if right.next == right.first and right.prev is None:
        return left
    flaws = [*left.flaws, *_seam(left, right), *right.flaws]
    tree, marks = None, dict(left.marks)
    if left.tree is not None and left.next == right.first:
        base = Frontier.load(left.tree)
        for size, mark in right.marks.items():
            marks[size] = _merged(base, mark)
        tree = None if right.tree is None else _merged(base, right.tree)
    # An empty left half hands on what the right one names, or a seam further left would go unchecked.
    prev = right.prev if left.first == left.next == right.first else left.prev
    return Part(
        log=left.log, first=left.first, next=right.next, prev=prev, tail=right.tail,
        tree=tree, marks=marks, flaws=sorted(flaws, key=lambda flaw: flaw.seq),
    )  # fmt: skip


def root_at(part: Part, size: int) -> bytes | None:
    """The root of the first `size` entries, if it was asked for and no seq before it is missing."""
    mark = part.marks.get(size)
    return None if mark is None else Frontier.load(mark).root()


class Walk:
    """Follows one log, batch by batch: `next` seq expected, `tail` the last leaf, `flaws` so far.

    `links` is what was read of the latest batch, None for an entry that can't be read.
    """

    def __init__(self, log: str, first: int = 0, prev: bytes | None = ZERO) -> None:
        self.log = log
        self.first = self.next = first
        self.prev: str | None = None
        self.tail = prev
        self.whole = True
        self.flaws: list[Flaw] = []
        self.links: Sequence[Link | None] = []

    def take(self, rows: Sequence[tuple[int, bytes]]) -> list[bytes]:
        """Follow `rows`; returns their leaves."""
        seqs, entries = zip(*rows, strict=True) if rows else ((), ())
        start = sha256(b"\0").copy
        leaves: list[bytes] = []
        keep = leaves.append
        for entry in entries:
            # A copy of the primed state is cheaper than joining the prefix to every entry.
            state = start()
            state.update(entry)
            keep(state.digest())
        if not self._follows(seqs, entries, leaves):
            self._step_through(rows, leaves)
        return leaves

    def part(self, tree: Frontier | None, marks: dict[int, bytes]) -> Part:
        """What was found, in a form that can be sent and joined."""
        return Part(
            log=self.log, first=self.first, next=self.next, prev=self.prev, tail=self.tail,
            tree=None if tree is None else tree.dump(), marks=marks, flaws=self.flaws,
        )  # fmt: skip

    def _follows(self, seqs: tuple[int, ...], entries: tuple[bytes, ...], leaves: list[bytes]) -> bool:
        """Whether the whole batch is in order; then moves on. Changes nothing otherwise."""
        try:
            links = [_read(entry) for entry in entries]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.links = [_link(entry) for entry in entries]
            return False
        self.links, tail = links, self.tail
        if not links or tail is None:
            return not links
        due = tuple(range(self.next, self.next + len(links)))
        # 33 bytes are 44 characters of base64, so one encoding of `leaf ‖ 0x00` after another spells
        # every expected `prev` at a fixed place, each followed by "A"; the widths keep the places fixed.
        wanted = urlsafe_b64encode(b"\0".join([tail, *leaves[:-1], b""])).decode("ascii")
        prevs = [link.prev for link in links]
        if (
            set(map(len, prevs)) != {WIDTH}
            or "A".join(prevs) + "A" != wanted
            or seqs != due
            or tuple([link.seq for link in links]) != due
            or {link.log for link in links} != {self.log}
        ):
            return False
        self._remember(self.next, links[0].prev)
        self.next, self.tail = due[-1] + 1, leaves[-1]
        return True

    def _step_through(self, rows: Sequence[tuple[int, bytes]], leaves: list[bytes]) -> None:
        for (seq, _), hashed, link in zip(rows, leaves, self.links, strict=True):
            if seq > self.next:
                self.flaws.append(Flaw(code=GAP, seq=self.next))
                self.whole, self.tail = False, None
            if link is None or not self._fits(seq, link):
                self.flaws.append(Flaw(code=BREAK, seq=seq))
            self.next, self.tail = seq + 1, hashed

    def _fits(self, seq: int, link: Link) -> bool:
        self._remember(seq, link.prev)
        follows = self.tail is None or link.prev == b64u(self.tail)
        return follows and link.log == self.log and link.seq == seq >= self.next

    def _remember(self, seq: int, prev: str) -> None:
        if seq == self.first:
            self.prev = prev


class _Growth:
    """The tree of one range, with its frontier kept at the sizes asked for."""

    def __init__(self, first: int, sizes: Sequence[int]) -> None:
        self.tree = Frontier()
        self.marks: dict[int, bytes] = {}
        self._first, self._sizes = first, sizes
        self._at = bisect_left(sizes, first + 1)

    def add(self, leaves: list[bytes]) -> None:
        done, low = self._first + self.tree.size, 0
        while self._at < len(self._sizes) and self._sizes[self._at] <= done + len(leaves):
            high = self._sizes[self._at] - done
            self.tree.extend(leaves[low:high])
            self.marks[done + high] = self.tree.dump()
            low, self._at = high, self._at + 1
        self.tree.extend(leaves[low:] if low else leaves)


def _link(entry: bytes) -> Link | None:
    try:
        return _read(entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _seam(left: Part, right: Part) -> list[Flaw]:
    if left.next < right.first:
        return [Flaw(code=GAP, seq=left.next)]
    if right.prev is not None and left.tail is not None and right.prev != b64u(left.tail):
        return [Flaw(code=BREAK, seq=right.first)]
    return []


def _merged(base: Frontier, dump: bytes) -> bytes:
    whole = base.copy()
    whole.merge(Frontier.load(dump))
    return whole.dump()


def _batches(entries: Rows) -> Iterator[list[tuple[int, bytes]]]:
    rows = iter(entries)
    while batch := list(islice(rows, BATCH)):
        yield batch
