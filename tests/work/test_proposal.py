"""What is shown before anybody types: the words, what they are about, and whether a reason is still to be given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.moment import instant_at
from app.domain.records import Void
from app.work.demo.stage import Stage, must
from app.work.proposal import propose
from tests.work.onstage import ADMIN, LEARNER, LEARNER_NUMBER, QA, READING, copied
from tests.work.seeing import code_of, entries, setting, signed_in

DAY = 86_400_000


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("proposal"))
    yield made
    made.close()


@pytest.mark.req("R-SIG-07", "R-SIG-08")
def test_it_tells_whom_what_and_what_follows(played: Stage) -> None:
    office = signed_in(played, LEARNER)
    told = must(propose(office, played.command(LEARNER_NUMBER, READING, "READ")))
    assert told.about is not None and (told.about.name, told.about.number) == ("Omkaar Barad", LEARNER_NUMBER)
    assert told.document is not None and (told.document.number, told.code) == ("SOP-0007", READING)
    assert told.document.file and told.document.size > 0 and told.document.effective < told.now.utc
    assert (told.place, told.completes, told.qualifies) == ((1, 1), True, True)
    assert told.signer.user == LEARNER and told.signer.roles == ("learner",) and told.earlier == ()
    assert "SOP-0007" in told.shown.meaning.text and told.reasons == () and not told.needs_reason


@pytest.mark.req("R-SIG-16")
def test_what_the_rules_refuse_is_told_before_anybody_types(played: Stage) -> None:
    office = signed_in(played, QA)
    command = played.command(LEARNER_NUMBER, READING, "READ")
    assert code_of(propose(office, command)) == "role.may_not"
    assert code_of(propose(office, replace(command, req="q_none"), played.cast.people[LEARNER]["uid"]))
    assert code_of(propose(signed_in(played, ADMIN), command)) == "role.may_not"


@pytest.mark.req("R-REC-11")
def test_a_late_one_asks_for_its_reason_instead_of_being_refused(played: Stage) -> None:
    office = signed_in(played, LEARNER)
    command = played.command(LEARNER_NUMBER, READING, "READ")
    then = instant_at(office.clock.now().instant.ms - 2 * DAY, played.cast.plan["zone"])
    told = must(propose(office, replace(command, done=then)))
    assert told.late and told.needs_reason and "LATE_PAPER" in told.reasons and told.done is not None
    assert told.done.ms == then.ms and then.utc in told.content
    tomorrow = replace(then, ms=then.ms + 3 * DAY)
    assert code_of(propose(office, replace(command, done=tomorrow))) == "time.future"


@pytest.mark.req("R-REC-12")
def test_voiding_shows_the_signatures_that_were_made_and_needs_a_reason(played: Stage) -> None:
    office = signed_in(played, QA)
    record = [one.ent.id for one in entries(office) if one.act == "record.sign"][-1]
    told = must(propose(office, Void(id=record, why=None)))
    assert told.needs_reason and not told.late and "DUPLICATE" in told.reasons
    assert [one.meaning for one in told.earlier] == ["TRAINED", "COMPETENT"]
    assert all(one.name and one.words for one in told.earlier) and not told.completes


def test_other_things_are_proposed_too(played: Stage) -> None:
    told = must(propose(signed_in(played, QA), setting("late_h", 30), source="-"))
    assert told.about is told.document is None and told.place == (1, 1) and '"late_h"' in told.content
