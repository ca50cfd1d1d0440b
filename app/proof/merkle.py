"""The tree over a log's leaves (RFC 6962 §2.1, RFC 9162 §2.1).

- A node is SHA-256(0x01 ‖ left ‖ right); a leaf is hashed by chain.py; the empty tree is SHA-256 of nothing.
- A Frontier holds the roots of the perfect subtrees ("peaks"), largest first: all that is needed to grow.
- Two halves of a log may be hashed apart and merged when the left one is cut at `split`.
- Proofs are checked by the numbers alone; a wrong index, size, root or path is False, never an exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
WIDTH = 32
HEAD = 8


class Frontier:
    """The right edge of a growing tree: `size` leaves, `peaks` of 32 bytes, the largest subtree first."""

    __slots__ = ("peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def push(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        count = self.size
        self.size = count + 1
        peaks = self.peaks
        while count & 1:
            leaf = sha256(b"\1" + peaks.pop() + leaf).digest()
            count >>= 1
        peaks.append(leaf)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add many leaf hashes; the same as pushing each, level by level and so faster."""
        make = sha256
        level, count, edge = list(leaves), self.size, []
        peaks = self.peaks
        self.size += len(level)
        while level:
            if count & 1:
                level.insert(0, peaks.pop())
            if len(level) & 1:
                edge.append(level.pop())
            pairs = iter(level)
            level = [make(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            count >>= 1
        peaks.extend(reversed(edge))

    def merge(self, right: Frontier) -> None:
        """Add the leaves behind `right`, which were hashed apart from index `size` on.

        Raises ValueError when `size` is no multiple of the right half's largest subtree (see `split`).
        """
        heights = [h for h in range(right.size.bit_length() - 1, -1, -1) if right.size >> h & 1]
        if heights and self.size % (1 << heights[0]):
            raise ValueError("the right half does not begin at a boundary of its largest subtree")
        for height, peak in zip(heights, list(right.peaks), strict=True):
            self._add(peak, height)

    def _add(self, node: bytes, height: int) -> None:
        count = self.size >> height
        while count & 1:
            node = _node(self.peaks.pop(), node)
            count >>= 1
        self.peaks.append(node)
        self.size += 1 << height

    def root(self) -> bytes:
        """The root of the leaves so far, 32 bytes."""
        if not self.peaks:
            return EMPTY
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = _node(peak, root)
        return root

    def copy(self) -> Frontier:
        """An independent frontier of the same leaves."""
        twin = Frontier()
        twin.size, twin.peaks = self.size, list(self.peaks)
        return twin

    def dump(self) -> bytes:
        """Eight bytes of size, big-endian, then the peaks."""
        return self.size.to_bytes(HEAD, "big") + b"".join(self.peaks)

    @staticmethod
    def load(data: bytes) -> Frontier:
        """The frontier that `dump` wrote. Raises ValueError for any other length."""
        frontier = Frontier()
        frontier.size = int.from_bytes(data[:HEAD], "big")
        if len(data) != HEAD + WIDTH * frontier.size.bit_count():
            raise ValueError("not a frontier: the peaks do not match the size")
        frontier.peaks = [data[at : at + WIDTH] for at in range(HEAD, len(data), WIDTH)]
        return frontier


def split(size: int) -> int:
    """Where to cut `size` leaves in two for hashing apart: a power of two near the middle, 0 below 2."""
    if size < 2:
        return 0
    below = 1 << (size - 1).bit_length() - 1
    return below if size == 2 or size - below >= below // 2 else below // 2


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of all `leaves` (RFC 9162 §2.1.1), 32 bytes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`, nearest sibling first (RFC 9162 §2.1.3.1). Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _largest_power_below(high - low)
        if index < middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low = middle
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that `leaf` is number `index` of `size` under `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, root, *path]):
        return False
    at, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = _node(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = _node(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """The proof that the first `size` of `leaves` are their beginning (RFC 9162 §2.1.4.1).

    Empty for size 0 and for the whole. Raises IndexError when `size` is negative or beyond the end.
    """
    if not 0 <= size <= len(leaves):
        raise IndexError(f"no first {size} of {len(leaves)} leaves")
    path: list[bytes] = []
    low, high, whole = 0, len(leaves), True
    while 0 < size < high:
        middle = low + _largest_power_below(high - low)
        if size <= middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low, whole = middle, False
    if not whole:
        path.append(root_of(leaves[low:high]))
    return path[::-1]


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `old` leaves is the beginning of that of `new` (§2.1.4.2)."""
    if not 0 <= old <= new or not _are_hashes([old_root, new_root, *path]):
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    nodes = list(path) if old & (old - 1) else [old_root, *path]
    return bool(nodes) and _walk(old - 1, new - 1, nodes) == (old_root, new_root)


def _walk(at: int, last: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency path leads to; None when its length is wrong."""
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = _node(node, old), _node(node, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = _node(new, node)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def _largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _are_hashes(nodes: Sequence[bytes]) -> bool:
    return all(len(node) == WIDTH for node in nodes)
