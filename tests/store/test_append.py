"""History grows and does nothing else, on every engine."""

from __future__ import annotations

import pytest

from app.base.faults import Fault
from app.store import history
from app.store.append import Line, append, append_checkpoint, keep_frontier
from app.store.tx import Store

LOG = "countersign.local.invalid/leiden/d1/0"


def lines(first: int, count: int) -> list[Line]:
    return [Line(seq=seq, b=b"entry %d" % seq, rowless=seq % 2 == 1) for seq in range(first, first + count)]


def test_entries_come_back_as_the_bytes_that_went_in(store: Store) -> None:
    with store.write() as tx:
        append(tx, LOG, lines(0, 5))
    with store.read() as tx:
        assert list(history.entries(tx, LOG)) == [(seq, b"entry %d" % seq) for seq in range(5)]
        assert list(history.entries(tx, LOG, first=1, last=2)) == [(1, b"entry 1"), (2, b"entry 2")]
        assert history.one(tx, LOG, 4) == b"entry 4"
        assert history.one(tx, LOG, 5) is None
        assert history.size(tx, LOG) == 5
        assert history.size(tx, "another") == 0
        assert history.logs(tx) == [LOG]


def test_landmarks_are_the_acts_without_a_row(store: Store) -> None:
    with store.write() as tx:
        append(tx, LOG, lines(0, 6))
    with store.read() as tx:
        assert [seq for _, seq, _ in history.landmarks(tx)] == [1, 3, 5]


def test_checkpoints_and_the_newest_frontier_are_kept(store: Store) -> None:
    with store.write() as tx:
        append_checkpoint(tx, LOG, 3, "three")
        keep_frontier(tx, LOG, 3, b"peaks3")
        append_checkpoint(tx, LOG, 5, "five")
        keep_frontier(tx, LOG, 5, b"peaks5")
    with store.read() as tx:
        assert list(history.checkpoints(tx, LOG)) == [(3, "three"), (5, "five")]
        assert list(history.checkpoints(tx, LOG, first=4)) == [(5, "five")]
        assert history.frontier_of(tx, LOG) == (5, b"peaks5")


@pytest.mark.req("R-AUD-04", "R-AUD-05", "A-07")
@pytest.mark.parametrize("table", ["entry", "checkpoint", "batch", "receipt"])
@pytest.mark.parametrize("attack", ["UPDATE {0} SET site_id = site_id", "DELETE FROM {0}"])
def test_rewriting_history_is_refused(store: Store, table: str, attack: str) -> None:
    with store.write() as tx:
        append(tx, LOG, lines(0, 1))
        append_checkpoint(tx, LOG, 1, "one")
        tx.script(
            f"INSERT INTO batch VALUES ('{store.site}', '{LOG}', 0, 0, 'm')",
            f"INSERT INTO receipt VALUES ('{store.site}', '{LOG}', 1, 'n')",
        )
    with pytest.raises(Fault) as caught, store.write() as tx:
        tx.script(attack.format(table))
    assert caught.value.code == "store.append_only"


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_a_taken_place_is_refused_however_it_is_written(cipher_store: Store, verb: str) -> None:
    with cipher_store.write() as tx:
        append(tx, LOG, lines(0, 1))
    with pytest.raises(Fault) as caught, cipher_store.write() as tx:
        tx.script(f"{verb} INTO entry VALUES ('{cipher_store.site}', '{LOG}', 0, x'00')")
    assert caught.value.code == "store.append_only"
    with cipher_store.read() as tx:
        assert history.one(tx, LOG, 0) == b"entry 0"


def test_an_error_in_the_block_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as tx:
        append(tx, LOG, lines(0, 3))
        raise RuntimeError("power cut")
    with store.read() as tx:
        assert history.size(tx, LOG) == 0
