"""Curricula: codes keep their ids, repeats fall on the right day, circles are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.moment import Instant, add_days
from app.base.words import Refused
from app.domain.curricula import (
    AssignmentRow,
    CurriculumRow,
    Facts,
    RegisterCurricula,
    RequirementRow,
    decide,
    valid_until,
)
from app.domain.jobs import JobRow
from app.domain.who import Who

NOW = Instant(ms=1_795_000_000_000)
WHO = Who(uid="u_qa", pid="p_qa", role="qa", lvl="full", sess="s_1")
NOTHING = Facts(jobs={}, curricula={}, requirements={}, assignments={}, numbers=frozenset({"SOP-1"}))
JOB = JobRow(id="b_1", code="FIL", title="Filler", dept="FIL")
CURRICULUM = CurriculumRow(id="c_1", code="CUR", title="Filling", ver="1")


def requirement(code: str = "RQ-1", **told) -> RequirementRow:
    base = {
        "id": f"q_{code}",
        "code": code,
        "curriculum": "CUR",
        "seq": 1,
        "kind": "read",
        "subject": "Filling",
    }
    return RequirementRow(**{**base, "due_first": 14, "due_revision": 7, "grace": 7, **told})


def register(*requirements, facts=NOTHING, assignments=(), jobs=(JOB,), curricula=(CURRICULUM,)):
    command = RegisterCurricula(
        jobs=jobs, curricula=curricula, requirements=requirements, assignments=assignments
    )
    return decide(command, facts, WHO, NOW)


def assign(**told) -> AssignmentRow:
    return AssignmentRow(**{"id": "a_1", "job": "FIL", "curriculum": "CUR", "valid_from": "2022-01-01", **told})


@pytest.mark.req("T-02", "T-03")
def test_everything_is_registered_with_ids_for_codes():
    changes = register(
        requirement("RQ-1"), requirement("RQ-2", kind="ojt", after="RQ-1"), assignments=(assign(),)
    )
    assert not isinstance(changes, Refused)
    assert [change.NOUN for change in changes] == [
        "job",
        "curriculum",
        "requirement",
        "requirement",
        "assignment",
    ]
    assert (changes[3].curriculum, changes[3].after) == ("c_1", "q_RQ-1")
    assert (changes[4].job, changes[4].curriculum) == ("b_1", "c_1")


def test_a_code_keeps_its_id():
    held = Facts(
        jobs={"FIL": {"id": "b_0"}},
        curricula={"CUR": {"id": "c_0"}},
        requirements={"RQ-1": {"id": "q_0"}},
        assignments={("b_0", "c_0"): {"id": "a_0"}},
        numbers=frozenset(),
    )
    changes = register(requirement(), assignments=(assign(),), facts=held)
    assert not isinstance(changes, Refused)
    assert [change.id for change in changes] == ["b_0", "c_0", "q_0", "a_0"]


@pytest.mark.req("R-REC-15")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (register(requirement(kind="dance")), "requirement.incomplete"),
        (register(requirement(grace=-1)), "requirement.incomplete"),
        (register(requirement(pass_mark=800)), "requirement.pass_mark"),
        (register(requirement(curriculum="NONE")), "curriculum.unknown"),
        (register(requirement(number="SOP-9")), "document.unknown"),
        (register(requirement(recurrence="relative")), "requirement.recurrence"),
        (register(requirement(recurrence="relative", every=0)), "requirement.recurrence"),
        (register(requirement(recurrence="fixed", every=12, fixed="03-01")), "requirement.recurrence"),
        (register(requirement(recurrence="sometimes", every=12)), "requirement.recurrence"),
        (register(requirement(after="RQ-404")), "requirement.after_unknown"),
        (register(requirement(after="RQ-1")), "requirement.circle"),
        (
            register(requirement("RQ-1", after="RQ-2"), requirement("RQ-2", after="RQ-1")),
            "requirement.circle",
        ),
        (register(requirement(), requirement()), "register.twice"),
        (register(assignments=(assign(), assign(id="a_2"))), "register.twice"),
        (register(assignments=(assign(job="NONE"),)), "job.unknown"),
        (register(assignments=(assign(curriculum="NONE"),)), "curriculum.unknown"),
        (register(assignments=(assign(valid_to="2021-12-31"),)), "assignment.ends_first"),
    ],
)
def test_rows_that_can_not_be_right_are_refused(answer, code):
    assert isinstance(answer, Refused) and answer.code == code


NEVER = {"recurrence": "none"}
BIENNIAL = {"recurrence": "relative", "every": 24, "early": 60}
MARCH = {"recurrence": "fixed", "every": 12, "fixed": "--03-01", "early": 60}
LEAP = {"recurrence": "fixed", "every": 12, "fixed": "--02-29"}


@pytest.mark.req("T-10")
@pytest.mark.parametrize(
    ("rule", "done", "previous", "until"),
    [
        (NEVER, "2026-11-20", None, None),
        (BIENNIAL, "2026-11-20", None, "2028-11-20"),
        (BIENNIAL, "2024-02-29", None, "2026-02-28"),
        (BIENNIAL, "2026-11-20", "2026-12-31", "2028-12-31"),
        (BIENNIAL, "2026-11-20", "2027-06-30", "2028-11-20"),
        (BIENNIAL, "2026-11-20", "2026-11-19", "2028-11-20"),
        (MARCH, "2026-11-20", None, "2027-03-01"),
        (MARCH, "2027-01-15", None, "2028-03-01"),
        (MARCH, "2027-03-01", None, "2028-03-01"),
        (LEAP, "2026-11-20", None, "2027-02-28"),
        (LEAP, "2027-11-20", None, "2028-02-29"),
        ({**MARCH, "every": 24}, "2026-11-20", None, "2028-03-01"),
    ],
)
def test_training_is_good_until_the_day_that_the_rule_names(rule, done, previous, until):
    assert valid_until(rule, done, previous) == until


@settings(deadline=None)
@given(st.integers(0, 4000), st.sampled_from([BIENNIAL, MARCH, LEAP]), st.none() | st.integers(-90, 90))
def test_what_repeats_is_good_for_a_time_that_lies_ahead(day, rule, shift):
    done = add_days("2020-01-01", day)
    previous = None if shift is None else add_days(done, shift)
    until = valid_until(rule, done, previous)
    assert until is not None and until > done
