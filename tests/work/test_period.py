"""A period that ended by itself: nothing more is asked or signed in it, and history tells why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.words import Refused
from app.work.ask import training_of
from app.work.ceremony import signer_of_session
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.perform import perform
from app.work.period import is_over, sign_out
from tests.work.onstage import LEARNER_NUMBER, QA, copied
from tests.work.seeing import code_of, done, entries, findings, new_person, setting, signed_in

MINUTE, HOUR = 60_000, 3_600_000


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("period"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def reason_of_close(office: Office) -> str:
    """Why the newest session ended, as history tells it."""
    entry = entries(office)[-1]
    assert entry.act == "session.close" and entry.body is not None
    return str(entry.body["reason"])


@pytest.mark.req("R-ACC-17", "R-SIG-03")
def test_after_ten_idle_minutes_nothing_is_signed_recorded_or_shown(played: Stage, qa: Office) -> None:
    played.cast.clock.advance(10 * MINUTE)
    assert code_of(training_of(qa, LEARNER_NUMBER, None, None)) == "session.none"
    assert code_of(signer_of_session(qa, played.cast.typed(QA))) == "session.none"
    assert qa.session is None and reason_of_close(qa) == "idle"
    assert code_of(perform(qa, new_person(qa, "IDLE"))) == "session.none"


def test_idle_is_counted_from_the_last_thing_that_was_done(played: Stage, qa: Office) -> None:
    for number in ("T-1", "T-2", "T-3"):
        played.cast.clock.advance(9 * MINUTE)
        assert done(perform(qa, new_person(qa, number))) == 2
    assert qa.session is not None


@pytest.mark.req("R-ACC-17")
def test_a_command_without_signature_is_refused_too_and_ends_the_period(played: Stage, qa: Office) -> None:
    played.cast.clock.advance(11 * MINUTE)
    assert code_of(perform(qa, new_person(qa, "LATE"))) == "session.none"
    assert reason_of_close(qa) == "idle"


@pytest.mark.req("R-ACC-17")
def test_the_sites_own_limit_holds(played: Stage, qa: Office) -> None:
    assert done(perform(qa, setting("idle_min", 2), played.signer())) == 1
    played.cast.clock.advance(2 * MINUTE)
    assert is_over(qa, qa.clock.now())
    assert code_of(perform(qa, setting("idle_min", 10))) == "session.none"
    office = signed_in(played, QA)
    assert done(perform(office, setting("idle_min", 10), played.signer())) == 1


@pytest.mark.req("R-ACC-17")
def test_after_eight_hours_of_work_it_ends_as_well(played: Stage, qa: Office) -> None:
    assert qa.session is not None
    for _ in range(60):
        played.cast.clock.advance(8 * MINUTE)
        qa.session.touched(qa.clock.now())
    assert code_of(perform(qa, new_person(qa, "LONG"))) == "session.none"


def test_signing_out_twice_writes_one_end_and_a_checkpoint(played: Stage, qa: Office) -> None:
    sign_out(qa)
    size = qa.tail.n
    assert reason_of_close(qa) == "user" and qa.tail.noted == size
    sign_out(qa)
    assert qa.tail.n == size
    assert isinstance(perform(qa, new_person(qa, "OUT")), Refused)


def test_the_whole_of_it_verifies(played: Stage) -> None:
    played.close()
    assert findings(played) == []
