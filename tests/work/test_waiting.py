"""What waits on this device: the very entries that no centre has, in order, and how far each log is received."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.work.ledger import HistoryQuery
from app.work.ledger import entries as listed
from app.work.office import Office
from app.work.perform import perform
from app.work.period import sign_out
from app.work.waiting import MOST, SyncShown, sync_shown
from tests.work.linked import Linked
from tests.work.onstage import LEARNER, copied
from tests.work.seeing import code_of, done, new_person


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A small site, anna in session, and its centre."""
    made = Linked(tmp_path)
    yield made
    made.close()


def told(office: Office) -> SyncShown:
    """What the page shows; a refusal fails the test."""
    answer = sync_shown(office)
    assert isinstance(answer, SyncShown), answer
    return answer


@pytest.mark.req("R-SYN-01")
def test_before_a_meeting_all_wait_and_after_it_what_came_since(linked: Linked) -> None:
    office = linked.office
    first = told(office)
    assert (first.here, first.received, first.entries) == (office.tail.n, 0, office.tail.n)
    linked.sync()
    met = office.tail.n - told(office).here
    linked.change()
    shown = told(office)
    assert met > 0 and shown.here + shown.provisional + shown.received == shown.entries == office.tail.n
    assert [one.seq for one in shown.waiting] == list(range(met, office.tail.n))


def test_they_are_told_as_the_history_tells_them(linked: Linked) -> None:
    linked.change()
    page = listed(linked.office, HistoryQuery(), 0, MOST)
    assert told(linked.office).waiting == tuple(reversed(page.lines))  # type: ignore[union-attr]


def test_the_first_of_many_are_told_and_all_are_counted(linked: Linked) -> None:
    office = linked.office
    for n in range(MOST // 2 + 1):
        done(perform(office, new_person(office, f"W{n}")))
    shown = told(office)
    assert shown.here > MOST == len(shown.waiting) and shown.waiting[0].seq == 0


def test_logs_and_centres_are_those_of_the_site(linked: Linked) -> None:
    linked.sync()
    shown = told(linked.office)
    (log,), (centre,) = shown.logs, shown.centres
    assert (log.log, log.n, log.received, log.own) == (
        linked.office.tail.log, linked.office.tail.n, shown.received, True
    )  # fmt: skip
    assert (centre.name, centre.region) == ("centre.example", "eu") and f"/{log.device}/" in log.log


def test_a_learner_is_refused_and_so_is_nobody(demo_dir: Path, tmp_path: Path) -> None:
    stage = copied(demo_dir, tmp_path)
    office = stage.enter(LEARNER)
    assert code_of(sync_shown(office)) == "history.not_yours"
    sign_out(office)
    assert code_of(sync_shown(office)) == "session.none"
    stage.close()
