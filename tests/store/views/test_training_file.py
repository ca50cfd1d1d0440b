"""A person's training file as a view: everything that is held, as known at an instant."""

from __future__ import annotations

import pytest

from app.base.codec import unpack
from app.base.moment import Instant
from app.base.say import say
from app.domain.records import Void
from app.domain.reports import PersonFile
from app.store import history
from app.store.views.training_file import training_file
from app.work.demo.stage import Stage, must
from app.work.perform import perform
from tests.work.onstage import LEARNER_NUMBER


def view(stage: Stage, number: str = LEARNER_NUMBER, known_at: Instant | None = None) -> PersonFile | None:
    now, (pid, _) = stage.office.clock.now().instant, stage.person(number)
    with stage.office.store.read() as tx:
        return training_file(tx, pid, stage.office.ring, at=now, known_at=known_at or now, now=now)


@pytest.mark.req("R-REP-01")
def test_the_file_tells_who_the_person_is_and_what_is_asked(stage: Stage):
    file = view(stage)
    assert file is not None
    assert (file.name, file.number, file.dept, file.title) == (
        "Omkaar Barad",
        LEARNER_NUMBER,
        "FIL",
        "Filling Operator",
    )
    assert [job.code for job in file.jobs] == ["FIL-OP"]
    assert [course.code for course in file.courses][:2] == ["CUR-FILL", "CUR-FILL1"]
    asked = {line.code: line.verdict for line in stage.file(LEARNER_NUMBER).lines}
    assert {duty.code: duty.verdict for duty in file.duties} == asked


def test_the_seal_of_a_record_is_the_one_in_its_newest_entry(stage: Stage):
    file = view(stage)
    assert file is not None and len(file.proofs) == 2
    for proof in file.proofs:
        with stage.office.store.read() as tx:
            b = history.one(tx, *proof.places[-1])
        assert b is not None and unpack(b)["post"] == proof.post
        assert proof.counts and (proof.number, proof.ver) == ("SOP-0047", "3.0")


def test_a_native_name_is_in_it(stage: Stage):
    file = view(stage, "HB10001")
    assert file is not None and file.native.startswith("\u0637") and file.proofs == ()


@pytest.mark.req("R-REC-02", "R-SIG-08")
def test_a_void_record_stays_in_the_file_with_the_signature_that_voided_it(stage: Stage):
    before = stage.office.clock.now().instant
    file = view(stage)
    assert file is not None
    void = Void(id=file.proofs[0].id, why="WRONG_PERSON")
    must(perform(stage.office, void, stage.signer()))
    after, known = view(stage), view(stage, known_at=before)
    assert after is not None and known is not None
    proof = after.proofs[0]
    assert proof.void and not proof.counts and proof.verdict.record is None
    assert [one.meaning for one in proof.signed] == ["READ", "VOIDED"]
    assert proof.signed[-1].why == say("why.WRONG_PERSON") != "WRONG_PERSON"
    assert not known.proofs[0].void and [one.meaning for one in known.proofs[0].signed] == ["READ"]


def test_nobody_has_a_file_before_anybody_knew_the_person(stage: Stage):
    now = stage.office.clock.now().instant
    assert view(stage, known_at=Instant(ms=now.ms - 10**9)) is None
