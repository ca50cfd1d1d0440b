"""The change history on the screen: every entry, newest first, found by what it is about, and linked to its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.codec import b64u
from app.base.moment import add_days, start_of
from app.proof.chain import leaf
from app.store import history
from app.work.demo.stage import Stage
from app.work.ledger import EntryShown, HistoryPage, HistoryQuery, entry, index_on, kinds
from app.work.ledger import entries as listed
from app.work.office import Office
from app.work.perform import perform
from app.work.period import sign_out
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, copied
from tests.work.seeing import code_of, done, entries, new_person, signed_in

pytestmark = pytest.mark.req("R-AUD-01")


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module, in which the learner has just read something."""
    made = copied(demo_dir, tmp_path_factory.mktemp("ledger"))
    office = made.enter(QA)
    done(perform(office, made.command(LEARNER_NUMBER, READING, "READ"), made.beside(LEARNER)))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def page(office: Office, first: int = 0, count: int = 20, **query: Any) -> HistoryPage:
    """Lines of the history; a refusal fails the test."""
    answer = listed(office, HistoryQuery(**query), first, count)
    assert isinstance(answer, HistoryPage), answer
    return answer


def shown(office: Office, seq: int) -> EntryShown:
    """One entry of this device's log in full."""
    answer = entry(office, office.tail.log, seq)
    assert isinstance(answer, EntryShown), answer
    return answer


def numbers(found: HistoryPage) -> list[int]:
    return [one.seq for one in found.lines]


def test_pages_run_from_the_newest_to_the_first(qa: Office) -> None:
    n = qa.tail.n
    assert numbers(page(qa)) == list(range(n - 1, n - 21, -1)) and page(qa).total == page(qa).all == n
    assert numbers(page(qa, 20, 5)) == list(range(n - 21, n - 26, -1))
    assert numbers(page(qa, n - 3)) == [2, 1, 0] and numbers(page(qa, n)) == []


def test_filters_find_what_reading_everything_finds(qa: Office) -> None:
    held = entries(qa)
    for name, wanted in (("noun", "role"), ("act", "record.sign")):
        fits = [one.seq for one in held if (one.ent.t if name == "noun" else one.act) == wanted]
        query = HistoryQuery(noun=wanted) if name == "noun" else HistoryQuery(act=wanted)
        found = listed(qa, query, 0, len(held))
        assert isinstance(found, HistoryPage)
        assert numbers(found) == fits[::-1] and found.total == len(fits) > 0
    assert numbers(page(qa, act="record.sign", noun="role")) == []
    assert kinds(qa)[0] == tuple(sorted({one.ent.t for one in held}))


def test_times_are_inclusive(qa: Office) -> None:
    held = entries(qa)
    utc = held[-2].ts.utc
    same = [one.seq for one in held if one.ts.utc == utc]
    assert numbers(page(qa, count=len(held), since=utc, until=utc)) == same[::-1]


def test_days_are_the_sites_own_and_today_is_one_of_them(demo_dir: Path, tmp_path: Path) -> None:
    stage = copied(demo_dir, tmp_path)
    office = signed_in(stage, QA)
    old = office.tail.n
    sign_out(office)
    now = stage.cast.clock.now().instant
    midnight = start_of(add_days(now.day, 2), office.zone).ms
    stage.cast.clock.advance(midnight - now.ms + 1)  # in UTC it is still the day before
    office = signed_in(stage, QA)
    assert numbers(page(office, count=9000, days=1)) == list(range(office.tail.n - 1, old, -1))
    assert page(office, days=2).total == page(office, days=1).total
    assert page(office, days=3).total == office.tail.n
    stage.close()


@pytest.mark.req("R-AUD-02")
def test_a_person_is_found_as_maker_and_as_subject(played: Stage, qa: Office) -> None:
    made = entries(qa)[-1]
    found = page(qa, count=5000, person=LEARNER_NUMBER)
    uid, pid = played.cast.people[LEARNER]["uid"], played.cast.people[LEARNER]["pid"]
    asked = [one.seq for one in entries(qa) if one.by.uid == uid or one.ent.id == pid]
    assert numbers(found)[0] == made.seq and set(asked) <= set(numbers(found))
    assert found.total < found.all / 10 and numbers(page(qa, count=5000, text="barad")) == numbers(found)


def test_a_number_that_was_typed_is_the_entrys_own(qa: Office) -> None:
    assert numbers(page(qa, text="1,235")) == numbers(page(qa, text=" 1235 ")) == [1234]
    made = entries(qa)[-1]
    assert made.seq in numbers(page(qa, text=made.ent.id))


@pytest.mark.req("R-AUD-02")
def test_a_code_finds_the_entries_whose_record_is_told_by_it(qa: Office) -> None:
    for code in ("RQ-0083", "SOP-0007", "rq-008"):
        every = [one for first in range(0, qa.tail.n, 500) for one in page(qa, first, 500).lines]
        fits = [one.seq for one in every if code.casefold() in one.record.casefold()]
        assert fits and set(fits) <= set(numbers(page(qa, count=9000, text=code))), code
    made = entries(qa)[-1]
    assert made.seq in numbers(page(qa, text=READING)) and made.act == "record.sign"
    assert numbers(page(qa, text="RQ-9999")) == []


def test_digits_are_a_persons_number_too(demo_dir: Path, tmp_path: Path) -> None:
    stage = copied(demo_dir, tmp_path)
    office = signed_in(stage, QA)
    done(perform(office, new_person(office, "12")))
    about = {made.seq for made in entries(office)[-3:] if made.ent.id == entries(office)[-1].ent.id}
    assert set(numbers(page(office, text="12"))) == about | {11}
    assert numbers(page(office, text="012")) == [11]
    stage.close()


@pytest.mark.req("R-AUD-02")
def test_one_entry_in_full_says_who_signed_what(qa: Office) -> None:
    told = shown(qa, qa.tail.n - 1)
    assert told.line == page(qa).lines[0] and told.signature is not None
    assert (told.user, told.role, told.signature.name) == (LEARNER, "learner", "Omkaar Barad")
    assert len(told.changes) == told.line.more + 1 and told.address == f"countersign:person/{LEARNER_NUMBER}"


def test_neighbours_are_named_by_the_hash_of_their_bytes(qa: Office) -> None:
    last, before = shown(qa, qa.tail.n - 1), shown(qa, qa.tail.n - 2)
    assert last.before == before.here and before.after == last.here and last.after is None
    assert shown(qa, 0).before is None
    with qa.store.read() as tx:
        b = history.one(tx, qa.tail.log, qa.tail.n - 1)
    assert b is not None and last.here.leaf == b64u(leaf(b))
    assert code_of(entry(qa, qa.tail.log, qa.tail.n)) == "history.no_entry"


@pytest.mark.req("R-PRV-02")
def test_it_is_for_those_who_oversee(played: Stage) -> None:
    learner = signed_in(played, LEARNER)
    asked = (listed(learner, HistoryQuery()), entry(learner, learner.tail.log, 0), index_on(learner))
    assert {code_of(one) for one in asked} == {"history.not_yours"}
    sign_out(learner)
    assert code_of(listed(learner, HistoryQuery())) == "session.none"
