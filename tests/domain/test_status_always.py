"""THE status function over whatever facts there may be: one answer, never without proof, never taken away by more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.moment import Instant, add_days, instant_at, start_of
from app.domain.status import StatusFacts, meets, qualified, status
from app.domain.verdicts import WORDS

ZONE = "Europe/Amsterdam"


def day(text: str) -> Instant:
    return start_of(text, ZONE)


def noon(text: str) -> Instant:
    return instant_at(day(text).ms + 12 * 3_600_000, ZONE)


days = st.integers(0, 900).map(lambda n: add_days("2025-01-01", n))
maybe = st.none() | days


def mostly(usual, *others):
    """The usual value four times out of five, so that the interesting answers are reached often."""
    return st.integers(0, 4).flatmap(lambda n: st.sampled_from(others) if n == 4 else st.just(usual))


rarely = st.integers(0, 4).flatmap(lambda n: days if n == 4 else st.none())


def rows(prefix: str, columns: dict, least: int = 0, most: int = 3):
    made = st.lists(st.fixed_dictionaries(columns), min_size=least, max_size=most)
    return made.map(lambda found: tuple(_numbered(prefix, n, row) for n, row in enumerate(found)))


def _numbered(prefix: str, n: int, row: dict) -> dict:
    return {"id": f"{prefix}_{n}", **{column: value for column, value in row.items() if value is not None}}


instants = days.map(lambda found: day(found).utc)
any_facts = st.builds(
    lambda person, postings, assignments, requirement, versions, records, rivals, expiring: StatusFacts(
        person={"id": "p_1", **{column: value for column, value in person.items() if value is not None}},
        postings=postings,
        assignments={"b_1": assignments},
        requirements={"q_1": {"id": "q_1", **{k: v for k, v in requirement.items() if v is not None}}},
        versions={"SOP-1": tuple({**row, "number": "SOP-1"} for row in versions)},
        records={"q_1": records},
        rivals=rivals,
        expiring_days=expiring,
    ),
    st.fixed_dictionaries({"hired": rarely, "gone": rarely}),
    rows("j", {"job": mostly("b_1", "b_2", None), "valid_from": rarely, "valid_to": rarely}, least=1),
    rows("a", {"curriculum": mostly("c_1", "c_2"), "valid_from": rarely, "valid_to": rarely}, least=1),
    st.fixed_dictionaries(
        {
            "curriculum": st.just("c_1"),
            "number": mostly("SOP-1", None, "SOP-9"),
            "due_first": st.none() | st.integers(0, 60),
            "due_revision": st.none() | st.integers(0, 60),
            "grace": st.none() | st.integers(0, 30),
            "valid_from": rarely,
            "valid_to": rarely,
        }
    ),
    rows(
        "d",
        {
            "approved": mostly("2024-06-01", None, "2025-06-01"),
            "effective": mostly(day("2024-07-01").utc, None, day("2020-02-01").utc, day("2026-11-01").utc),
            "ended": mostly(None, day("2026-01-01").utc),
            "impact": st.sampled_from([None, "None", "Notice only", "Retrain all"]),
        },
        least=1,
    ),
    rows(
        "r",
        {
            "doc": mostly("d_0", "d_1", "d_2", None),
            "needs": st.sampled_from([None, "learner", "learner trainer", "learner trainer qa"]),
            "learned": mostly("x", None),
            "verdict": mostly("COMPETENT", None, "NOT_YET"),
            "decision": mostly("APPROVED", None, "REJECTED"),
            "void": mostly(None, 1),
            "grade": mostly("A", None, "C", "W"),
            "done": instants | mostly(day("2024-08-01").utc, None),
            "valid_to": maybe,
        },
        least=1,
    ),
    mostly(frozenset(), frozenset({"p_1"}), frozenset({"r_0"}), frozenset({"zzz"})),
    st.integers(0, 60),
)


@pytest.mark.req("R-REC-05", "T-17")
@settings(deadline=None, max_examples=400)
@given(any_facts, days)
def test_every_question_has_exactly_one_answer_and_a_reason(known, when):
    verdict = status(known, "q_1", noon(when))
    assert verdict.word in WORDS
    assert verdict.reasons
    assert verdict == status(known, "q_1", noon(when))
    if meets(verdict.word):
        proof = next(row for row in known.records["q_1"] if row["id"] == verdict.record)
        assert not proof.get("void")
        assert proof.get("verdict") != "NOT_YET" and proof.get("decision") != "REJECTED"
        assert verdict.until is None or verdict.until >= when


@pytest.mark.req("R-REC-12")
@settings(deadline=None, max_examples=200)
@given(any_facts, days)
def test_voiding_every_record_leaves_nobody_qualified(known, when):
    void = tuple({**row, "void": 1} for row in known.records["q_1"])
    changed = StatusFacts(
        **{n: getattr(known, n) for n in known.__struct_fields__} | {"records": {"q_1": void}}
    )
    assert not qualified(changed, "q_1", noon(when))


@settings(deadline=None, max_examples=200)
@given(any_facts, days)
def test_more_proof_never_makes_the_gate_close(known, when):
    if qualified(known, "q_1", noon(when)):
        extra = {
            "id": "r_9",
            "needs": "learner trainer",
            "learned": "x",
            "done": noon("2025-01-01").utc,
            "doc": "d_0",
        }
        more = {"q_1": (*known.records["q_1"], extra)}
        changed = StatusFacts(**{n: getattr(known, n) for n in known.__struct_fields__} | {"records": more})
        assert qualified(changed, "q_1", noon(when))
