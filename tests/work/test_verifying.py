"""What a verification found holds the site until one finds nothing, whatever is done to the files beside the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.words import Refused
from app.proof.vault import slot_id
from app.work.demo.stage import Stage, must
from app.work.glance import NAME
from app.work.perform import perform
from app.work.unlock import Given
from app.work.verifying import Found, Verified, asked, keep_verified, last_verified, verify_beside
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, TRAINER

pytestmark = pytest.mark.req("R-AUD-08", "R-SIG-07")
BROKEN = Found(code="CHAIN_BREAK", severity="error", log="", seq=7, entity="", text="")


@pytest.fixture
def held(stage: Stage) -> Stage:
    """A site in which a verification found a broken chain; QA is in."""
    stage.enter(QA)
    keep_verified(stage.office, verified(stage))
    keep_verified(stage.office, verified(stage, BROKEN))
    return stage


def verified(stage: Stage, *found: Found) -> Verified:
    """An answer as if these were found."""
    now = stage.office.clock.now().instant
    return Verified(
        at=now, entries=9, signatures=0, checkpoints=0, receipts=0, seconds=0, trust="bundle", found=found
    )


def refused(stage: Stage) -> str:
    """The code by which the learner's signature is refused; empty when it is made."""
    answer = perform(stage.office, stage.command(LEARNER_NUMBER, READING, "READ"), stage.beside(LEARNER))
    return answer.code if isinstance(answer, Refused) else ""


def test_a_hold_outlives_the_period_and_asks_nobody(held: Stage) -> None:
    assert refused(held) == "site.held"
    held.leave()
    held.enter(QA)
    assert refused(held) == "site.held"
    told = last_verified(held.office)
    assert told is not None and told.errors == ("CHAIN_BREAK",) and told.entries == 9


def test_deleting_what_the_door_tells_frees_nothing(held: Stage) -> None:
    held.leave()
    (held.cast.folder / "site" / NAME).unlink()
    held.enter(QA)
    assert refused(held) == "site.held"
    told = last_verified(held.office)
    assert told is not None and told.errors == ("CHAIN_BREAK",)


def test_putting_back_what_the_door_told_before_frees_nothing(stage: Stage) -> None:
    glance: Path = stage.cast.folder / "site" / NAME
    stage.enter(QA)
    keep_verified(stage.office, verified(stage))
    sound = glance.read_bytes()
    keep_verified(stage.office, verified(stage, BROKEN))
    stage.leave()
    assert glance.read_bytes() != sound
    glance.write_bytes(sound)
    stage.enter(QA)
    assert refused(stage) == "site.held"


def test_a_verification_that_finds_nothing_sets_it_free(held: Stage) -> None:
    given = held.cast.typed(QA)
    answer = verify_beside(must(asked(held.office, given)), given)
    assert answer.errors == () and answer.entries > 3_000
    keep_verified(held.office, answer)
    held.leave()
    held.enter(QA)
    assert refused(held) == "" and held.office.held == ()


@pytest.mark.req("R-ACC-06")
def test_nobody_guesses_a_password_where_a_verification_asks_for_it(stage: Stage) -> None:
    office = stage.enter(QA)
    sid = slot_id(office.ds, TRAINER)
    for _ in range(5):
        answer = asked(office, Given(TRAINER, "not the one", ""))
        assert isinstance(answer, Refused) and answer.code == "login.failed"
    assert office.gate.wait_ms(sid, office.clock.now()) > 0
    right = asked(office, stage.cast.typed(TRAINER))
    assert isinstance(right, Refused) and right.code == "login.wait"
