"""The tree, exhaustively to 64 leaves: every proof verifies, and nothing else does."""

from __future__ import annotations

from hashlib import sha256

import byhand
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.proof import merkle
from app.proof.merkle import (
    EMPTY,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    root_of,
)

MOST = 64
LEAVES = [sha256(b"\0leaf %d" % number).digest() for number in range(3 * MOST)]
ROOTS = [byhand.tree_root(LEAVES[:size]) for size in range(MOST + 1)]
OTHER = sha256(b"other").digest()
SIZES = range(1, MOST + 1)


def flipped(node: bytes) -> bytes:
    return bytes([node[0] ^ 1]) + node[1:]


def damaged(path: list[bytes]) -> list[list[bytes]]:
    """`path` with each node flipped or dropped, one added at each place, and two swapped."""
    places = range(len(path))
    wrong = [[*path[:at], flipped(path[at]), *path[at + 1 :]] for at in places]
    wrong += [path[:at] + path[at + 1 :] for at in places]
    wrong += [[*path[:at], OTHER, *path[at:]] for at in range(len(path) + 1)]
    wrong += [[*path[:at], path[at + 1], path[at], *path[at + 2 :]] for at in places[:-1]]
    return wrong


@pytest.mark.req("R-AUD-07", "R-AUD-09")
@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_verifies_in_its_place_only(size):
    for index in range(size):
        path = inclusion(LEAVES[:size], index)
        assert path == byhand.audit_path(index, LEAVES[:size])
        assert check_inclusion(LEAVES[index], index, size, ROOTS[size], path)
        for other in {0, size - 1, index - 1, index + 1, index ^ 1} - {index}:
            assert not check_inclusion(LEAVES[index], other, size, ROOTS[size], path)
        assert not check_inclusion(OTHER, index, size, ROOTS[size], path)
        assert not check_inclusion(LEAVES[index], index, size, ROOTS[size - 1], path)
        assert not check_inclusion(LEAVES[index], index, size, OTHER, path)


@pytest.mark.parametrize("size", SIZES)
def test_no_damaged_inclusion_proof_verifies(size):
    for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
        for path in damaged(inclusion(LEAVES[:size], index)):
            assert not check_inclusion(LEAVES[index], index, size, ROOTS[size], path)


def test_no_inclusion_proof_verifies_for_another_size_that_changes_its_path():
    """RFC 9162 binds a size only as far as the path's shape depends on it; the root binds the rest."""
    for size in range(1, 34):
        for index in range(size):
            path = inclusion(LEAVES[:size], index)
            for other in range(index + 1, 40):
                shape = byhand.audit_path(index, LEAVES[:other])
                if len(shape) != len(path):
                    assert not check_inclusion(LEAVES[index], index, other, ROOTS[size], path)
                assert check_inclusion(LEAVES[index], index, other, ROOTS[other], path) is (other == size)


@pytest.mark.req("R-AUD-09")
@pytest.mark.parametrize("new", SIZES)
def test_every_consistency_proof_verifies_between_its_sizes_only(new):
    for old in range(1, new + 1):
        path = consistency(LEAVES[:new], old)
        assert path == byhand.consistency_path(old, LEAVES[:new])
        assert check_consistency(old, new, ROOTS[old], ROOTS[new], path)
        assert not check_consistency(old, new, OTHER, ROOTS[new], path)
        assert not check_consistency(old, new, ROOTS[old], OTHER, path)
        for wrong in {old - 1, old + 1} & set(range(new)):
            assert not check_consistency(wrong, new, ROOTS[old], ROOTS[new], path)
            if wrong or path:
                assert not check_consistency(wrong, new, ROOTS[wrong], ROOTS[new], path)


@pytest.mark.parametrize("new", [2, 3, 5, 8, 11, 16, 31, 32, 33, 63, 64])
def test_no_damaged_consistency_proof_verifies(new):
    for old in range(1, new + 1):
        for path in damaged(consistency(LEAVES[:new], old)):
            assert not check_consistency(old, new, ROOTS[old], ROOTS[new], path)


def test_the_empty_beginning_needs_no_proof_and_takes_none():
    for new in SIZES:
        assert consistency(LEAVES[:new], 0) == []
        assert check_consistency(0, new, EMPTY, ROOTS[new], [])
        assert not check_consistency(0, new, OTHER, ROOTS[new], [])
        assert not check_consistency(0, new, EMPTY, ROOTS[new], [OTHER])
    assert check_consistency(0, 0, EMPTY, EMPTY, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (5, 4), (0, 0), (0, -1)])
def test_numbers_outside_the_tree_are_false_not_an_exception(index, size):
    assert not check_inclusion(LEAVES[0], index, size, ROOTS[4], inclusion(LEAVES[:4], 0))


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4), (2, -1), (2, 1), (0, -1)])
def test_sizes_the_wrong_way_round_are_false(old, new):
    assert not check_consistency(old, new, ROOTS[2], ROOTS[4], consistency(LEAVES[:4], 2))
    assert not check_consistency(old, new, ROOTS[1], ROOTS[1], [])
    assert not check_consistency(old, new, EMPTY, ROOTS[1], [])


@pytest.mark.parametrize("node", [b"", b"short", bytes(31), bytes(33), bytes(64)])
def test_a_node_of_another_length_is_refused(node):
    assert not check_inclusion(LEAVES[0], 0, 2, ROOTS[2], [node])
    assert not check_inclusion(node, 0, 1, node, [])
    assert not check_consistency(1, 2, ROOTS[1], ROOTS[2], [node])
    assert not check_consistency(1, 1, node, node, [])


def test_two_nodes_never_pass_as_one():
    """Without the length check `left ‖ right` could be cut elsewhere with the same hash."""
    left, right = LEAVES[0], LEAVES[1]
    joined = left + right
    assert not check_inclusion(joined[:40], 0, 2, ROOTS[2], [joined[40:]])


def test_a_node_is_no_leaf():
    """RFC 6962 §2.1: the prefixes keep an inner node from being shown as a leaf."""
    inner = byhand.tree_root(LEAVES[:2])
    assert root_of([inner]) == inner
    assert merkle.root_of(LEAVES[:2]) == sha256(b"\1" + LEAVES[0] + LEAVES[1]).digest()
    assert sha256(b"\0" + LEAVES[0] + LEAVES[1]).digest() != inner


def test_proofs_outside_the_tree_can_not_be_made():
    for index in (-1, 4, 5):
        with pytest.raises(IndexError):
            inclusion(LEAVES[:4], index)
    for size in (-1, 5):
        with pytest.raises(IndexError):
            consistency(LEAVES[:4], size)


# --- the frontier --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(MOST + 1))
def test_every_way_of_growing_gives_the_same_root(size):
    pushed, extended = Frontier(), Frontier()
    for node in LEAVES[:size]:
        pushed.push(node)
    extended.extend(LEAVES[:size])
    assert pushed.root() == extended.root() == root_of(LEAVES[:size]) == ROOTS[size]
    assert pushed.peaks == extended.peaks
    assert pushed.size == extended.size == size


@pytest.mark.parametrize("first", range(MOST + 1))
def test_extending_twice_is_extending_once(first):
    for second in (0, 1, 2, 3, 7, 8, MOST):
        frontier = Frontier()
        frontier.extend(LEAVES[:first])
        frontier.extend(LEAVES[first : first + second])
        assert frontier.root() == byhand.tree_root(LEAVES[: first + second])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=12))
def test_any_mixture_of_growing_gives_the_same_root(steps):
    frontier, at = Frontier(), 0
    for step in steps:
        if step < 3:
            for node in LEAVES[at : at + step]:
                frontier.push(node)
        else:
            frontier.extend(LEAVES[at : at + step])
        at = min(at + step, len(LEAVES))
        frontier = Frontier.load(frontier.dump())
    assert (frontier.size, frontier.root()) == (at, byhand.tree_root(LEAVES[:at]))


@pytest.mark.parametrize("size", range(2 * MOST + 1))
def test_halves_hashed_apart_merge_at_the_split(size):
    cut, left, right = merkle.split(size), Frontier(), Frontier()
    left.extend(LEAVES[:cut])
    right.extend(LEAVES[cut:size])
    left.merge(right)
    assert (left.size, left.root()) == (size, byhand.tree_root(LEAVES[:size]))
    assert cut <= size
    assert cut == 0 or cut & (cut - 1) == 0


@pytest.mark.parametrize("size", range(2, 2 * MOST + 1))
def test_the_split_gives_both_halves_at_least_a_third(size):
    assert size <= 3 * merkle.split(size) <= 2 * size
    assert merkle.split(0) == merkle.split(1) == 0


@pytest.mark.parametrize("size", range(1, 24))
def test_halves_merge_wherever_the_boundary_allows_and_nowhere_else(size):
    for cut in range(size):
        left, right = Frontier(), Frontier()
        left.extend(LEAVES[:cut])
        right.extend(LEAVES[cut:size])
        largest = 1 << (size - cut).bit_length() - 1
        if cut % largest:
            with pytest.raises(ValueError, match="boundary"):
                left.merge(right)
            assert left.root() == ROOTS[cut]
        else:
            left.merge(right)
            assert left.root() == ROOTS[size]


def test_merging_nothing_changes_nothing():
    frontier = Frontier()
    frontier.extend(LEAVES[:5])
    frontier.merge(Frontier())
    assert (frontier.size, frontier.root()) == (5, ROOTS[5])


@pytest.mark.parametrize("size", range(MOST + 1))
def test_a_dump_loads_to_the_same_frontier(size):
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    loaded = Frontier.load(frontier.dump())
    assert (loaded.size, loaded.peaks, loaded.dump()) == (size, frontier.peaks, frontier.dump())
    assert frontier.dump() == size.to_bytes(8, "big") + b"".join(frontier.peaks)


def test_a_dump_of_another_length_is_refused():
    frontier = Frontier()
    frontier.extend(LEAVES[:11])
    dump = frontier.dump()
    for wrong in (b"", dump[:-1], dump + b"\0", dump[8:], dump + bytes(32), (3).to_bytes(8, "big") + dump[8:]):
        with pytest.raises(ValueError):
            Frontier.load(wrong)


def test_a_copy_grows_apart():
    frontier = Frontier()
    frontier.extend(LEAVES[:5])
    twin = frontier.copy()
    twin.push(LEAVES[5])
    assert (frontier.root(), twin.root()) == (ROOTS[5], ROOTS[6])


def test_growing_leaves_the_callers_list_alone():
    given_leaves = LEAVES[:7]
    frontier = Frontier()
    frontier.push(LEAVES[0])
    frontier.extend(given_leaves)
    assert given_leaves == LEAVES[:7]


def test_the_chain_vectors(vectors):
    vector = vectors("chain")
    leaves = [bytes.fromhex(text) for text in vector["leaves"]]
    size = len(leaves)
    for index, path in enumerate(vector["inclusion"]):
        assert [node.hex() for node in inclusion(leaves, index)] == path
        assert check_inclusion(
            leaves[index], index, size, bytes.fromhex(vector["roots"][size]), inclusion(leaves, index)
        )
    for old, path in vector["consistency"].items():
        assert [node.hex() for node in consistency(leaves, int(old))] == path
