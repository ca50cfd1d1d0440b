"""Reading history: exact bytes, in order, each log apart."""

from __future__ import annotations

from app.store import history
from app.store.append import Line, append, append_checkpoint, index, keep_frontier
from app.store.tx import Store
from tests.store.written import LOG

OTHER = "countersign.local.invalid/leiden/d2/0"


def lines(*seqs: int, rowless: bool = False) -> list[Line]:
    return [Line(seq=seq, b=b"\0\xff%d" % seq, rowless=rowless) for seq in seqs]


def test_bytes_of_any_kind_come_back_unchanged(store: Store) -> None:
    every = bytes(range(256))
    with store.write() as tx:
        append(tx, LOG, [Line(seq=0, b=every, rowless=True)])
        append_checkpoint(tx, LOG, 1, "„note“\n\n— d1 AAAA\n")
        keep_frontier(tx, LOG, 1, every)
    with store.read() as tx:
        assert history.one(tx, LOG, 0) == every
        assert list(history.landmarks(tx)) == [(LOG, 0, every)]
        assert list(history.checkpoints(tx, LOG)) == [(1, "„note“\n\n— d1 AAAA\n")]
        assert history.frontier_of(tx, LOG) == (1, every)


def test_numbers_order_as_numbers_and_gaps_stay_gaps(store: Store) -> None:
    with store.write() as tx:
        append(tx, LOG, lines(2, 10, 9, 100))
    with store.read() as tx:
        assert [seq for seq, _ in history.entries(tx, LOG)] == [2, 9, 10, 100]
        assert [seq for seq, _ in history.entries(tx, LOG, first=9, last=10)] == [9, 10]
        assert (history.size(tx, LOG), history.one(tx, LOG, 3)) == (101, None)


def test_each_log_is_apart(store: Store) -> None:
    with store.write() as tx:
        append(tx, OTHER, lines(0, 1, rowless=True))
        append(tx, LOG, lines(0, 1, 2, rowless=True))
        append_checkpoint(tx, OTHER, 2, "two")
    with store.read() as tx:
        assert history.logs(tx) == sorted([LOG, OTHER])
        assert (history.size(tx, LOG), history.size(tx, OTHER)) == (3, 2)
        assert list(history.checkpoints(tx, LOG)) == []
        assert [log for log, _, _ in history.landmarks(tx)] == [LOG] * 3 + [OTHER] * 2


def test_a_landmark_without_its_entry_is_no_landmark(store: Store) -> None:
    with store.write() as tx:
        append(tx, LOG, lines(0, rowless=True))
        index(tx, LOG, [7])
    with store.read() as tx:
        assert [seq for _, seq, _ in history.landmarks(tx)] == [0]


def test_an_empty_store_has_no_history(store: Store) -> None:
    with store.read() as tx:
        assert (history.logs(tx), history.size(tx, LOG)) == ([], 0)
        assert (history.one(tx, LOG, 0), history.frontier_of(tx, LOG)) == (None, None)
        assert list(history.landmarks(tx)) == list(history.checkpoints(tx, LOG)) == []
