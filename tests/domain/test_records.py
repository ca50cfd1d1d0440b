"""Training records: what can be signed, by whom, when; attacks on order, sides and time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.moment import Instant, instant_at, utc_ms
from app.base.words import Personal, Refused
from app.domain import wire
from app.domain.records import Facts, SignedOff, SignOff, Void, decide
from app.domain.steps import COLUMNS
from app.domain.who import Who

ZONE = "Europe/Amsterdam"


def at(text: str) -> Instant:
    return instant_at(utc_ms(f"{text}:00.000Z"), ZONE)


NOW = at("2026-11-20T13:30")
ANN = {"id": "p_ann", "dept": "Filling"}
READING = {"id": "q_read", "kind": "read", "number": "SOP-1", "recurrence": "none"}
ON_THE_JOB = {
    "id": "q_ojt",
    "kind": "ojt",
    "number": "SOP-1",
    "recurrence": "relative",
    "every": 24,
    "early": 60,
}
V6 = {
    "id": "d_6",
    "number": "SOP-1",
    "ver": "6.0",
    "approved": "2026-01-10",
    "effective": "2026-01-31T23:00:00.000Z",
    "sha256": "ab",
    "file_j": {"k": "p_site.1"},
}
V7 = {**V6, "id": "d_7", "ver": "7.0", "approved": "2026-11-09", "effective": "2026-12-06T23:00:00.000Z"}
PERSONS = {"u_ann": "p_ann", "u_bob": "p_bob", "u_bob2": "p_bob", "u_eve": "p_eve", "u_kim": "p_kim"}


def who(uid: str = "u_ann") -> Who:
    return Who(uid=uid, pid=PERSONS[uid], role="learner", lvl="full", sess=None)


def facts(**over) -> Facts:
    known = {
        "person": ANN,
        "requirement": READING,
        "document": V6,
        "record": None,
        "signed": {},
        "previous": (),
        "after": None,
        "trainer_qualified": True,
        "trainer_reason": "record.valid",
        "late_h": 24,
        "qa_approves": False,
        "clock_doubt": False,
    }
    return Facts(**{**known, **over})


def sign(meaning: str = "READ", **over) -> SignOff:
    return SignOff(**{"id": "r_1", "pid": "p_ann", "req": "q_read", "meaning": meaning, **over})


def row_after(record, change: SignedOff):
    """The row as the store would hold it; sealing is the identity here."""
    chg = wire.difference(record, wire.columns(change), lambda column, envelope: None)
    return wire.apply(record, change.id, chg)


def step(known: Facts, meaning: str, uid: str, now: Instant = NOW, **over) -> Facts:
    """Sign one step that must be accepted; the facts as they are then."""
    answer = decide(sign(meaning, req=known.requirement["id"], **over), known, who(uid), now)
    assert not isinstance(answer, Refused), answer
    side = {"READ": "learner", "TRAINED": "learner", "APPROVED": "decision", "REJECTED": "decision"}.get(
        meaning, "trainer"
    )
    signed = {**known.signed, side: known.signed.get(side, frozenset()) | {PERSONS[uid]}}
    over_facts = {name: getattr(known, name) for name in known.__struct_fields__}
    return Facts(**{**over_facts, "record": row_after(known.record, answer[0]), "signed": signed})


def refusal(command, known: Facts, uid: str = "u_ann", now: Instant = NOW) -> str:
    answer = decide(command, known, who(uid), now)
    assert isinstance(answer, Refused), answer
    return answer.code


def test_reading_is_complete_with_the_trainees_signature():
    known = step(facts(), "READ", "u_ann", done=at("2026-11-20T13:00"))
    assert known.record == {
        "id": "r_1",
        "pid": "p_ann",
        "req": "q_read",
        "doc": "d_6",
        "kind": "read",
        "needs": "learner",
        "dept": "Filling",
        "done": "2026-11-20T13:00:00.000Z",
        "done_off": "+01:00",
        "done_zone": ZONE,
        "learned": NOW.utc,
        "learned_by": "u_ann",
        "grade": "A",
        "valid_from": "2026-11-20",
    }


@pytest.mark.req("R-REC-02", "R-SIG-16", "E-06")
def test_on_the_job_training_goes_trainee_trainer_qa_and_ends_with_a_validity():
    known = facts(requirement=ON_THE_JOB, qa_approves=True)
    known = step(known, "TRAINED", "u_ann")
    known = step(known, "TAUGHT", "u_bob")
    known = step(known, "COMPETENT", "u_bob")
    assert "valid_from" not in known.record
    known = step(known, "APPROVED", "u_kim")
    assert known.record["valid_from"] == "2026-11-20"
    assert known.record["valid_to"] == "2028-11-20"


@pytest.mark.req("R-SIG-16", "E-06")
def test_a_trainer_can_not_sign_before_the_trainee_and_is_told_which_step_is_missing():
    answer = decide(sign("COMPETENT", req="q_ojt"), facts(requirement=ON_THE_JOB), who("u_bob"), NOW)
    assert answer == Refused("record.out_of_order", {"step": "trainer", "missing": "learner"})


@pytest.mark.req("R-SIG-14", "E-06")
def test_a_trainer_can_not_countersign_their_own_training_from_any_account():
    record = {
        "id": "r_1",
        "pid": "p_bob",
        "req": "q_ojt",
        "kind": "ojt",
        "needs": "learner trainer",
        "doc": "d_6",
    }
    record |= {
        "learned": NOW.utc,
        "learned_by": "u_bob",
        "done": NOW.utc,
        "done_off": "+01:00",
        "done_zone": ZONE,
    }
    known = facts(
        requirement=ON_THE_JOB,
        person={"id": "p_bob"},
        record=record,
        signed={"learner": frozenset({"p_bob"})},
    )
    for uid in ("u_bob", "u_bob2"):
        assert refusal(sign("COMPETENT", req="q_ojt"), known, uid) == "signer.own_record"


@pytest.mark.req("R-SIG-15", "E-06")
def test_the_trainer_can_not_approve_from_a_second_account():
    known = facts(requirement=ON_THE_JOB, qa_approves=True)
    known = step(step(known, "TRAINED", "u_ann"), "COMPETENT", "u_bob")
    assert refusal(sign("APPROVED", req="q_ojt"), known, "u_bob2") == "signer.is_other_side"
    assert refusal(Void(id="r_1", why="WRONG"), known, "u_bob2") == "signer.is_other_side"


@pytest.mark.req("R-SIG-16")
def test_nobody_signs_for_the_trainee():
    assert refusal(sign(), facts(), "u_bob") == "signer.not_learner"


@pytest.mark.req("R-REC-03", "T-16")
def test_a_trainer_who_was_not_qualified_then_is_refused_with_the_reason():
    known = step(facts(requirement=ON_THE_JOB), "TRAINED", "u_ann")
    lapsed = Facts(
        **{n: getattr(known, n) for n in known.__struct_fields__}
        | {"trainer_qualified": False, "trainer_reason": "x"}
    )
    answer = decide(sign("COMPETENT", req="q_ojt"), lapsed, who("u_bob"), NOW)
    assert answer == Refused("signer.not_qualified", {"reason": "x"})


@pytest.mark.req("R-REC-04", "T-07")
@pytest.mark.parametrize(
    ("document", "done", "code"),
    [
        (None, "2026-11-20T13:00", "document.not_in_force"),
        ({**V6, "number": "SOP-2"}, "2026-11-20T13:00", "document.not_in_force"),
        ({**V6, "ended": "2026-11-20T12:59:00.000Z"}, "2026-11-20T13:00", "document.not_in_force"),
        ({**V7, "approved": "2026-11-21"}, "2026-11-20T13:00", "document.not_in_force"),
        (
            {key: value for key, value in V6.items() if key != "approved"},
            "2026-11-20T13:00",
            "document.not_in_force",
        ),
        ({**V6, "file_j": None}, "2026-11-20T13:00", "document.no_file"),
        ({**V6, "sha256": None}, "2026-11-20T13:00", "document.no_file"),
    ],
)
def test_reading_needs_the_right_version_and_its_file(document, done, code):
    assert refusal(sign(done=at(done)), facts(document=document)) == code


@pytest.mark.req("T-07")
def test_a_version_that_is_approved_can_be_trained_in_advance():
    assert step(facts(document=V7), "READ", "u_ann").record["doc"] == "d_7"


def test_a_record_stays_with_the_version_that_it_began_with():
    known = step(facts(requirement=ON_THE_JOB), "TRAINED", "u_ann")
    other = Facts(**{n: getattr(known, n) for n in known.__struct_fields__} | {"document": V7})
    assert refusal(sign("COMPETENT", req="q_ojt"), other, "u_bob") == "document.not_in_force"


@pytest.mark.req("R-REC-11")
def test_time_can_not_lie_ahead_and_lateness_needs_a_reason():
    assert refusal(sign(done=at("2026-11-20T13:31")), facts()) == "time.future"
    assert refusal(sign(done=at("2026-11-19T13:29")), facts()) == "late.reason_missing"
    step(facts(), "READ", "u_ann", done=at("2026-11-19T13:30"))
    late = step(facts(), "READ", "u_ann", done=at("2026-11-13T10:00"), why="PAPER")
    assert late.record["done"] == "2026-11-13T10:00:00.000Z"
    assert late.record["learned"] == NOW.utc


@pytest.mark.req("R-REC-11")
def test_a_trainer_who_signs_late_gives_a_reason_and_qa_who_decides_later_does_not():
    known = step(facts(requirement=ON_THE_JOB, qa_approves=True), "TRAINED", "u_ann")
    later = at("2026-11-25T08:00")
    assert refusal(sign("COMPETENT", req="q_ojt"), known, "u_bob", later) == "late.reason_missing"
    known = step(known, "COMPETENT", "u_bob", now=later, why="NIGHT_SHIFT")
    step(known, "APPROVED", "u_kim", now=at("2026-11-30T08:00"))


def test_the_performed_time_is_told_once():
    known = step(facts(requirement=ON_THE_JOB), "TRAINED", "u_ann")
    assert (
        refusal(sign("COMPETENT", req="q_ojt", done=at("2026-11-20T09:00")), known, "u_bob")
        == "record.done_fixed"
    )


@pytest.mark.req("R-REC-09")
def test_not_yet_needs_a_reason_and_ends_the_attempt():
    known = step(facts(requirement=ON_THE_JOB), "TRAINED", "u_ann")
    assert refusal(sign("NOT_YET", req="q_ojt"), known, "u_bob") == "why.missing"
    known = step(known, "NOT_YET", "u_bob", why="REPEAT")
    assert "valid_from" not in known.record
    for meaning, uid in (("COMPETENT", "u_bob"), ("COMPETENT", "u_eve"), ("TRAINED", "u_ann")):
        assert refusal(sign(meaning, req="q_ojt"), known, uid) == "record.ended"
    step(facts(requirement=ON_THE_JOB, previous=(known.record,)), "TRAINED", "u_ann")


@pytest.mark.req("R-REC-12")
def test_voiding_changes_nothing_but_the_void_mark():
    known = step(facts(), "READ", "u_ann")
    assert decide(Void(id="r_1", why="WRONG"), known, who("u_kim"), NOW) == (SignedOff(id="r_1", void=1),)
    assert refusal(Void(id="r_1", why=None), known, "u_kim") == "why.missing"
    assert refusal(Void(id="r_1", why="WRONG"), known, "u_ann") == "signer.own_record"
    assert refusal(Void(id="r_9", why="WRONG"), facts(), "u_kim") == "record.unknown"


@pytest.mark.req("R-REC-12")
def test_a_void_record_takes_no_signature_and_is_not_voided_twice():
    known = facts(record={**step(facts(), "READ", "u_ann").record, "void": 1})
    assert refusal(Void(id="r_1", why="WRONG"), known, "u_kim") == "record.void"
    assert refusal(sign(), known) == "record.void"


def test_a_record_can_not_be_signed_as_if_it_were_somebody_elses():
    record = {**step(facts(), "READ", "u_ann").record, "pid": "p_eve"}
    assert refusal(sign(), facts(record=record)) == "record.other_subject"


def test_a_second_record_does_not_begin_while_one_is_open():
    begun = step(facts(requirement=ON_THE_JOB), "TRAINED", "u_ann").record
    assert (
        refusal(sign("TRAINED", id="r_2", req="q_ojt"), facts(requirement=ON_THE_JOB, previous=(begun,)))
        == "record.open_already"
    )


@pytest.mark.req("T-03")
def test_a_requirement_that_waits_for_another_is_locked():
    assert decide(sign(), facts(after="RQ-7"), who(), NOW) == Refused("requirement.locked", {"after": "RQ-7"})


def test_kinds_without_such_a_record_and_people_who_left_are_refused():
    assert refusal(sign(), facts(requirement={**READING, "kind": "quiz"})) == "requirement.other_kind"
    assert refusal(sign(), facts(person={**ANN, "gone": "2026-11-19"})) == "person.gone"


def test_a_comment_is_personal_and_is_not_overwritten():
    answer = decide(sign(comment="slow but sure"), facts(), who(), NOW)
    assert not isinstance(answer, Refused)
    assert answer[0].comment == Personal("p_ann", "slow but sure")
    known = step(facts(requirement=ON_THE_JOB), "TRAINED", "u_ann", comment="first")
    assert refusal(sign("COMPETENT", req="q_ojt", comment="second"), known, "u_bob") == "record.comment_taken"


def test_a_clock_in_doubt_lowers_the_grade_for_good():
    known = step(facts(requirement=ON_THE_JOB, clock_doubt=True), "TRAINED", "u_ann")
    sure = Facts(**{n: getattr(known, n) for n in known.__struct_fields__} | {"clock_doubt": False})
    assert step(sure, "COMPETENT", "u_bob").record["grade"] == "B"


@pytest.mark.req("T-10")
def test_a_repeat_within_the_early_window_keeps_its_day():
    before = {"id": "r_0", "needs": "", "valid_to": "2026-12-31", "doc": "d_6"}
    known = step(facts(requirement=ON_THE_JOB, previous=(before,)), "TRAINED", "u_ann")
    assert step(known, "COMPETENT", "u_bob").record["valid_to"] == "2028-12-31"


MEANINGS = [
    "READ",
    "TRAINED",
    "TAUGHT",
    "COMPETENT",
    "NOT_YET",
    "REVIEWED",
    "APPROVED",
    "REJECTED",
    "WITNESSED",
    "VOID",
]
SIDES = {
    "READ": "learner",
    "TRAINED": "learner",
    "TAUGHT": "trainer",
    "COMPETENT": "trainer",
    "NOT_YET": "trainer",
}
moves = st.lists(st.tuples(st.sampled_from(MEANINGS), st.sampled_from(sorted(PERSONS))), max_size=12)


@pytest.mark.req("R-SIG-14", "R-REC-02", "E-06")
@settings(deadline=None)
@given(moves, st.sampled_from([READING, ON_THE_JOB]), st.booleans())
def test_no_sequence_of_signatures_breaks_order_or_puts_a_person_on_two_sides(
    sequence, requirement, qa_approves
):
    known = facts(requirement=requirement, qa_approves=qa_approves)
    for meaning, uid in sequence:
        void = meaning == "VOID"
        command = Void(id="r_1", why="X") if void else sign(meaning, req=requirement["id"], why="X")
        answer = decide(command, known, who(uid), NOW)
        if isinstance(answer, Refused):
            continue
        assert len(answer) == 1
        side = "decision" if void else SIDES.get(meaning, "decision")
        signed = {**known.signed, side: known.signed.get(side, frozenset()) | {PERSONS[uid]}}
        record = row_after(known.record, answer[0])
        known = facts(requirement=requirement, qa_approves=qa_approves, record=record, signed=signed)
        assert_sound(record, signed)


def assert_sound(record, signed):
    sides = [signed.get(side, frozenset()) for side in ("learner", "trainer", "decision")]
    assert len(frozenset().union(*sides)) == sum(len(side) for side in sides), "somebody stands on two sides"
    assert sides[0] <= {"p_ann"}
    assert "p_ann" not in sides[1] | sides[2]
    begun = [COLUMNS[step][0] in record for step in ("learner", "trainer", "qa")]
    needed = [step in record["needs"].split() for step in ("learner", "trainer", "qa")]
    order = [begun for begun, wanted in zip(begun, needed, strict=True) if wanted]
    assert order == sorted(order, reverse=True), "a step was skipped"
    assert not any(begun and not wanted for begun, wanted in zip(begun, needed, strict=True))
    if record.get("verdict") == "NOT_YET" or record.get("decision") == "REJECTED":
        assert "valid_from" not in record
