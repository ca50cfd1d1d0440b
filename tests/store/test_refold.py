"""History, folded anew, gives the tables that are there: rows, heads, times, traces, indexes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.faults import Fault
from app.domain.wire import apply
from app.proof.chain import leaf
from app.store import history, state
from app.store.append import Line, append
from app.store.refold import fold, refold
from app.store.schema import NOUNS
from app.store.state import Held
from app.store.tx import Store, Tx
from app.work.demo.stage import Stage
from tests.store.test_known import STEPS
from tests.store.written import LOG, entry_bytes, in_memory, tell
from tests.work.onstage import QA, copied

Picture = dict[str, list[Any]]


def picture(tx: Tx) -> Picture:
    """Everything that is not permanent."""
    rows: Picture = {noun: list(state.all_held(tx, noun)) for noun in NOUNS}
    return {**rows, "landmark": list(history.landmarks(tx))}


def anew(tx: Tx, dialect: str) -> int:
    return refold(tx, dialect, leaf, apply)


def lived(store: Store) -> Picture:
    """Some rows and acts, as a site writes them."""
    with store.write() as tx:
        tell(tx, 0, "job", "j_1", {"code": "FIL", "title": "Filling"})
        append(tx, LOG, [Line(seq=1, b=entry_bytes(1, "session", "s_1", []), rowless=True)])
        tell(tx, 2, "setting", "late_h", {"value": 24}, 1)
        tell(tx, 3, "job", "j_1", {"title": None, "dept": "FIL"}, 2)
        tell(tx, 4, "person", "p_1", {"name_j": {"$e": 1, "k": "p_1.1", "n": "x", "c": "y"}}, 3)
        tell(tx, 5, "job", "j_1", {"dept": "PKG"}, 3)
        return picture(tx)


@pytest.mark.req("R-AUD-07", "R-SYN-09")
def test_folding_anew_gives_what_is_there(store: Store) -> None:
    live = lived(store)
    assert [held.trace for held in live["job"]] == [f"{LOG} 0 3 5"]
    with store.write() as tx:
        assert anew(tx, store.dialect.name) == 3
    with store.read() as tx:
        assert picture(tx) == live


@pytest.mark.req("R-AUD-07")
@given(st.lists(STEPS, max_size=15))
def test_whatever_was_told_folds_to_what_is_there(told: list[tuple[str, dict[str, Any], int]]) -> None:
    store, now = in_memory(), 0
    with store.write() as tx:
        for seq, (id, columns, later) in enumerate(told):
            now += later
            tell(tx, seq, "job", id, columns, now)
        live = picture(tx)
        assert list(fold(tx, leaf, apply).values()) == sorted(live["job"], key=first_place)
        anew(tx, "sqlite")
        assert picture(tx) == live
    store.close()


def first_place(held: Held) -> int:
    """Where the row began."""
    return next(state.places(held.trace))[1]


@pytest.mark.req("A-07")
def test_a_row_that_somebody_changed_behind_history_does_not_survive(store: Store) -> None:
    live = lived(store)
    with store.write() as tx:
        tx.script("UPDATE s_job SET title = 'forged'", "UPDATE s_setting SET value = 1")
        assert picture(tx) != live
        anew(tx, store.dialect.name)
    with store.read() as tx:
        assert picture(tx) == live


@pytest.mark.req("R-AUD-05")
def test_rows_made_anew_are_fenced_again(store: Store) -> None:
    lived(store)
    with store.write() as tx:
        anew(tx, store.dialect.name)
    with pytest.raises(Fault) as caught, store.write() as tx:
        tx.script("DELETE FROM s_job")
    assert caught.value.code == "store.append_only"


@pytest.mark.req("R-SYN-09")
def test_a_fold_that_breaks_off_leaves_the_old_tables(store: Store) -> None:
    live = lived(store)
    with store.write() as tx:
        # An entry whose change fits no row that history made.
        b = entry_bytes(6, "job", "j_1", [["dept", "elsewhere", "x"]])
        append(tx, LOG, [Line(seq=6, b=b, rowless=False)])
    with pytest.raises(ValueError, match="BEFORE"), store.write() as tx:
        anew(tx, store.dialect.name)
    with store.read() as tx:
        assert picture(tx) == live


def test_other_logs_are_folded_too(store: Store) -> None:
    other = "countersign.local.invalid/leiden/d2/0"
    lived(store)
    with store.write() as tx:
        b = entry_bytes(0, "job", "j_9", [["code", None, "PKG"]], 4, log=other)
        append(tx, other, [Line(seq=0, b=b, rowless=False)])
        anew(tx, store.dialect.name)
        held = state.held(tx, "job", "j_9")
    assert held is not None
    assert held.trace == f"{other} 0"


@pytest.fixture
def stage(demo_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    """A copy of the demo, nobody signed in."""
    made = copied(demo_dir, tmp_path)
    yield made
    made.close()


@pytest.mark.req("R-AUD-07", "R-SYN-09")
def test_a_real_site_folds_to_what_is_there(stage: Stage) -> None:
    store = stage.enter(QA).store
    with store.write() as tx:
        live = picture(tx)
        count = anew(tx, store.dialect.name)
        assert picture(tx) == live
    assert count == sum(len(live[noun]) for noun in NOUNS) > 1000
