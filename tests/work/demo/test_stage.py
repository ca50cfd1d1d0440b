"""Where the demo's story is played: what does not end as it needs is never glossed over."""

from __future__ import annotations

import pytest

from app.base.faults import Fault
from app.base.words import Refused
from app.work.demo.stage import Stage, must, next_step, word_of
from tests.work.onstage import LEARNER_NUMBER, ON_THE_JOB, QA


def test_a_refusal_stops_the_story() -> None:
    with pytest.raises(Fault) as told:
        must(Refused("role.may_not"))
    assert (told.value.code, told.value.about) == ("demo.stopped", {"reason": "role.may_not"})
    assert must(5) == 5


def test_nothing_is_asked_of_a_closed_site(stage: Stage) -> None:
    with pytest.raises(Fault) as told:
        stage.file(LEARNER_NUMBER)
    assert told.value.about == {"reason": "closed"}
    stage.close()


def test_the_files_words_and_the_steps_of_one_record(stage: Stage) -> None:
    stage.enter(QA)
    file = stage.file(LEARNER_NUMBER)
    assert word_of(file, "RQ-0083") == "Qualified" and word_of(file, "RQ-9999") == "Not required"
    first = stage.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED")
    second = next_step(first, "COMPETENT")
    assert (second.id, second.pid, second.req, second.meaning) == (first.id, first.pid, first.req, "COMPETENT")
    stage.leave()
    stage.enter(QA)
