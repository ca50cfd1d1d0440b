"""What may be begun and what comes next: read for the window, decided by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.words import Refused
from app.work.begin import Beginning, Next, Start, beginning, may_void, new_record, next_of, standing_of
from app.work.demo.stage import Stage, must
from app.work.office import Office
from app.work.perform import perform
from tests.work.onstage import ADMIN, LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING, TRAINER, copied
from tests.work.seeing import code_of, done, entries, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("begin"))
    yield made
    made.close()


def start_of(begun: Beginning, code: str) -> Start:
    """The one with this code."""
    return next(one for one in begun.starts if one.code == code)


def begun(stage: Stage, office: Office, code: str) -> str:
    """A record that the trainee has signed."""
    told = must(beginning(office, LEARNER_NUMBER))
    command = new_record(office, start_of(told, code), told.person.pid, done=None, doc="", comment="", why="")
    assert done(perform(office, command, stage.beside(LEARNER))) == 1
    return command.id


def test_what_may_be_begun_is_what_the_jobs_ask_for_and_has_such_a_record(played: Stage) -> None:
    told = must(beginning(signed_in(played, QA), LEARNER_NUMBER))
    assert told.person.name == "Omkaar Barad" and not told.own and told.late_h == 24
    kinds = {one.kind for one in told.starts}
    assert kinds == {"read", "ojt"} and len(told.starts) == len({one.code for one in told.starts}) > 50
    first = start_of(told, READING)
    assert first.word == "Overdue" and first.versions[0].number == "SOP-0007" and first.open == ""


@pytest.mark.req("R-REC-04")
def test_the_version_in_force_comes_first_and_approved_ones_after_it(played: Stage) -> None:
    told = must(beginning(signed_in(played, QA), LEARNER_NUMBER))
    several = [one for one in told.starts if len(one.versions) > 1]
    now = told.now.utc
    assert all(one.versions[0].effective <= now < one.versions[1].effective for one in several)


@pytest.mark.req("R-REC-02")
def test_what_its_trainee_cannot_sign_says_why_and_comes_last(played: Stage) -> None:
    told = must(beginning(signed_in(played, QA), LEARNER_NUMBER))
    stopped = [one.why_not is not None for one in told.starts]
    assert stopped == sorted(stopped) and not all(stopped)
    reasons = {one.why_not.code for one in told.starts if one.why_not is not None}
    assert reasons == {"document.no_file", "requirement.locked"}
    assert start_of(told, READING).why_not is None


def test_whoever_has_no_account_here_can_sign_nothing(played: Stage) -> None:
    told = must(beginning(signed_in(played, QA), "HB10001"))
    assert told.person.uid == "" and told.starts
    assert all(one.why_not == Refused("signing.nobody") for one in told.starts)


@pytest.mark.req("R-SIG-16")
def test_after_the_trainee_the_trainer_is_next_and_is_named(played: Stage) -> None:
    office = signed_in(played, QA)
    begun(played, office, READING)
    record = begun(played, office, ON_THE_JOB)
    told = next_of(office, record)
    assert isinstance(told, Next) and (told.step, told.command.meaning, told.me) == (
        "trainer",
        "COMPETENT",
        False,
    )
    assert isinstance(told.why_not, Refused) and told.why_not.code == "role.may_not"
    assert [one.name for one in told.others] == ["Jennifer van der Wal"] and told.others[0].user == TRAINER
    trainer = next_of(signed_in(played, TRAINER), record)
    assert isinstance(trainer, Next) and trainer.me and trainer.why_not is None and trainer.others == ()


@pytest.mark.req("R-SIG-14")
def test_the_trainee_is_told_why_it_is_somebody_elses_turn(played: Stage) -> None:
    office = signed_in(played, QA)
    open_one = next(one.open for one in must(beginning(office, LEARNER_NUMBER)).starts if one.open)
    told = next_of(signed_in(played, LEARNER), open_one)
    assert isinstance(told, Next) and not told.me and told.why_not is not None


def test_a_complete_record_has_no_next_step_and_an_unknown_one_is_refused(played: Stage) -> None:
    office = signed_in(played, QA)
    assert code_of(next_of(office, "r_none")) == code_of(standing_of(office, "r_none")) == "record.unknown"


@pytest.mark.req("R-ACC-06")
def test_who_may_not_see_the_person_is_told_nothing_of_the_record(played: Stage) -> None:
    office = signed_in(played, QA)
    open_one = next(one.open for one in must(beginning(office, LEARNER_NUMBER)).starts if one.open)
    admin = signed_in(played, ADMIN)
    answers = (beginning(admin, LEARNER_NUMBER), next_of(admin, open_one), standing_of(admin, open_one))
    assert [code_of(one) for one in answers] == ["scope.outside"] * 3


def test_a_record_tells_what_it_says(played: Stage) -> None:
    office = signed_in(played, QA)
    open_one = next(one.open for one in must(beginning(office, LEARNER_NUMBER)).starts if one.open)
    told = must(standing_of(office, open_one))
    assert told.person.number == LEARNER_NUMBER and told.document is not None and told.done is not None
    assert told.open == ("trainer",) and not told.void


@pytest.mark.req("R-REC-12")
def test_qa_may_declare_a_record_void_and_a_trainer_may_not(played: Stage) -> None:
    office = signed_in(played, QA)
    open_one = [one.ent.id for one in entries(office) if one.act == "record.sign"][-1]
    assert may_void(office, open_one) is True and code_of(may_void(office, "r_none")) == "record.unknown"
    assert may_void(signed_in(played, TRAINER), open_one) is False
