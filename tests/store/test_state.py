"""State tables hold rows as formats §4 defines them, on every engine."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.base.faults import Fault
from app.base.words import Json
from app.store import state
from app.store.schema import NOUNS
from app.store.state import Held
from app.store.tx import Store
from tests.store.written import beside, in_memory

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


def job(**columns: object) -> Held:
    return Held(row={"id": "j_1", **columns}, heads=("h",), utc="u", trace="a/b 1")


def test_a_transaction_reads_what_it_has_just_written(store: Store) -> None:
    with store.write() as tx:
        assert state.held(tx, "job", "j_1") is None
        state.add(tx, "job", [job(code="A", title="x")])
        assert state.held(tx, "job", "j_1") == job(code="A", title="x")
        state.change(tx, "job", [job(code="B")])
        assert state.held(tx, "job", "j_1") == job(code="B")
        assert list(state.all_held(tx, "job")) == [job(code="B")]


def test_nothing_is_remembered_of_a_transaction_that_was_taken_back(store: Store) -> None:
    with store.write() as tx:
        state.add(tx, "job", [job(code="A")])
    with pytest.raises(RuntimeError), store.write() as tx:
        state.change(tx, "job", [job(code="B")])
        raise RuntimeError("power cut")
    with store.write() as tx:
        assert state.held(tx, "job", "j_1") == job(code="A")


def test_a_change_reaches_its_own_row_and_site_only(store: Store) -> None:
    other, second = beside(store, "haarlem"), structs.replace(job(code="C"), row={"id": "j_2", "code": "C"})
    for each in (store, other):
        with each.write() as tx:
            state.add(tx, "job", [job(code="A"), second])
    with store.write() as tx:
        state.change(tx, "job", [job(code="B")])
    with store.read() as tx:
        assert list(state.all_held(tx, "job")) == [job(code="B"), second]
    with other.read() as tx:
        assert list(state.all_held(tx, "job")) == [job(code="A"), second]


ROWS = st.dictionaries(st.sampled_from(["code", "title", "dept"]), st.none() | st.sampled_from("abc"))


@given(st.lists(st.tuples(st.sampled_from(["j_1", "j_2"]), ROWS, st.booleans()), max_size=12))
def test_whatever_is_changed_and_taken_back_the_rows_are_those_last_kept(
    told: list[tuple[str, dict[str, str | None], bool]],
) -> None:
    store, kept = in_memory(), {}
    for id, columns, keep in told:
        item = structs.replace(job(), row={"id": id, **{k: v for k, v in columns.items() if v is not None}})
        with suppress(KeyError), store.write() as tx:
            (state.add if state.held(tx, "job", id) is None else state.change)(tx, "job", [item])
            if not keep:
                raise KeyError(id)
            kept[id] = item
        with store.read() as tx:
            assert {held.row["id"]: held for held in state.all_held(tx, "job")} == kept
    store.close()


def test_a_doubt_is_noted_at_its_place_and_nowhere_else() -> None:
    trace = "o/1 3 5 o/2 3 7"
    marked = state.with_doubts(trace, {("o/2", 3)})
    assert marked == "o/1 3 5 o/2 3! 7"
    assert state.doubts(marked) == {("o/2", 3)}
    assert list(state.places(marked)) == list(state.places(trace))
    assert state.with_doubts(marked, ()) == trace
    assert state.traced(marked, "o/2", 9) == "o/1 3 5 o/2 3! 7 9"
    assert state.doubts(trace) == state.doubts("") == frozenset()


def test_a_row_in_doubt_is_in_dispute_until_it_is_void() -> None:
    def held(void: int | None) -> state.Held:
        return state.Held(row={"id": "r", "void": void}, heads=("a",), utc="", trace="o/1 3!")

    assert (state.disputed(held(None)), state.disputed(held(1))) == (True, False)


@pytest.mark.parametrize(
    ("t", "column", "value", "fits"),
    [
        ("setting", "value", 1, True), ("setting", "value", None, True), ("setting", "text", "a", True),
        ("setting", "value", "a", False), ("setting", "value", True, False), ("setting", "value", [1], False),
        ("setting", "text", 1, False), ("setting", "text", {}, False), ("setting", "nope", None, False),
        ("setting", "id", "a", False), ("setting", "_heads", "a", False), ("setting", "site_id", "a", False),
        ("person", "name_j", [{"a": 1}], True), ("unheard_of", "a", 1, True),
    ],
)  # fmt: skip
def test_a_column_takes_values_of_its_kind(t: str, column: str, value: Json, fits: bool) -> None:
    assert state.takes(t, column, value) is fits
