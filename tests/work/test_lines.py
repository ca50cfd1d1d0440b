"""The index of the history: every entry once, in the order of the clock, filtered as looking at each would."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.audit.walk import hlc_of
from app.base.entry import Entry, read
from app.base.words import Refused
from app.store import history
from app.work.demo.stage import Stage
from app.work.ledger import HistoryPage, HistoryQuery, entries, index_on, kinds
from app.work.lines import CHUNK, Index, index_of
from app.work.office import Office
from app.work.perform import perform
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, copied
from tests.work.seeing import code_of, done, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("lines"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def plain(office: Office) -> list[Entry]:
    """Every entry of every log, the newest first."""
    with office.store.read() as tx:
        every = [read(b) for log in history.logs(tx) for _, b in history.entries(tx, log)]
    return sorted(every, key=lambda made: (hlc_of(made.ts.hlc), made.log, made.seq), reverse=True)


def told(office: Office, first: int = 0, count: int = 10_000, **query: str) -> HistoryPage:
    """A page."""
    page = entries(office, HistoryQuery(**query), first=first, count=count)
    assert isinstance(page, HistoryPage)
    return page


def places(page: HistoryPage) -> list[tuple[str, int]]:
    """Log and number of each line."""
    return [(line.log, line.seq) for line in page.lines]


def where(found: list[Entry]) -> list[tuple[str, int]]:
    """Log and number of each entry."""
    return [(made.log, made.seq) for made in found]


@pytest.mark.req("R-AUD-01")
@pytest.mark.parametrize("first", [0, 7, 3000])
def test_the_newest_are_told_without_an_index(played: Stage, first: int) -> None:
    played.close()
    office = played.enter(QA)
    page, every = told(office, first, 50), plain(office)
    assert places(page) == where(every[first : first + 50])
    assert page.total == page.all == len(every) and not index_of(office.store).seqs


@pytest.mark.req("R-AUD-06")
def test_filters_give_what_looking_at_every_entry_gives(qa: Office) -> None:
    every = plain(qa)
    for noun, act in {(made.ent.t, made.act) for made in every}:
        wanted = [made for made in every if made.ent.t == noun and made.act == act]
        assert told(qa, noun=noun, act=act, count=3).total == len(wanted)
    assert places(told(qa, text="12")) == where([made for made in every if made.seq == 11])
    since = every[100].ts.utc
    assert told(qa, since=since, count=1).total == sum(made.ts.utc >= since for made in every)
    assert told(qa, until=since, count=1).total == sum(made.ts.utc <= since for made in every)


def test_what_is_signed_is_found_by_the_person_at_once(played: Stage, qa: Office) -> None:
    before = told(qa, person=LEARNER_NUMBER, count=1).total
    done(perform(qa, played.command(LEARNER_NUMBER, READING, "READ"), played.beside(LEARNER)))
    after = told(qa, person=LEARNER_NUMBER)
    assert after.total > before and after.lines[0].record.endswith("Omkaar Barad")
    assert places(told(qa))[:3] == where(plain(qa))[:3]


def test_bit_by_bit_comes_to_the_same(qa: Office) -> None:
    told(qa, noun="person", count=1)
    whole, bits, steps = index_of(qa.store), Index(), 0
    with qa.store.read() as tx:
        far = bits.read_on(tx, time.perf_counter())
        while far[0] < far[1]:
            far, steps = bits.read_on(tx, time.perf_counter()), steps + 1
    assert steps >= far[1] // CHUNK - 1
    assert [bits.place(n) for n in bits.order] == [whole.place(n) for n in whole.order]
    assert bits.nouns.there() == whole.nouns.there() == set(kinds(qa)[0])


def test_past_the_end_there_is_nothing(qa: Office) -> None:
    assert told(qa, first=10**6).lines == told(qa, first=10**6, noun="record").lines == ()


@pytest.mark.req("R-ACC-01")
def test_a_learner_reads_no_history(played: Stage) -> None:
    office = signed_in(played, LEARNER)
    answer = index_on(office)
    assert isinstance(answer, Refused) and code_of(answer) == "history.not_yours"
