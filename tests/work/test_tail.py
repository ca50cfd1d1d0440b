"""The end of the log: a copy to write on, and a kept tree that is believed only under the device's signature."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from app.base.moment import Hlc
from app.proof.chain import ZERO, leaf
from app.proof.merkle import Frontier
from app.store import history
from app.store.append import keep_frontier
from app.work.office import Office
from app.work.perform import perform
from app.work.tail import EVERY, Tail, load_tail, new_tail
from tests.work.founded import Small
from tests.work.seeing import done, new_person


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A small site with more entries than one checkpoint covers."""
    small = Small(tmp_path_factory.mktemp("tail"))
    opened = small.enter()
    for number in range(EVERY // 2 + 10):
        done(perform(opened, new_person(opened, f"T{number}")))
    yield opened
    opened.close()


def loaded(office: Office) -> Tail:
    """The tail as the store holds it."""
    with office.store.read() as tx:
        return load_tail(tx, office.tail.log, office.device.notes_public)


def same(one: Tail, two: Tail) -> bool:
    """Whether two tails would be written on alike."""
    return (one.n, one.last, one.hlc, one.frontier.root(), one.noted) == (
        two.n, two.last, two.hlc, two.frontier.root(), two.noted,
    )  # fmt: skip


def test_a_new_log_begins_with_nothing() -> None:
    tail = new_tail("countersign.x/y/z/0")
    assert (tail.n, tail.last, tail.noted, tail.mark_ms) == (0, ZERO, 0, 0)


def test_writing_on_a_copy_leaves_the_tail_as_it_was() -> None:
    tail = new_tail("countersign.x/y/z/0")
    copy = tail.copy()
    copy.push(b"entry", Hlc(ms=5, counter=0), 5)
    assert (tail.n, copy.n, copy.last, copy.mark_ms) == (0, 1, leaf(b"entry"), 5)
    copy.push(b"older", Hlc(ms=6, counter=0), 3)
    assert copy.mark_ms == 5


@pytest.mark.req("R-AUD-07")
def test_what_the_store_holds_is_what_memory_held(office: Office) -> None:
    assert same(loaded(office), office.tail)


@pytest.mark.req("R-AUD-07")
def test_at_most_a_hundred_entries_lie_beyond_a_checkpoint(office: Office) -> None:
    with office.store.read() as tx:
        sizes = [n for n, _ in history.checkpoints(tx, office.tail.log, first=0)]
    assert all(two - one <= EVERY for one, two in pairwise(sizes))
    assert office.tail.n - sizes[-1] < EVERY and len(sizes) > 2


@pytest.mark.req("R-AUD-07")
def test_a_kept_tree_that_no_checkpoint_vouches_for_is_made_again(office: Office) -> None:
    right, wrong = office.tail, Frontier()
    size = right.noted
    for number in range(size):
        wrong.push(leaf(b"%d" % number))
    with office.store.write() as tx:
        keep_frontier(tx, right.log, size, wrong.dump())
    assert same(loaded(office), right)
    with office.store.write() as tx:
        keep_frontier(tx, right.log, right.n, right.frontier.dump())
    # True, but at a size that the device never signed: not believed either, and the same comes out.
    assert same(loaded(office), right)
