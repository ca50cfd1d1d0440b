"""State tables hold rows as formats §4 defines them, on every engine."""

from __future__ import annotations

import pytest

from app.base.faults import Fault
from app.store import state
from app.store.schema import NOUNS
from app.store.state import Held
from app.store.tx import Store

ENVELOPE = {"$e": 1, "c": "AAAA", "k": "p_1.1", "n": "BBBB"}


def record(**columns: object) -> Held:
    return Held(
        row={"id": "r_1", "pid": "p_1", **columns},
        heads=("leaf",),
        utc="2026-11-20T08:00:00.000Z",
        trace="a/b 1",
    )


def test_a_row_comes_back_without_its_empty_columns(store: Store) -> None:
    with store.write() as tx:
        state.add(tx, "record", [record(void=1, comment_j=ENVELOPE)])
    with store.read() as tx:
        assert state.held(tx, "record", "r_1") == record(void=1, comment_j=ENVELOPE)
        assert state.row(tx, "record", "r_2") is None
        assert [held.row["id"] for held in state.held_by(tx, "record", "pid", "p_1")] == ["r_1"]


def test_a_change_replaces_every_column_and_the_heads(store: Store) -> None:
    with store.write() as tx:
        state.add(tx, "record", [record(void=1, comment_j=ENVELOPE)])
        changed = Held(
            row={"id": "r_1", "pid": "p_1", "grade": "A"}, heads=("a", "b"), utc="later", trace="a/b 1 4"
        )
        state.change(tx, "record", [changed])
    with store.read() as tx:
        assert state.held(tx, "record", "r_1") == changed


def test_rows_are_never_deleted(store: Store) -> None:
    with store.write() as tx:
        state.add(tx, "record", [record()])
    with pytest.raises(Fault) as caught, store.write() as tx:
        tx.script("DELETE FROM s_record")
    assert caught.value.code == "store.append_only"


def test_every_noun_has_a_table_that_can_be_read(store: Store) -> None:
    with store.read() as tx:
        assert state.kinds(tx) == sorted(NOUNS)
        assert all(list(state.rows(tx, noun)) == [] for noun in NOUNS)


def test_a_trace_names_a_log_again_only_where_it_changes() -> None:
    trace = ""
    steps = [("x/1", 3), ("x/1", 9), ("y/2", 4), ("x/1", 12)]
    for log, seq in steps:
        trace = state.traced(trace, log, seq)
    assert trace == "x/1 3 9 y/2 4 x/1 12"
    assert list(state.places(trace)) == steps
