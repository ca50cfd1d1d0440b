"""A person's file on the screen: the one that is printed, and what it releases the person for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.verdicts import WORDS, meets
from app.store.views.training_file import training_file
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.perform import perform
from app.work.period import sign_out
from app.work.person import PersonShown, person_file
from app.work.unread import Seen
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, copied
from tests.work.seeing import code_of, done, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("person"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def shown(office: Office, *when: object) -> PersonShown:
    """The learner's file; a refusal fails the test."""
    answer = person_file(office, LEARNER_NUMBER, *when)  # type: ignore[arg-type]
    assert isinstance(answer, PersonShown), answer
    return answer


def test_it_is_the_file_that_is_printed(qa: Office) -> None:
    now, held = qa.clock.now().instant, shown(qa)
    pid = held.file.pid
    with qa.store.read() as tx:
        printed = training_file(tx, pid, Seen(qa), at=now, known_at=now, now=now)
    assert printed is not None and printed.duties == held.file.duties and printed.proofs == held.file.proofs
    by_id = person_file(qa, pid)
    assert isinstance(by_id, PersonShown) and by_id.released == held.released


@pytest.mark.req("R-REC-05")
def test_each_curriculum_is_met_as_its_requirements_are(qa: Office) -> None:
    held = shown(qa)
    assert [one.code for one in held.released] == [one.code for one in held.file.courses]
    for one in held.released:
        verdicts = {duty.code: duty.verdict for duty in held.file.duties if duty.curriculum == one.code}
        words = [verdict.word for verdict in verdicts.values()]
        assert (one.of, one.met) == (len(words), sum(map(meets, words)))
        assert one.ok == all(map(meets, words)) and one.worst == min(words, key=WORDS.index)
        assert one.ok or verdicts[one.blocks].word == one.worst


@pytest.mark.req("R-REC-05")
def test_a_signature_counts_from_when_it_was_made(played: Stage, qa: Office) -> None:
    early, before = qa.clock.now().instant, shown(qa)
    done(perform(qa, played.command(LEARNER_NUMBER, READING, "READ"), played.beside(LEARNER)))
    after = shown(qa)
    assert sum(one.met for one in after.released) == sum(one.met for one in before.released) + 1
    assert shown(qa, early).released == before.released
    assert shown(qa, None, early).released == before.released


@pytest.mark.req("R-PRV-02")
def test_a_learner_opens_the_own_file_alone(played: Stage, qa: Office) -> None:
    assert not shown(qa).own and code_of(person_file(qa, "HB99999")) == "person.unknown"
    learner = signed_in(played, LEARNER)
    assert shown(learner).own
    assert code_of(person_file(learner, "HB10001")) == "scope.outside"
    sign_out(learner)
    assert code_of(person_file(learner, LEARNER_NUMBER)) == "session.none"
