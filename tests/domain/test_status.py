"""THE status function: one word for every case, at every instant, and never more than the proof allows."""

import pytest

from app.base.moment import Instant, instant_at, start_of, utc_ms
from app.domain.status import StatusFacts, fit_to_train, locked_by, may, meets, qualified, status

ZONE = "Europe/Amsterdam"
POSTING = {"id": "j_1", "pid": "p_1", "job": "b_1", "valid_from": "2026-01-01", "main": 1}
ASSIGNMENT = {"id": "a_1", "job": "b_1", "curriculum": "c_1", "valid_from": "2022-01-01"}
DUE = {"due_first": 30, "due_revision": 21, "grace": 7}
READING = {"id": "q_1", "code": "RQ-1", "curriculum": "c_1", "kind": "read", "number": "SOP-1", **DUE}
SESSION = {"id": "q_2", "code": "RQ-2", "curriculum": "c_1", "kind": "task", **DUE}


def day(text: str) -> Instant:
    return start_of(text, ZONE)


def noon(text: str) -> Instant:
    return instant_at(day(text).ms + 12 * 3_600_000, ZONE)


def version(ver: str, approved: str, effective: str, ended: str | None = None, impact: str = "Retrain all"):
    row = {"id": f"d_{ver}", "number": "SOP-1", "ver": ver, "approved": approved, "impact": impact}
    row["effective"] = day(effective).utc
    return row if ended is None else {**row, "ended": day(ended).utc}


V3 = version("3", "2020-01-01", "2020-02-01", "2026-11-01")
V4 = version("4", "2026-10-05", "2026-11-01")


def record(ver: str | None, done: str, id: str = "r_1", **over):
    row = {
        "id": id,
        "pid": "p_1",
        "req": "q_1",
        "kind": "read",
        "needs": "learner",
        "learned": "x",
        "grade": "A",
    }
    row |= {"done": noon(done).utc, "done_off": noon(done).off, "done_zone": ZONE, "valid_from": done, **over}
    row["doc"] = None if ver is None else f"d_{ver}"
    return {column: value for column, value in row.items() if value is not None}


def facts(*records, requirement=READING, versions=(V3, V4), **over) -> StatusFacts:
    known = {
        "person": {"id": "p_1", "hired": "2020-01-01"},
        "postings": (POSTING,),
        "assignments": {"b_1": (ASSIGNMENT,)},
        "requirements": {requirement["id"]: requirement},
        "versions": {"SOP-1": versions},
        "records": {requirement["id"]: records},
        "rivals": frozenset(),
        "expiring_days": 30,
    }
    return StatusFacts(**{**known, **over})


def word(known: StatusFacts, when: str) -> str:
    return status(known, "q_1", noon(when)).word


@pytest.mark.req("T-07", "R-REC-04")
def test_training_on_the_old_version_stops_counting_the_moment_the_new_one_takes_effect():
    known = facts(record("3", "2026-02-01"))
    last = instant_at(utc_ms(V4["effective"]) - 1, ZONE)
    assert qualified(known, "q_1", last)
    assert not qualified(known, "q_1", instant_at(utc_ms(V4["effective"]), ZONE))


@pytest.mark.req("T-07")
def test_training_in_advance_counts_from_the_new_version_and_not_before():
    both = facts(record("3", "2026-02-01"), record("4", "2026-10-20", "r_2"))
    assert word(both, "2026-10-31") == "Qualified"
    assert status(both, "q_1", noon("2026-11-01")).record == "r_2"
    ahead = facts(record("4", "2026-01-20", "r_2"), versions=(V3, version("4", "2026-01-15", "2026-03-01")))
    verdict = status(ahead, "q_1", noon("2026-01-21"))
    assert (verdict.word, verdict.due) == ("Upcoming", "2026-01-31")
    assert [reason.code for reason in verdict.reasons] == ["record.none", "document.ready"]
    assert word(ahead, "2026-03-01") == "Qualified"


@pytest.mark.req("T-07")
def test_a_coming_version_makes_the_old_training_expire_unless_trained_in_advance():
    verdict = status(facts(record("3", "2026-02-01")), "q_1", noon("2026-10-10"))
    assert (verdict.word, verdict.until) == ("Expiring", "2026-10-31")
    assert [reason.code for reason in verdict.reasons] == ["record.valid", "document.revised"]


@pytest.mark.req("T-06")
def test_a_version_that_asks_for_no_retraining_takes_nothing_away():
    known = facts(record("3", "2026-02-01"), versions=(V3, {**V4, "impact": "None"}))
    verdict = status(known, "q_1", noon("2026-11-02"))
    assert verdict.word == "Qualified"
    assert "document.carried" in [reason.code for reason in verdict.reasons]


@pytest.mark.req("T-09")
@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2025-12-31", "Upcoming"),
        ("2026-01-01", "Not started"),
        ("2026-01-31", "Not started"),
        ("2026-02-01", "In grace"),
        ("2026-02-07", "In grace"),
        ("2026-02-08", "Overdue"),
    ],
)
def test_first_training_is_due_then_in_grace_then_overdue(when, expected):
    verdict = status(facts(), "q_1", noon(when))
    assert (verdict.word, verdict.due) == (expected, "2026-01-31")


@pytest.mark.req("T-09", "R-REC-04")
@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-01", "Not started"),
        ("2026-11-22", "Not started"),
        ("2026-11-29", "In grace"),
        ("2026-11-30", "Overdue"),
    ],
)
def test_retraining_is_due_from_the_day_of_the_new_version(when, expected):
    verdict = status(facts(record("3", "2026-02-01")), "q_1", noon(when))
    assert (verdict.word, verdict.due) == (expected, "2026-11-22")
    assert not meets(verdict.word)


def test_a_further_revision_does_not_move_the_due_date_away():
    v5 = version("5", "2026-11-10", "2026-11-20")
    known = facts(record("3", "2026-02-01"), versions=(V3, {**V4, "ended": v5["effective"]}, v5))
    assert status(known, "q_1", noon("2026-11-25")).due == "2026-11-22"


def test_training_in_advance_does_not_hide_that_the_version_in_force_was_skipped():
    v5 = version("5", "2026-11-10", "2026-12-01")
    known = facts(record("3", "2026-02-01"), record("5", "2026-11-12", "r_2"), versions=(V3, V4, v5))
    verdict = status(known, "q_1", noon("2026-11-15"))
    assert (verdict.word, verdict.due) == ("Upcoming", "2026-11-22")
    assert [reason.code for reason in verdict.reasons] == ["document.superseded", "document.ready"]


@pytest.mark.req("T-10")
@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-06-30", "Qualified"),
        ("2026-07-02", "Expiring"),
        ("2026-08-01", "Expiring"),
        ("2026-08-02", "In grace"),
        ("2026-08-08", "In grace"),
        ("2026-08-09", "Lapsed"),
    ],
)
def test_training_that_must_be_repeated_expires_then_lapses(when, expected):
    assert word(facts(record("3", "2026-02-01", valid_to="2026-08-01")), when) == expected


def test_the_repeat_carries_on_without_a_gap_in_the_verdict():
    known = facts(
        record("3", "2026-02-01", valid_to="2026-08-01"),
        record("3", "2026-07-20", "r_2", valid_to="2027-08-01"),
    )
    assert status(known, "q_1", noon("2026-08-02")).record == "r_2"
    assert word(known, "2026-07-21") == "Qualified"


@pytest.mark.req("R-REC-12", "R-REC-09", "R-REC-02")
@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"void": 1}, "Not started"),
        ({"needs": "learner trainer"}, "Awaiting signature"),
        ({"needs": "learner trainer qa", "verdict": "COMPETENT"}, "Awaiting signature"),
        ({"needs": "learner trainer", "grade": "C"}, "Awaiting verification"),
        ({"needs": "learner trainer", "learned": None}, "In training"),
        ({"needs": "learner trainer", "verdict": "NOT_YET"}, "In training"),
        ({"needs": "learner qa", "decision": "REJECTED"}, "In training"),
        ({"needs": "learner trainer", "verdict": "COMPETENT"}, "Qualified"),
        ({"grade": "W"}, "Waived"),
        ({"needs": None, "learned": None, "grade": "D"}, "Qualified"),
    ],
)
def test_only_a_complete_record_counts(over, expected):
    assert word(facts(record("3", "2026-01-10", **over)), "2026-01-20") == expected


@pytest.mark.req("R-REC-04")
def test_training_outside_the_versions_window_does_not_count():
    assert word(facts(record("3", "2019-12-31")), "2026-01-20") == "Not started"
    assert word(facts(record("4", "2026-10-04")), "2026-11-02") == "Overdue"


def test_a_started_repeat_takes_nothing_away():
    begun = record("3", "2026-03-01", "r_2", needs="learner trainer")
    failed = record("3", "2026-03-02", "r_3", needs="learner trainer", verdict="NOT_YET")
    assert word(facts(record("3", "2026-02-01"), begun, failed), "2026-03-03") == "Qualified"


@pytest.mark.req("R-REC-05")
def test_what_was_done_later_did_not_count_then():
    assert word(facts(record("3", "2026-01-10")), "2026-01-09") == "Not started"


@pytest.mark.req("T-01")
def test_a_job_from_next_monday_is_upcoming_today():
    later = {**POSTING, "valid_from": "2026-06-01"}
    known = facts(record("3", "2026-02-01"), postings=(later,))
    assert word(known, "2026-05-31") == "Upcoming"
    assert word(known, "2026-06-01") == "Qualified"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"person": {"id": "p_1", "gone": "2026-01-31"}}, "person.gone"),
        ({"postings": ()}, "requirement.not_assigned"),
        ({"postings": ({**POSTING, "valid_to": "2026-01-31"},)}, "requirement.not_assigned"),
        ({"assignments": {"b_1": ({**ASSIGNMENT, "curriculum": "c_2"},)}}, "requirement.not_assigned"),
        ({"requirements": {}}, "requirement.unknown"),
        ({"versions": (V3 | {"ended": V3["effective"]},)}, "document.not_in_force"),
    ],
)
def test_not_required_says_why(over, code):
    verdict = status(facts(**over), "q_1", noon("2026-02-01"))
    assert (verdict.word, verdict.reasons[0].code) == ("Not required", code)
    assert not meets(verdict.word)


@pytest.mark.req("T-24")
def test_a_new_job_does_not_restart_a_due_date_that_was_running():
    moved = ({**POSTING, "valid_to": "2026-01-20"}, {**POSTING, "id": "j_2", "valid_from": "2026-01-21"})
    assert status(facts(postings=moved), "q_1", noon("2026-02-10")).due == "2026-01-31"
    gap = (moved[0], {**moved[1], "valid_from": "2026-01-25"})
    assert status(facts(postings=gap), "q_1", noon("2026-02-10")).due == "2026-02-24"


@pytest.mark.parametrize("id", ["p_1", "j_1", "a_1", "q_1", "d_3", "r_1"])
def test_a_row_that_two_devices_disagree_on_counts_for_nothing(id):
    known = facts(record("3", "2026-02-01"), rivals=frozenset({id}))
    assert word(known, "2026-03-01") == "Conflict"
    assert not meets("Conflict")
    assert fit_to_train(known, "q_1", noon("2026-03-01"), appointed=True) == (False, "conflict.open")


def test_a_requirement_without_document_needs_no_version():
    done = record(None, "2026-01-10", req="q_2")
    known = facts(done, requirement=SESSION)
    assert status(known, "q_2", noon("2026-02-01")).word == "Qualified"


@pytest.mark.req("T-17")
def test_the_gate_opens_only_if_every_item_counts():
    both = {"q_1": READING, "q_2": SESSION}
    known = facts(requirements=both, records={"q_1": (record("3", "2026-02-01", valid_to="2026-08-01"),)})
    gate = may(known, ["q_1", "q_2"], noon("2026-02-02"))
    assert not gate.go and gate.until is None
    assert [verdict.word for _, verdict in gate.items] == ["Qualified", "In grace"]
    assert may(known, ["q_1"], noon("2026-02-02")).go
    assert may(known, ["q_1"], noon("2026-02-02")).until == "2026-08-01"
    assert not may(known, [], noon("2026-02-02")).go
    assert not may(known, ["q_1", "q_404"], noon("2026-02-02")).go


@pytest.mark.req("R-REC-03", "T-16")
def test_a_trainer_is_judged_on_the_day_of_the_training():
    known = facts(record("3", "2026-02-01", valid_to="2026-03-01"), postings=())
    assert fit_to_train(known, "q_1", noon("2026-02-28"), appointed=False) == (True, "record.valid")
    assert fit_to_train(known, "q_1", noon("2026-03-02"), appointed=False) == (False, "trainer.no_record")
    assert fit_to_train(known, "q_1", noon("2026-03-02"), appointed=True) == (True, "trainer.appointed")
    left = facts(person={"id": "p_1", "gone": "2026-01-31"})
    assert fit_to_train(left, "q_1", noon("2026-02-01"), appointed=True) == (False, "person.gone")
    assert fit_to_train(known, "q_404", noon("2026-02-01"), appointed=True) == (False, "requirement.unknown")


@pytest.mark.req("T-03")
def test_a_requirement_is_locked_by_the_nearest_one_before_it_that_is_not_met():
    chain = {
        "q_1": READING,
        "q_quiz": {**SESSION, "id": "q_quiz", "kind": "quiz", "after": "q_1"},
        "q_ojt": {**READING, "id": "q_ojt", "kind": "ojt", "after": "q_quiz"},
    }
    assert locked_by(facts(requirements=chain), "q_ojt", noon("2026-02-02")) == "RQ-1"
    assert locked_by(facts(record("3", "2026-02-01"), requirements=chain), "q_ojt", noon("2026-02-02")) is None
    assert locked_by(facts(), "q_1", noon("2026-02-02")) is None
    circle = {"q_a": {"id": "q_a", "after": "q_b"}, "q_b": {"id": "q_b", "after": "q_a"}}
    assert locked_by(facts(requirements=circle), "q_a", noon("2026-02-02")) is None
