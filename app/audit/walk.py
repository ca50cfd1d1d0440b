"""The first reading of a log: its chain, its tree and clock, and where its landmarks and signatures are.

- Any range may be walked apart: a range is a run of blocks of one power of two, so that the parts of the tree meet.
- A root at a size inside a block is kept as the root of that block's beginning; `Tree` puts the rest to it.
- Entries of acts without a row are handed over whole; of a signed entry how many it covers, and a print of who, why and when.
- What can't be read here is left for the judges, who read everything again.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import pairwise
from operator import itemgetter, lt
from typing import TypeVar

import msgspec

from app.audit.shape import OWN
from app.base.codec import NotCanonical, b64u, pack_checked, reader, unb64u
from app.base.entry import Entry, read
from app.base.moment import parse_hlc, utc_ms
from app.base.words import Value
from app.domain.signatures import MEANINGS
from app.proof.chain import BREAK, GAP, ZERO, Flaw, Link, Walk
from app.proof.merkle import WIDTH, Frontier
from app.store import scan

T = TypeVar("T")
LEAST = 1024
SLACK = 300_000
"""How far, in ms, `utc` may lie before the latest one of its log without `clk` saying so."""
LAST = 2**62
BLOCKS = 32
PRINT = 16
MARK = PRINT + 1
"""A print, and the number of the meaning that was signed."""
HLCS = re.compile(r"(?:(?:0|[1-9]\d*)\.[0-9a-f]{4} )+")
EVERYBODY, NOBODY = 254, 255
"""Instead of a lot: entries that every judge needs, and those that the second reading leaves out."""
LOOKED_UP = frozenset({"document", "requirement", "setting"})
"""Types whose rows entries of other entities refer to."""
CLOCKS = frozenset({"ok", "unsync", "jump", "back"})


Run = tuple[int, bytearray]
"""The seq of the first of some entries without a gap, and a byte for each."""


class Stretch(Value, frozen=True):
    """What one process walks: a log from `first` up to and without `last`, in blocks of `block`; `sizes` of wanted roots."""

    site: str
    log: str
    first: int
    last: int
    block: int
    sizes: list[int]


class Walked(Value, frozen=True):
    """What a walk found. `roots` are those of the beginnings of blocks, `blocks` those of whole blocks.

    `lots` has a byte for each entry, run by run between gaps: who judges it in the second reading.
    """

    first: int
    next: int
    prev: str | None
    tail: bytes | None
    flaws: list[Flaw]
    whole: bool
    blocks: list[bytes]
    roots: dict[int, bytes]
    back: list[int]
    formless: list[int]
    low: tuple[int, int]
    high: tuple[int, int]
    entries: int
    landmarks: list[tuple[int, bytes]]
    signed: bytes
    covers: bytes
    prints: bytes
    lots: list[Run]
    accounts: Sequence[tuple[int, bytes]] = ()
    earliest: tuple[int, int] = (LAST, -1)
    latest: int = -1


class _Meaning(msgspec.Struct, gc=False):
    code: str = ""


class _With(msgspec.Struct, gc=False):
    covers: int = msgspec.field(name="with", default=0)
    meaning: _Meaning = msgspec.field(default_factory=_Meaning)


_with = reader(_With).decode
_NUMBERS = {code: number for number, code in enumerate(MEANINGS)}


def block_size(size: int) -> int:
    """The power of two that cuts a log of `size` entries into at most BLOCKS blocks."""
    return max(LEAST, 1 << max(0, (size - 1).bit_length() - BLOCKS.bit_length() + 1))


def stretches(site: str, log: str, size: int, sizes: Sequence[int], parts: int) -> list[Stretch]:
    """A log of `size` entries in at most `parts` stretches of whole blocks; `sizes`, sorted, are those of wanted roots."""
    block = block_size(size)
    count = -(-size // block) or 1
    cuts = sorted({count * part // parts for part in range(parts)} | {count})
    return [
        Stretch(
            site=site, log=log, first=low * block, last=min(high * block, size), block=block,
            sizes=[n for n in sizes if low * block < n <= high * block],
        )
        for low, high in pairwise(cuts)
    ]  # fmt: skip


def walk(connection: scan.Driver, stretch: Stretch, tick: Callable[[int], None]) -> Walked:
    """Walk one stretch. Raises Fault where the store can't be read."""
    chain = Walk(stretch.log, stretch.first, ZERO if stretch.first == 0 else None)
    tree, found = _Blocks(stretch), _Found()
    for rows in scan.entries(connection, stretch.site, stretch.log, stretch.first, stretch.last):
        before, leaves = chain.whole, chain.take(rows)
        found.take(rows, chain.links)
        if before and not chain.whole:
            gap = next(flaw.seq for flaw in chain.flaws if flaw.code == GAP)
            tree.add(leaves[: max(0, gap - rows[0][0])])
        elif chain.whole:
            tree.add(leaves)
        tick(found.entries)
    return Walked(
        first=stretch.first, next=chain.next, prev=chain.prev, tail=chain.tail, flaws=chain.flaws, whole=chain.whole,
        blocks=tree.blocks, roots=tree.roots, back=found.back, formless=found.formless, low=found.low, high=found.high,
        entries=found.entries,
        landmarks=found.landmarks, signed=found.signed.tobytes(), covers=found.covers.tobytes(),
        prints=bytes(found.prints), lots=found.lots, accounts=found.accounts, earliest=found.earliest,
        latest=found.latest,
    )  # fmt: skip


class _Blocks:
    """The tree of a stretch, block by block."""

    def __init__(self, stretch: Stretch) -> None:
        self.blocks: list[bytes] = []
        self.roots: dict[int, bytes] = {}
        self._done, self._block = stretch.first, stretch.block
        self._sizes, self._at = stretch.sizes, 0
        self._tree = Frontier()

    def add(self, leaves: list[bytes]) -> None:
        """Take leaves in, stopping at each block's end and at each size whose root is wanted."""
        low = 0
        while low < len(leaves):
            room = self._block - self._done % self._block
            wanted = self._sizes[self._at] - self._done if self._at < len(self._sizes) else room
            step = min(room, wanted, len(leaves) - low)
            self._tree.extend(leaves[low : low + step])
            self._done, low = self._done + step, low + step
            if step == wanted and self._at < len(self._sizes):
                self.roots[self._done] = self._tree.root()
                self._at += 1
            if step == room:
                self.blocks.append(self._tree.root())
                self._tree = Frontier()


class _Found:
    """What a walk sees besides the chain."""

    def __init__(self) -> None:
        self.entries, self._next = 0, -1
        self.lots: list[Run] = []
        self.back: list[int] = []
        self.formless: list[int] = []
        self.low = self.high = (-1, -1)
        self.landmarks: list[tuple[int, bytes]] = []
        self.signed = array("q")
        self.covers = array("q")
        self.prints = bytearray()
        self.accounts: list[tuple[int, bytes]] = []
        self.earliest, self.latest = (LAST, -1), -1
        self._utc = ""

    def take(self, rows: Sequence[tuple[int, bytes]], links: Sequence[Link | None]) -> None:
        """Look at one batch."""
        self.entries += len(rows)
        self._route(rows, links)
        if None in links:
            read = [(row, link) for row, link in zip(rows, links, strict=True) if link is not None]
            rows, links = [row for row, _ in read], [link for _, link in read]
        good: Sequence[Link] = links  # type: ignore[assignment]
        for at in [at for at, link in enumerate(good) if link.sig is not None]:
            self._signature(*rows[at], good[at].sig or "")
        if good:
            self._clock(rows, good)
            self._times(rows, good)

    def _route(self, rows: Sequence[tuple[int, bytes]], links: Sequence[Link | None]) -> None:
        """Keep the landmarks; of every other entry, who will judge it. What can't be read is for the first to tell."""
        for row, link in zip(rows, links, strict=True):
            if row[0] != self._next:
                self.lots.append((row[0], bytearray()))
            self._next = row[0] + 1
            if link is None:
                lot = 0
            elif link.act in OWN:
                self.landmarks.append(row)
                lot = NOBODY
            else:
                lot = EVERYBODY if link.ent.t in LOOKED_UP else scan.lot(link.ent.id)
                if link.ent.t == "account":
                    self.accounts.append(row)
            self.lots[-1][1].append(lot)

    def _signature(self, seq: int, raw: bytes, token: str) -> None:
        covers, command = covering(raw, token)
        self.signed.append(seq)
        self.covers.append(max(0, min(covers, seq)))
        self.prints += command

    def _clock(self, rows: Sequence[tuple[int, bytes]], links: Sequence[Link]) -> None:
        """HLC rises strictly, `clk` is one of four words; a whole batch is settled by comparing texts of one length."""
        clocks = [link.ts for link in links]
        texts = [clock.hlc for clock in clocks]
        even = len(set(map(len, texts))) == 1 and all(map(lt, texts, texts[1:]))
        if (
            even
            and HLCS.fullmatch(" ".join([*texts, ""]))
            and CLOCKS.issuperset({clock.clk for clock in clocks})
        ):
            first, last = hlc_of(texts[0]), hlc_of(texts[-1])
            if (0, 0) < first <= last and first > self.high:
                self._saw(first)
                self._saw(last)
                return
        for (seq, _), link in zip(rows, links, strict=True):
            self._one(seq, link)

    def _times(self, rows: Sequence[tuple[int, bytes]], links: Sequence[Link]) -> None:
        """`utc` is not after the HLC, nor well before what the log had told already; a command's entries share theirs."""
        for (seq, _), link in zip(rows, links, strict=True):
            clock = link.ts
            if clock.utc == self._utc:
                continue
            self._utc = clock.utc
            try:
                ms = utc_ms(clock.utc)
            except ValueError:
                continue  # its form is judged with the entry
            low = ms < self.latest - SLACK and clock.clk != "back"
            if low or ms > hlc_of(clock.hlc)[0]:
                self.back.append(seq)
            if clock.clk != "back":
                self.earliest = min(self.earliest, (ms, seq))
            self.latest = max(self.latest, ms)

    def _one(self, seq: int, link: Link) -> None:
        value = hlc_of(link.ts.hlc)
        if value == (0, 0):
            self.formless.append(seq)
        if value <= self.high or link.ts.clk not in CLOCKS:
            self.back.append(seq)
        self._saw(value)

    def _saw(self, value: tuple[int, int]) -> None:
        if self.low == (-1, -1):
            self.low = value
        self.high = max(self.high, value)


class Tree:
    """The roots of one log, put together from its stretches."""

    def __init__(self, block: int, parts: Sequence[Walked]) -> None:
        self._block = block
        # A log has many roots and every judge needs them: as two arrays they take a fifth of a dict's room.
        self._sizes, self._roots = array("q"), bytearray()
        self._before: list[list[bytes]] = [[]]
        whole, peaks = True, Frontier()
        for part in parts:
            whole = whole and part.first % block == 0 and (part.first // block == len(self._before) - 1)
            if whole:
                self._sizes.extend(part.roots)
                self._roots += b"".join(part.roots.values())
            for root in part.blocks if whole else ():
                peaks.push(root)
                self._before.append(list(peaks.peaks))
            whole = whole and part.whole

    def root(self, size: int) -> bytes | None:
        """The root of the first `size` entries if it was asked for and nothing before it is missing."""
        at = bisect_left(self._sizes, size) if type(size) is int else len(self._sizes)
        if at == len(self._sizes) or self._sizes[at] != size:
            return None
        root = bytes(self._roots[WIDTH * at : WIDTH * at + WIDTH])
        for peak in reversed(self._before[(size - 1) // self._block]):
            root = sha256(b"\1" + peak + root).digest()
        return root


class Cover:
    """Which entries of one log a signature covers, and how the entries of its command must agree."""

    def __init__(self, signed: bytes, covers: bytes, prints: bytes) -> None:
        self.signed, self._covers = array("q", signed), array("q", covers)
        self._prints = prints
        self._latest: tuple[int, int, bytes] | None = None

    def of(self, seq: int) -> tuple[int, int, bytes] | None:
        """(signed seq, first covered seq, mark) of the signature that stands on or covers `seq`; None if none does."""
        latest = self._latest
        if latest is not None and latest[1] <= seq <= latest[0]:
            return latest
        at = bisect_left(self.signed, seq)
        if at == len(self.signed) or self.signed[at] - self._covers[at] > seq:
            return None
        command = self._prints[MARK * at : MARK * at + MARK]
        self._latest = (self.signed[at], self.signed[at] - self._covers[at], command)
        return self._latest


def covering(raw: bytes, token: str) -> tuple[int, bytes]:
    """How many entries before a signed one its token covers, and the mark of its command; (0, zeros) if it can't be read."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, NotCanonical, IndexError, RecursionError):
        told = _with(unb64u(token.split(".")[1]))
        return told.covers, print_of(read(raw)) + bytes([_NUMBERS.get(told.meaning.code, 255)])
    return 0, bytes(MARK)


def print_of(e: Entry) -> bytes:
    """PRINT bytes that entries of one command have in common: who, why, when and where."""
    why = None if e.why is None else [e.why.code, e.why.text]
    return sha256(pack_checked([e.by.uid, e.by.sess, e.by.role, why, e.ts.utc, e.scope.site])).digest()[:PRINT]


def meaning_of(mark: bytes) -> str:
    """The meaning that stands over a command; empty for none that is known."""
    return MEANINGS[mark[-1]] if mark[-1] < len(MEANINGS) else ""


def hlc_of(text: str) -> tuple[int, int]:
    """An HLC as two numbers; zeros for what is none."""
    try:
        value = parse_hlc(text)
    except ValueError:
        return (0, 0)
    return value.ms, value.counter


def in_order(items: Iterable[T], of: Callable[[T], tuple[tuple[str, int], tuple[int, int]]]) -> list[T]:
    """Items in an order that respects *before*; `of` gives an item's place and HLC.

    Logs are merged by HLC; within one log the order is its own, even where its clock went back.
    """
    high: dict[str, tuple[int, int]] = {}
    keyed: list[tuple[tuple[int, int], str, int, int, T]] = []
    for item in sorted(items, key=lambda one: of(one)[0]):
        (log, seq), hlc = of(item)
        high[log] = max(high.get(log, (0, 0)), hlc)
        keyed.append((high[log], log, seq, len(keyed), item))
    return [entry[-1] for entry in sorted(keyed, key=itemgetter(0, 1, 2, 3))]


def seams(parts: Sequence[Walked]) -> list[Flaw]:
    """Gaps and breaks between stretches that follow each other."""
    found = []
    for left, right in pairwise(parts):
        if right.entries and left.next < right.first:
            found.append(Flaw(code=GAP, seq=left.next))
        elif right.prev is not None and left.tail is not None and right.prev != b64u(left.tail):
            found.append(Flaw(code=BREAK, seq=right.first))
    return found


def late_clocks(parts: Sequence[Walked]) -> list[int]:
    """The first entries of stretches whose clock is not after all that went before."""
    high, found, latest = (-1, -1), [], -1
    for part in parts:
        if part.earliest[0] < latest - SLACK:
            found.append(part.earliest[1])
        latest = max(latest, part.latest)
        if part.entries and part.low <= high:
            found.append(part.first)
        high = max(high, part.high)
    return found
