"""The hash chain: whole, every kind of damage found, and halves that join to the whole at every split."""

from __future__ import annotations

import json
from hashlib import sha256

import byhand
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.codec import b64u, pack
from app.proof import chain, merkle
from app.proof.chain import BREAK, GAP, Flaw, Walk, first_break, join, leaf, root_at, row_digest, scan

LOG = "countersign.local.invalid/kilda/dev1/0"


def made(count: int, log: str = LOG, start: int = 0, prev: bytes = chain.ZERO) -> list[tuple[int, bytes]]:
    """A sound chain, made without the product's code."""
    rows = []
    for seq in range(start, start + count):
        entry = byhand.jcs({"log": log, "seq": seq, "prev": byhand.b64u(prev), "x": seq * seq})
        prev = sha256(b"\0" + entry).digest()
        rows.append((seq, entry))
    return rows


def codes(part) -> list[tuple[str, int]]:
    return [(flaw.code, flaw.seq) for flaw in part.flaws]


def edited(entry: bytes, **members: object) -> bytes:
    return pack({**json.loads(entry), **members})


ROWS = made(40)
LEAVES = [leaf(entry) for _, entry in ROWS]


# --- vectors -------------------------------------------------------------------------------------------------


@pytest.mark.req("R-AUD-07")
def test_the_vector_chain_is_whole(vectors):
    vector = vectors("chain")
    rows = list(enumerate(text.encode() for text in vector["entries"]))
    part = scan(rows, vector["log"], sizes=list(range(1, len(rows) + 1)))
    assert part.flaws == []
    assert part.tail is not None and part.tail.hex() == vector["leaves"][-1]
    assert [leaf(entry).hex() for _, entry in rows] == vector["leaves"]
    for size in range(1, len(rows) + 1):
        root = root_at(part, size)
        assert root is not None and root.hex() == vector["roots"][size]


def test_the_vector_rows_have_their_digests(vectors):
    for case in vectors("chain")["rows"]:
        assert row_digest(case["row"]) == case["digest"]
        assert row_digest({**case["row"], "more": None}) != case["digest"]


@pytest.mark.req("R-AUD-05", "R-AUD-07")
def test_every_byte_of_the_vector_chain_counts(vectors):
    vector = vectors("chain")
    rows = list(enumerate(text.encode() for text in vector["entries"]))
    for seq, entry in rows[:-1]:
        for at in range(0, len(entry), 7):
            bad = entry[:at] + bytes([entry[at] ^ 1]) + entry[at + 1 :]
            flaw = first_break([*rows[:seq], (seq, bad), *rows[seq + 1 :]], vector["log"])
            assert flaw is not None and flaw.code == BREAK and flaw.seq in (seq, seq + 1)


# --- damage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seq", range(40))
def test_an_edited_entry_breaks_the_link_behind_it(seq):
    rows = [*ROWS[:seq], (seq, edited(ROWS[seq][1], x=-1)), *ROWS[seq + 1 :]]
    wanted = [(BREAK, seq + 1)] if seq < 39 else []
    part = scan(rows, LOG)
    assert codes(part) == wanted
    assert part.tail != LEAVES[-1] or seq < 39
    assert first_break(rows, LOG) == (Flaw(code=BREAK, seq=seq + 1) if wanted else None)


@pytest.mark.parametrize("seq", range(39))
@pytest.mark.req("R-AUD-06", "R-AUD-09")
def test_a_missing_entry_is_a_gap_and_nothing_else(seq):
    part = scan([*ROWS[:seq], *ROWS[seq + 1 :]], LOG)
    assert codes(part) == [(GAP, seq)]
    assert part.tree is None


def test_several_missing_entries_are_one_gap():
    assert codes(scan([*ROWS[:5], *ROWS[9:20], *ROWS[22:]], LOG)) == [(GAP, 5), (GAP, 20)]


@pytest.mark.parametrize("seq", [0, 1, 17, 39])
@pytest.mark.parametrize(
    "members",
    [
        {"log": LOG + "x"},
        {"seq": 100},
        {"prev": b64u(b"x" * 32)},
        {"prev": ""},
        {"prev": "A" * 44},
        {"seq": -1},
    ],
)
def test_members_that_differ_from_the_columns_are_a_break(seq, members):
    rows = [*ROWS[:seq], (seq, edited(ROWS[seq][1], **members)), *ROWS[seq + 1 :]]
    assert (BREAK, seq) in codes(scan(rows, LOG))


@pytest.mark.parametrize("seq", [0, 17, 39])
@pytest.mark.parametrize(
    "junk", [b"", b"{}", b"null", b"\xff", b"[1]", b'{"log":1,"seq":2,"prev":3}', b'{"log":"\xff']
)
def test_bytes_that_are_no_entry_are_a_break(seq, junk):
    rows = [*ROWS[:seq], (seq, junk), *ROWS[seq + 1 :]]
    assert (BREAK, seq) in codes(scan(rows, LOG))


def test_swapped_repeated_and_foreign_entries_are_found():
    swapped = [*ROWS[:5], (5, ROWS[6][1]), (6, ROWS[5][1]), *ROWS[7:]]
    assert (BREAK, 5) in codes(scan(swapped, LOG))
    assert (BREAK, 5) in codes(scan([*ROWS[:6], (5, ROWS[5][1]), *ROWS[6:]], LOG))
    assert (BREAK, 6) in codes(scan([*ROWS[:6], (6, ROWS[5][1]), *ROWS[7:]], LOG))
    assert codes(scan(made(3, "other/log/x/0"), LOG)) == [(BREAK, 0), (BREAK, 1), (BREAK, 2)]


def test_columns_that_run_away_from_their_entries_are_found():
    moved = [*ROWS[:5], *((seq + 1, entry) for seq, entry in ROWS[5:8])]
    assert codes(scan(moved, LOG)) == [(GAP, 5), (BREAK, 6), (BREAK, 7), (BREAK, 8)]


def test_an_inserted_entry_breaks_the_next_even_when_linked():
    forged = edited(ROWS[5][1], x="forged")
    rows = [*ROWS[:5], (5, forged), (6, edited(ROWS[6][1], prev=b64u(leaf(forged)))), *ROWS[7:]]
    assert codes(scan(rows, LOG)) == [(BREAK, 7)]


def test_neighbours_that_share_one_prev_out_differently_are_found():
    """A batch compares all `prev` in one string: three that are cut elsewhere spell the same string."""
    entries: list[bytes] = []
    for seq in range(3):
        named = ["A" * 20, "A" * 22, "A".join(b64u(leaf(entry)) for entry in entries)][seq]
        entries.append(byhand.jcs({"log": LOG, "seq": seq, "prev": named}))
    assert codes(scan(list(enumerate(entries)), LOG)) == [(BREAK, 0), (BREAK, 1), (BREAK, 2)]


def test_another_spelling_of_prev_is_a_break():
    """43 characters carry two spare bits; only one spelling is the leaf's."""
    prev = json.loads(ROWS[5][1])["prev"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for spare in (1, 2, 3):
        other = prev[:-1] + alphabet[alphabet.index(prev[-1]) + spare]
        rows = [*ROWS[:5], (5, edited(ROWS[5][1], prev=other))]
        assert codes(scan(rows, LOG)) == [(BREAK, 5)]


def test_the_first_entry_links_to_32_zero_bytes():
    assert json.loads(ROWS[0][1])["prev"] == "A" * 43
    assert codes(scan(made(3, prev=b"x" * 32), LOG)) == [(BREAK, 0)]
    assert first_break(ROWS[5:], LOG, first=5, prev=LEAVES[4]) is None
    assert first_break(ROWS[5:], LOG, first=5, prev=LEAVES[3]) == Flaw(code=BREAK, seq=5)


@pytest.mark.parametrize("count", [0, 1, 1023, 1024, 1025, 2049])
def test_batches_have_no_seams(count):
    rows = made(count)
    part = scan(iter(rows), LOG)
    assert (part.flaws, part.next) == ([], count)
    assert part.tree is not None
    assert merkle.Frontier.load(part.tree).root() == byhand.tree_root([leaf(entry) for _, entry in rows])


def test_roots_are_found_in_every_batch():
    rows, sizes = made(2100), [1, 1000, 1023, 1024, 1025, 1500, 2048, 2099, 2100]
    leaves = [leaf(entry) for _, entry in rows]
    part = scan(rows, LOG, sizes=sizes)
    assert [root_at(part, size) for size in sizes] == [byhand.tree_root(leaves[:size]) for size in sizes]


@pytest.mark.parametrize("seq", [1022, 1023, 1024, 1025])
def test_damage_at_the_edge_of_a_batch_is_found(seq):
    rows = made(1200)
    edit = [*rows[:seq], (seq, edited(rows[seq][1], x=-1)), *rows[seq + 1 :]]
    assert codes(scan(edit, LOG)) == [(BREAK, seq + 1)]
    assert codes(scan([*rows[:seq], *rows[seq + 1 :]], LOG)) == [(GAP, seq)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_is_found_or_changes_the_tail(data):
    rows, kind = list(ROWS[:12]), data.draw(st.sampled_from(["flip", "drop", "swap", "cut", "insert"]))
    at = data.draw(st.integers(0, 10))
    if kind == "flip":
        entry = bytearray(rows[at][1])
        entry[data.draw(st.integers(0, len(entry) - 1))] ^= data.draw(st.integers(1, 255))
        rows[at] = (at, bytes(entry))
    elif kind == "swap":
        rows[at], rows[at + 1] = (at, rows[at + 1][1]), (at + 1, rows[at][1])
    elif kind == "insert":
        rows.insert(at, (at, rows[at][1]))
    else:
        del rows[at : at + 1 if kind == "drop" else 12]
    part = scan(rows, LOG)
    assert part.flaws or part.next < 12 or part.tail != LEAVES[11]


# --- halves --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(1, 41))
def test_halves_join_to_the_whole(size):
    rows, cut, sizes = ROWS[:size], merkle.split(size), list(range(1, size + 1))
    whole = scan(rows, LOG, sizes=sizes)
    left = scan(rows[:cut], LOG, sizes=[n for n in sizes if n <= cut])
    right = scan(
        rows[cut:], LOG, first=cut, prev=None if cut else chain.ZERO, sizes=[n for n in sizes if n > cut]
    )
    assert join(left, right) == whole
    assert [root_at(whole, n) for n in sizes] == [byhand.tree_root(LEAVES[:n]) for n in sizes]


@pytest.mark.parametrize("cut", range(41))
def test_the_chain_joins_at_every_split_where_the_tree_can(cut):
    left, right = scan(ROWS[:cut], LOG), scan(ROWS[cut:], LOG, first=cut, prev=None if cut else chain.ZERO)
    largest = 1 << (40 - cut).bit_length() - 1 if cut < 40 else 1
    if cut % largest:
        with pytest.raises(ValueError):
            join(left, right)
    else:
        assert join(left, right) == scan(ROWS, LOG)


@pytest.mark.parametrize("seq", range(40))
@pytest.mark.parametrize("damage", ["edit", "drop"])
def test_halves_find_what_the_whole_finds(seq, damage):
    cut = 32
    middle = [(seq, edited(ROWS[seq][1], x=-1))] if damage == "edit" else []
    rows = [*ROWS[:seq], *middle, *ROWS[seq + 1 :]]
    left = scan([row for row in rows if row[0] < cut], LOG)
    right = scan([row for row in rows if row[0] >= cut], LOG, first=cut, prev=None)
    assert codes(join(left, right)) == codes(scan(rows, LOG))
    assert join(left, right).tree == scan(rows, LOG).tree


def test_parts_of_different_logs_or_places_do_not_join():
    other = scan(made(8, "other/log/x/0", start=32), "other/log/x/0", first=32, prev=None)
    with pytest.raises(ValueError):
        join(scan(ROWS[:32], LOG), other)
    with pytest.raises(ValueError):
        join(scan(ROWS[:33], LOG), scan(ROWS[32:], LOG, first=32, prev=None))


def test_a_hole_between_the_parts_is_a_gap():
    joined = join(scan(ROWS[:30], LOG), scan(ROWS[32:], LOG, first=32, prev=None))
    assert codes(joined) == [(GAP, 30)]
    assert joined.tree is None


def test_a_part_behind_other_entries_is_a_break_at_the_seam():
    twin = made(32, prev=chain.ZERO)
    twin[31] = (31, edited(twin[31][1], x=-1))
    joined = join(scan(twin, LOG), scan(ROWS[32:], LOG, first=32, prev=None))
    assert codes(joined) == [(BREAK, 32)]


def test_an_empty_part_hides_no_seam():
    """Regression: joined behind an empty part, a foreign right half passed unnoticed."""
    right = scan(made(8, start=32, prev=b"x" * 32), LOG, first=32, prev=None)
    empty = scan([], LOG, first=32, prev=None)
    assert codes(join(scan(ROWS[:32], LOG), join(empty, right))) == [(BREAK, 32)]


def test_a_root_that_was_not_asked_for_is_none():
    part = scan(ROWS, LOG, sizes=[3, 40])
    assert root_at(part, 3) == byhand.tree_root(LEAVES[:3])
    assert root_at(part, 4) is None
    assert root_at(scan(ROWS, LOG, sizes=[40, 41]), 41) is None
    gap = scan([*ROWS[:5], *ROWS[6:]], LOG, sizes=[3, 20])
    assert root_at(gap, 20) is None


def test_a_walk_remembers_what_the_first_entry_names():
    walk = Walk(LOG, 5, None)
    assert walk.take(ROWS[5:8]) == LEAVES[5:8]
    assert (walk.prev, walk.tail, walk.next, walk.flaws) == (b64u(LEAVES[4]), LEAVES[7], 8, [])
