"""The steps of a record: order, ends, and sides by person."""

import pytest

from app.base.words import Refused
from app.domain import steps

OJT = {"id": "r_1", "pid": "p_ann", "kind": "ojt", "needs": "learner trainer qa"}
LEARNED = {**OJT, "learned": "t1", "learned_by": "u_1"}
TAUGHT = {**LEARNED, "taught": "t2", "taught_by": "u_2"}
JUDGED = {**TAUGHT, "verdict": "COMPETENT"}
DONE = {**JUDGED, "decided": "t3", "decided_by": "u_3", "decision": "APPROVED"}


@pytest.mark.req("R-REC-02", "E-06")
@pytest.mark.parametrize(
    ("record", "meaning", "answer"),
    [
        (OJT, "TRAINED", "learner"),
        (OJT, "COMPETENT", ("record.out_of_order", "learner")),
        (OJT, "APPROVED", ("record.out_of_order", "learner")),
        (LEARNED, "TRAINED", ("record.already_signed", None)),
        (LEARNED, "TAUGHT", "trainer"),
        (LEARNED, "NOT_YET", "trainer"),
        (LEARNED, "REJECTED", ("record.out_of_order", "trainer")),
        (TAUGHT, "TAUGHT", ("record.already_signed", None)),
        (TAUGHT, "COMPETENT", "trainer"),
        (TAUGHT, "APPROVED", ("record.out_of_order", "trainer")),
        (JUDGED, "NOT_YET", ("record.already_signed", None)),
        (JUDGED, "REVIEWED", "qa"),
        (DONE, "REJECTED", ("record.already_signed", None)),
        (OJT, "READ", ("record.other_meaning", None)),
        (OJT, "WITNESSED", ("record.other_meaning", None)),
        (OJT, "NONSENSE", ("record.other_meaning", None)),
        ({**OJT, "needs": "learner trainer"}, "APPROVED", ("record.step_not_needed", None)),
    ],
)
def test_a_meaning_signs_the_next_step_or_is_refused(record, meaning, answer):
    found = steps.next_step(record, meaning)
    if isinstance(answer, str):
        assert found == answer
    else:
        assert isinstance(found, Refused)
        assert (found.code, found.about.get("missing")) == answer


@pytest.mark.parametrize(
    ("record", "complete", "missing"),
    [
        (OJT, False, ["learner", "trainer", "qa"]),
        (TAUGHT, False, ["trainer", "qa"]),
        (DONE, True, []),
        ({**LEARNED, "verdict": "NOT_YET"}, False, []),
        ({**DONE, "decision": "REJECTED"}, False, []),
        ({**DONE, "void": 1}, False, []),
        ({"id": "r_2", "grade": "D"}, True, []),
    ],
)
def test_only_a_record_with_every_step_and_no_no_is_complete(record, complete, missing):
    assert steps.complete(record) is complete
    assert steps.missing(record) == missing


def test_qa_is_a_step_only_where_the_site_says_so():
    assert steps.needs({"kind": "read"}, qa_approves=False) == "learner"
    assert steps.needs({"kind": "ojt"}, qa_approves=True) == "learner trainer qa"
    assert steps.needs({"kind": "quiz"}, qa_approves=True) is None


@pytest.mark.req("R-SIG-14", "R-SIG-16", "E-06")
@pytest.mark.parametrize(
    ("signer", "meaning", "signed", "code"),
    [
        ("p_ann", "TRAINED", {}, None),
        ("p_bob", "TRAINED", {}, "signer.not_learner"),
        ("p_ann", "COMPETENT", {}, "signer.own_record"),
        ("p_ann", "VOIDED", {}, "signer.own_record"),
        ("p_bob", "COMPETENT", {}, None),
        ("p_bob", "APPROVED", {"trainer": {"p_bob"}}, "signer.is_other_side"),
        ("p_bob", "VOIDED", {"trainer": {"p_bob"}}, "signer.is_other_side"),
        ("p_bob", "COMPETENT", {"decision": {"p_bob"}}, "signer.is_other_side"),
        ("p_bob", "COMPETENT", {"trainer": {"p_eve"}}, "signer.not_the_same"),
        ("p_bob", "VOIDED", {"decision": {"p_eve"}}, None),
    ],
)
def test_nobody_stands_on_two_sides(signer, meaning, signed, code):
    found = steps.sides_apart("p_ann", signer, meaning, {side: frozenset(who) for side, who in signed.items()})
    assert (None if found is None else found.code) == code


def test_the_performed_time_is_the_one_recorded():
    record = {"done": "2026-03-01T23:30:00.000Z", "done_off": "+01:00", "done_zone": "Europe/Amsterdam"}
    done = steps.performed(record)
    assert done is not None
    assert (done.day, done.utc) == ("2026-03-02", record["done"])
    assert steps.performed({}) is None
