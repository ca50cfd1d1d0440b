"""Who may see whose training, and every answer as known at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.moment import Instant
from app.base.words import Refused
from app.domain.status import Gate, meets
from app.work.ask import File, find_person, may, training_of
from app.work.demo.stage import Stage, next_step
from app.work.office import Office
from app.work.perform import perform
from tests.work.onstage import ADMIN, LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING, TRAINER, copied
from tests.work.seeing import code_of, done, signed_in

OTHER = "HB10001"


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("ask"))
    yield made
    made.close()


@pytest.fixture
def trainer(played: Stage) -> Office:
    """The trainer is signed in."""
    return signed_in(played, TRAINER)


def word(office: Office, code: str, known_at: Instant | None = None) -> str:
    """The learner's status on one requirement."""
    file = training_of(office, LEARNER_NUMBER, None, known_at)
    assert isinstance(file, File)
    return next(line.verdict.word for line in file.lines if line.code == code)


def test_what_is_known_now_was_not_known_before_it_was_signed(played: Stage, trainer: Office) -> None:
    reading = played.command(LEARNER_NUMBER, READING, "READ")
    assert done(perform(trainer, reading, played.beside(LEARNER))) == 1
    before, then = word(trainer, ON_THE_JOB), trainer.clock.now().instant
    played.cast.clock.advance(1000)
    trained = played.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED")
    assert done(perform(trainer, trained, played.beside(LEARNER))) == 1
    between = trainer.clock.now().instant
    played.cast.clock.advance(1000)
    assert done(perform(trainer, next_step(trained, "COMPETENT"), played.signer())) == 1
    assert word(trainer, ON_THE_JOB) == "Qualified" != before
    assert word(trainer, ON_THE_JOB, then) == before
    assert word(trainer, ON_THE_JOB, between) != "Qualified"


def test_before_anybody_knew_a_person_there_is_none(trainer: Office) -> None:
    old = Instant(ms=1_000_000_000_000, off="+02:00", zone="Europe/Amsterdam")
    assert code_of(training_of(trainer, LEARNER_NUMBER, None, old)) == "person.unknown"


@pytest.mark.req("R-ACC-21")
def test_a_learner_sees_the_own_file_only(played: Stage) -> None:
    office = signed_in(played, LEARNER)
    own = training_of(office, LEARNER_NUMBER, None, None)
    assert isinstance(own, File) and own.number == LEARNER_NUMBER and own.lines
    assert code_of(training_of(office, OTHER, None, None)) == "scope.outside"
    assert code_of(may(office, OTHER, (ON_THE_JOB,), None)) == "scope.outside"


@pytest.mark.req("R-ACC-21")
def test_an_administrator_sees_nobodys_training_and_a_trainer_the_own_department(
    played: Stage, trainer: Office
) -> None:
    assert isinstance(training_of(trainer, LEARNER_NUMBER, None, None), File)
    assert code_of(training_of(trainer, OTHER, None, None)) == "scope.outside"
    office = signed_in(played, ADMIN)
    assert code_of(training_of(office, LEARNER_NUMBER, None, None)) == "scope.outside"


def test_people_are_found_by_number_or_id_and_never_by_half_a_number(played: Stage) -> None:
    office = signed_in(played, QA)
    row = find_person(office, OTHER)
    assert not isinstance(row, Refused)
    assert find_person(office, str(row["id"])) == row
    assert code_of(find_person(office, OTHER[:-1])) == "person.unknown"
    assert code_of(find_person(office, "Li")) == "person.unknown"


@pytest.mark.req("T-17")
def test_a_gate_says_yes_only_if_every_requirement_counts(played: Stage) -> None:
    office = signed_in(played, QA)
    gate = may(office, LEARNER_NUMBER, ("RQ-0081", "RQ-0083"), None)
    assert isinstance(gate, Gate) and gate.go and [code for code, _ in gate.items] == ["RQ-0081", "RQ-0083"]
    both = may(office, LEARNER_NUMBER, ("RQ-0081", "RQ-0001"), None)
    assert isinstance(both, Gate) and not both.go and not meets(both.items[1][1].word)
    assert code_of(may(office, LEARNER_NUMBER, ("RQ-0081", "RQ-9999"), None)) == "requirement.unknown"


@pytest.mark.req("T-17")
def test_a_curriculum_stands_for_its_requirements_in_their_order(played: Stage) -> None:
    office = signed_in(played, QA)
    gate = may(office, LEARNER_NUMBER, ("CUR-SITE",), None)
    assert isinstance(gate, Gate) and not gate.go
    codes = [code for code, _ in gate.items]
    assert codes[:2] == ["RQ-0001", "RQ-0002"] and len(codes) > 2 and len(set(codes)) == len(codes)
    mixed = may(office, LEARNER_NUMBER, ("RQ-0002", "CUR-SITE"), None)
    assert isinstance(mixed, Gate) and sorted(code for code, _ in mixed.items) == sorted(codes)


def test_nobody_is_told_anything_without_a_session(played: Stage) -> None:
    office = signed_in(played, QA)
    session, office.session = office.session, None
    assert code_of(training_of(office, LEARNER_NUMBER, None, None)) == "session.none"
    office.session = session
