"""What the next signing asks for, and the sentence's facts (decisions 12, 32)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.work.asks import asks_of, code_wait_ms
from app.work.demo.stage import Stage
from app.work.perform import perform
from tests.work.onstage import QA, copied
from tests.work.seeing import done, setting


@pytest.fixture
def played(demo_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    """A copy for each test."""
    made = copied(demo_dir, tmp_path)
    yield made
    made.close()


@pytest.mark.req("R-SIG-01", "R-SIG-02")
def test_the_first_asks_for_all_since_the_sign_in_and_the_next_tells_of_the_last(played: Stage) -> None:
    office = played.enter(QA)
    began = office.clock.now().instant
    first = asks_of(office, beside=False)
    assert (first.full, first.why, first.idle_min) == (True, "first", 10)
    assert first.since is not None and abs(first.since.ms - began.ms) < 2_000
    assert done(perform(office, setting("late_h", 30), played.signer())) == 1
    signed = office.clock.now().instant
    played.cast.clock.advance(90_000)
    then = asks_of(office, beside=False)
    assert (then.full, then.why) == (False, "again")
    assert then.since is not None and abs(then.since.ms - signed.ms) < 2_000


@pytest.mark.req("R-SIG-03")
def test_after_a_doubt_all_is_asked_and_said(played: Stage) -> None:
    office = played.enter(QA)
    assert done(perform(office, setting("late_h", 30), played.signer())) == 1
    played.cast.clock.shift += 3_600_000
    played.cast.clock.start += 3_600_000
    office.read_clock()
    assert (asks_of(office, beside=False).full, asks_of(office, beside=False).why) == (True, "doubt")


@pytest.mark.req("R-SIG-01")
def test_where_the_site_counts_the_sign_in_the_password_is_enough(played: Stage) -> None:
    office = played.enter(QA)
    assert done(perform(office, setting("login_first", 1), played.signer())) == 1
    played.leave()
    told = asks_of(played.enter(QA), beside=False)
    assert (told.full, told.why) == (False, "login_first")


@pytest.mark.req("R-SIG-04")
def test_a_second_person_always_gives_all(played: Stage) -> None:
    assert asks_of(played.enter(QA), beside=True).why == "beside"


def test_the_code_of_the_sign_in_is_waited_out(played: Stage) -> None:
    office = played.enter(QA)
    left = code_wait_ms(office)
    assert 0 < left <= 30_000
    played.cast.clock.advance(left)
    assert code_wait_ms(office) == 0
