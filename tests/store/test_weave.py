"""Whatever the order in which entries arrive, they make the same rows, with the same heads."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.codec import b64u
from app.base.entry import read
from app.proof.chain import leaf
from app.store import state
from app.store.append import Line, append
from app.store.known import row_as_known
from app.store.state import Held
from app.store.tx import Tx
from app.store.weave import Strand, Weave, weave_in
from tests.store.written import LOG, entry_bytes, in_memory, minute

OTHER = "countersign.local.invalid/leiden/d2/0"


def made(log: str, seq: int, chg: list[Any], *base: bytes, at: int = 0) -> bytes:
    """An entry that changes job `j_1`, standing on these."""
    return entry_bytes(seq, "job", "j_1", chg, at, log, [b64u(leaf(b)) for b in base])


BEGIN = made(LOG, 0, [["code", None, "A"]])
LEFT = made(LOG, 1, [["title", None, "left"]], BEGIN, at=1)
RIGHT = made(OTHER, 2, [["title", None, "right"]], BEGIN, at=2)
BOTH = made(
    LOG, 3, [["title", ["left", "right"], "settled"]], *sorted((LEFT, RIGHT), key=lambda b: b64u(leaf(b))), at=3
)


def told(tx: Tx, b: bytes) -> None:
    """Keep an entry as another device's."""
    entry = read(b)
    append(tx, entry.log, [Line(seq=entry.seq, b=b, rowless=False)])
    weave_in(tx, [(entry, b64u(leaf(b)))])


def heads(*entries: bytes) -> tuple[str, ...]:
    """Their leaves, sorted."""
    return tuple(sorted(b64u(leaf(b)) for b in entries))


@pytest.mark.req("R-SYN-04")
@pytest.mark.parametrize("order", list(permutations((BEGIN, LEFT, RIGHT))))
def test_rivals_stay_both_and_one_is_shown(order: tuple[bytes, ...]) -> None:
    strand = Strand("j_1")
    for b in order:
        strand.take(read(b), b64u(leaf(b)))
    held = strand.held()
    assert held is not None
    assert (held.row["title"], held.heads) == ("right", heads(LEFT, RIGHT))


@pytest.mark.req("R-SYN-04")
@pytest.mark.parametrize("order", [(BEGIN, LEFT, RIGHT, BOTH), (BEGIN, RIGHT, LEFT, BOTH)])
def test_live_rows_become_the_same_and_a_decision_settles_them(order: tuple[bytes, ...]) -> None:
    store = in_memory()
    with store.write() as tx:
        for b in order[:3]:
            told(tx, b)
        rivals = state.held(tx, "job", "j_1")
        assert state.rivals(tx) == {"j_1"}
        told(tx, order[3])
        settled = state.held(tx, "job", "j_1")
        assert rivals is not None and settled is not None
        assert (rivals.row["title"], rivals.heads) == ("right", heads(LEFT, RIGHT))
        assert (settled.row["title"], settled.heads) == ("settled", heads(BOTH))
        assert state.rivals(tx) == frozenset()


@pytest.mark.req("R-REC-05")
def test_the_past_of_a_row_of_two_devices_is_known_too() -> None:
    store = in_memory()
    with store.write() as tx:
        for b in (BEGIN, LEFT, RIGHT, BOTH):
            told(tx, b)
        held = state.held(tx, "job", "j_1")
        assert held is not None
        titles = [(row_as_known(tx, held, minute(at).utc) or {}).get("title") for at in range(-1, 4)]
    assert titles == [None, None, "left", "right", "settled"]


def test_a_change_whose_base_never_came_is_refused() -> None:
    strand = Strand("j_1")
    strand.take(read(LEFT), b64u(leaf(LEFT)))
    with pytest.raises(ValueError, match="not held"):
        strand.held()


def test_a_change_that_does_not_fit_is_refused() -> None:
    strand, odd = Strand("j_1"), made(LOG, 1, [["code", "B", "C"]], BEGIN)
    strand.take(read(BEGIN), b64u(leaf(BEGIN)))
    with pytest.raises(ValueError, match="mismatch"):
        strand.take(read(odd), b64u(leaf(odd)))


def test_a_type_without_a_table_stays_in_history() -> None:
    with in_memory().write() as tx:
        b = entry_bytes(0, "novelty", "n_1", [["code", None, "A"]])
        assert weave_in(tx, [(read(b), b64u(leaf(b)))]) == frozenset()


@st.composite
def histories(draw: st.DrawFn) -> list[bytes]:
    """Entries of three logs, each standing on some of what was there."""
    entries, shown = [made(LOG, 0, [["code", None, 0]])], [0]
    for number in range(1, draw(st.integers(2, 9))):
        base = entries[draw(st.integers(0, len(entries) - 1))]
        was = shown[entries.index(base)]
        log = f"countersign.local.invalid/leiden/d{draw(st.integers(1, 3))}/0"
        entries.append(made(log, number, [["code", was, number]], base))
        shown.append(number)
    return entries


@pytest.mark.req("R-SYN-04")
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_makes_the_same(entries: list[bytes], random: Any) -> None:
    def woven(order: list[bytes]) -> dict[tuple[str, str], Held]:
        weave = Weave()
        for b in order:
            weave.take(read(b), b64u(leaf(b)))
        return weave.rows()

    mixed = list(entries)
    random.shuffle(mixed)
    assert woven(mixed) == woven(entries)
