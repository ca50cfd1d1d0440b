"""RFC 9162 proofs over the tree of signed.py: a leaf in a tree (§2.1.3.2), a tree in a later one (§2.1.4.2)."""

from __future__ import annotations

from signed import node


def inclusion_holds(leaf: bytes, index: int, size: int, root: bytes, path: list[bytes]) -> bool:
    """Whether `path` leads from the leaf at `index` to the root of `size` leaves."""
    if not 0 <= index < size:
        return False
    at, last, here = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            here = node(sibling, here)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            here = node(here, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and here == root


def consistency_holds(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """Whether `path` proves that the first `old` of `new` leaves are the tree of `old_root`."""
    if not 0 < old < new:
        return old == new and old_root == new_root and not path
    nodes = path if old & (old - 1) else [old_root, *path]
    if not nodes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = nodes[0]
    for other in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node(other, first), node(other, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node(second, other)
        at, last = at >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new_root)
