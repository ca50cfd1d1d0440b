"""The first reading: roots of any size from any partition, gaps, seams, clocks, what signatures cover."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator

import pytest

from app.audit.walk import MARK, Cover, Tree, Walked, block_size, in_order, late_clocks, seams, stretches, walk
from app.base.codec import b64u, pack
from app.proof.chain import leaf
from app.proof.merkle import root_of

SIZE = 5000


def entries(back: int = -1) -> Iterator[bytes]:
    prev = bytes(32)
    for seq in range(SIZE):
        ms = 1_000_000_000_000 + (seq if seq != back else 0)
        raw = pack({
            "log": "l", "seq": seq, "prev": b64u(prev), "act": "record.add", "sig": None,
            "ts": {"hlc": f"{ms}.0000", "clk": "ok"},
        })  # fmt: skip
        prev = leaf(raw)
        yield raw


@pytest.fixture(scope="module")
def rows() -> list[bytes]:
    return list(entries())


def walked(rows: list[bytes], parts: int, sizes: list[int], without: int = -1) -> list[Walked]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE entry(site_id, log, seq, b, PRIMARY KEY(site_id, log, seq))")
    connection.executemany(
        "INSERT INTO entry VALUES('s', 'l', ?, ?)", [row for row in enumerate(rows) if row[0] != without]
    )
    found = [walk(connection, one, lambda _: None) for one in stretches("s", "l", len(rows), sizes, parts)]
    connection.close()
    return found


@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_every_root_is_the_trees_however_the_log_is_parted(rows: list[bytes], parts: int) -> None:
    leaves = [leaf(row) for row in rows]
    sizes = [1, 2, 3, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 4095, 4096, 4097, 4999, 5000]
    found = walked(rows, parts, sizes)
    tree = Tree(block_size(SIZE), found)
    assert [tree.root(n) for n in sizes] == [root_of(leaves[:n]) for n in sizes]
    assert (
        seams(found) == [] and late_clocks(found) == [] and not any(part.flaws or part.back for part in found)
    )
    assert tree.root(7) is None


@pytest.mark.parametrize("gone", [0, 1, 1024, 2500, 4998])
@pytest.mark.parametrize("parts", [1, 2, 3])
def test_a_missing_entry_is_a_gap_and_later_roots_are_not_judged(
    rows: list[bytes], parts: int, gone: int
) -> None:
    found = walked(rows, parts, [gone, gone + 1, SIZE] if gone else [1, SIZE], without=gone)
    flaws = [flaw.code for part in found for flaw in part.flaws] + [flaw.code for flaw in seams(found)]
    tree = Tree(block_size(SIZE), found)
    assert "CHAIN_GAP" in flaws
    assert tree.root(SIZE) is None and tree.root(gone + 1) is None
    assert gone == 0 or tree.root(gone) == root_of([leaf(row) for row in rows[:gone]])


@pytest.mark.parametrize("at", [1, 1023, 1024, 2047, 2048, 2500])
def test_a_clock_that_goes_back_is_seen_at_seams_too(at: int) -> None:
    found = walked(list(entries(back=at)), 2, [])
    assert at in [seq for part in found for seq in part.back] + late_clocks(found)


def test_what_a_signature_covers() -> None:
    cover = Cover(array("q", (5, 9)).tobytes(), array("q", (2, 0)).tobytes(), b"a" * MARK + b"b" * MARK)
    assert [cover.of(seq) is not None for seq in range(11)] == [False] * 3 + [True] * 3 + [False] * 3 + [
        True,
        False,
    ]
    assert cover.of(4) == (5, 3, b"a" * MARK)


def test_the_order_of_a_log_is_its_own() -> None:
    items = [(("a", 0), (5, 0)), (("a", 1), (1, 0)), (("b", 0), (3, 0)), (("b", 1), (6, 0))]
    assert [place for place, _ in in_order(items, lambda one: one)] == [("b", 0), ("a", 0), ("a", 1), ("b", 1)]
