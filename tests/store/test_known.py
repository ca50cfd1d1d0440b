"""What was known then is what the entries recorded until then make, whatever was learned later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.moment import Instant
from app.store import history, state
from app.store.known import row_as_known, rows_as_known
from app.store.tx import Store, Tx
from tests.store.written import LOG, in_memory, minute, rows_of, tell

Rows = dict[str, dict[str, Any]]

STEPS = st.tuples(
    st.sampled_from(["j_1", "j_2"]),
    st.dictionaries(st.sampled_from(["code", "title", "dept"]), st.none() | st.sampled_from("abc"), min_size=1),
    st.integers(0, 2),
)


def known(tx: Tx, at: Instant | None) -> Rows:
    """The rows of all jobs as they were known, by id."""
    return {row["id"]: dict(row) for row in rows_as_known(tx, state.all_held(tx, "job"), at)}


def retold(steps: list[tuple[str, Mapping[str, Any], int]], until: int) -> Rows:
    """The same by a simpler way: every step that was recorded until then, one after the other."""
    rows: Rows = {}
    for id, columns, at in steps:
        if at <= until:
            row = {**rows.get(id, {"id": id}), **columns}
            rows[id] = {column: value for column, value in row.items() if value is not None}
    # A row that was told nothing but blanks was never recorded.
    return {id: row for id, row in rows.items() if len(row) > 1 or _told(steps, id, until)}


def _told(steps: list[tuple[str, Mapping[str, Any], int]], id: str, until: int) -> bool:
    return any(at <= until and any(columns.values()) for one, columns, at in steps if one == id)


@pytest.mark.req("R-REC-05", "R-AUD-04")
@given(st.lists(STEPS, max_size=12))
def test_the_past_stays_what_it_was_known_to_be(told: list[tuple[str, dict[str, Any], int]]) -> None:
    store, now, steps, seen = in_memory(), 0, [], {}
    with store.write() as tx:
        for seq, (id, columns, later) in enumerate(told):
            now += later
            steps.append((id, columns, now))
            tell(tx, seq, "job", id, columns, now)
            seen[now] = known(tx, None)
        for at in range(-1, now + 2):
            assert known(tx, minute(at)) == retold(steps, at)
        # What each moment showed while it was the present, it still shows.
        assert {at: known(tx, minute(at)) for at in seen} == seen
    store.close()


@pytest.mark.req("R-REC-05")
def test_a_row_is_known_from_the_millisecond_of_its_entry(store: Store) -> None:
    with store.write() as tx:
        tell(tx, 0, "job", "j_1", {"code": "FIL"}, 1)
        tell(tx, 1, "job", "j_1", {"code": "PKG"}, 5)
    with store.read() as tx:
        seen = [known(tx, Instant(ms=minute(at).ms + by)) for at, by in ((1, -1), (1, 0), (5, -1), (5, 0))]
    assert [rows.get("j_1", {}).get("code") for rows in seen] == [None, "FIL", "FIL", "PKG"]


def test_without_an_instant_rows_come_as_they_stand(store: Store) -> None:
    with store.write() as tx:
        tell(tx, 0, "job", "j_1", {"code": "FIL"}, 1)
        assert known(tx, None) == {"j_1": {"id": "j_1", "code": "FIL"}}


def test_a_column_that_was_emptied_is_there_again_in_the_past(store: Store) -> None:
    with store.write() as tx:
        tell(tx, 0, "job", "j_1", {"code": "FIL", "dept": "FIL"}, 1)
        tell(tx, 1, "job", "j_1", {"dept": None}, 2)
        assert known(tx, minute(1)) == {"j_1": {"id": "j_1", "code": "FIL", "dept": "FIL"}}
        assert known(tx, minute(2)) == {"j_1": {"id": "j_1", "code": "FIL"}}


def test_a_trace_without_its_entry_shows_nothing_made_up(store: Store) -> None:
    with store.write() as tx:
        rows_of(tx, "job", {"id": "j_1", "code": "FIL"})
        held = state.held(tx, "job", "j_1")
        assert held is not None
        assert row_as_known(tx, held, minute(-1).utc) is None
        assert history.one(tx, LOG, 0) is None
