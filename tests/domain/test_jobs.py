"""Job roles and postings: dated, never rewritten, one main job at a time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.moment import Instant, add_days
from app.base.words import Refused
from app.domain import wire
from app.domain.jobs import Facts, JobRow, Post, PostingRow, RegisterJobs, decide, holds
from app.domain.who import Who

NOW = Instant(ms=1_795_000_000_000)
WHO = Who(uid="u_qa", pid="p_qa", role="qa", lvl="full", sess="s_1")
JOBS = {
    "FIL": {"id": "b_1", "code": "FIL", "title": "Filler"},
    "LEAD": {"id": "b_2", "code": "LEAD", "title": "Lead"},
}


def post(id: str, job: str, start: str, end: str | None = None, **more) -> PostingRow:
    return PostingRow(id=id, pid="p_1", job=job, valid_from=start, valid_to=end, **more)


def take(held, *rows):
    """Postings after the command, by id, as rows of the store."""
    answer = decide(Post(postings=rows), Facts(jobs=JOBS, postings={"p_1": tuple(held.values())}), WHO, NOW)
    assert not isinstance(answer, Refused), answer
    after = dict(held)
    for change in answer:
        before = after.get(change.id)
        after[change.id] = wire.apply(
            before, change.id, wire.difference(before, wire.columns(change), lambda c, e: None)
        )
    return after


def refusal(*rows, held=()) -> str:
    answer = decide(Post(postings=rows), Facts(jobs=JOBS, postings={"p_1": tuple(held)}), WHO, NOW)
    assert isinstance(answer, Refused)
    return answer.code


def test_a_job_keeps_its_id():
    rows = (
        JobRow(id="b_9", code="FIL", title="Senior filler", dept=None),
        JobRow(id="b_3", code="QA", title="QA", dept="QA"),
    )
    changes = decide(RegisterJobs(jobs=rows), Facts(jobs=JOBS, postings={}), WHO, NOW)
    assert not isinstance(changes, Refused)
    assert [change.id for change in changes] == ["b_1", "b_3"]


@pytest.mark.req("T-01")
def test_a_new_main_job_ends_the_old_one_the_day_before():
    held = take({}, post("j_1", "FIL", "2015-01-01"))
    held = take(held, post("j_2", "LEAD", "2026-12-01"))
    assert held["j_1"]["valid_to"] == "2026-11-30"
    assert (
        not holds(held["j_1"], "2026-12-01")
        and holds(held["j_1"], "2026-11-30")
        and holds(held["j_2"], "2026-12-01")
    )


def test_a_second_job_runs_beside_the_first():
    held = take(
        {}, post("j_1", "FIL", "2015-01-01"), post("j_2", "LEAD", "2026-01-01", "2026-06-30", main=False)
    )
    assert "valid_to" not in held["j_1"]


def test_hearing_it_again_changes_nothing_even_after_a_move():
    first = post("j_1", "FIL", "2015-01-01")
    held = take({}, first, post("j_2", "LEAD", "2026-12-01"))
    known = Facts(jobs=JOBS, postings={"p_1": tuple(held.values())})
    assert decide(Post(postings=(post("j_9", "FIL", "2015-01-01"),)), known, WHO, NOW) == ()


def test_bad_postings_are_refused():
    assert refusal(post("j_1", "NONE", "2015-01-01")) == "job.unknown"
    assert refusal(post("j_1", "FIL", "2015-01-01", "2014-12-31")) == "posting.ends_first"
    held = [{"id": "j_1", "pid": "p_1", "job": "b_1", "main": 1, "valid_from": "2020-01-01"}]
    assert refusal(post("j_2", "LEAD", "2015-01-01", "2020-06-30"), held=held) == "posting.overlaps"


days = st.integers(0, 400).map(lambda n: add_days("2026-01-01", n))
rows = st.lists(st.tuples(st.sampled_from(sorted(JOBS)), days, st.none() | days, st.booleans()), max_size=6)


@settings(deadline=None)
@given(rows, days)
def test_whatever_is_posted_nobody_has_two_main_jobs_on_one_day(told, day):
    held = {}
    for number, (job, start, end, main) in enumerate(told):
        row = post(f"j_{number}", job, start, end, main=main)
        if not isinstance(
            decide(Post(postings=(row,)), Facts(jobs=JOBS, postings={"p_1": tuple(held.values())}), WHO, NOW),
            Refused,
        ):
            held = take(held, row)
    assert sum(1 for posting in held.values() if posting["main"] and holds(posting, day)) <= 1
