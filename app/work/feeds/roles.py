"""Job roles and the curricula assigned to them: one row per role and curriculum.

- A role or curriculum told twice with different titles keeps the first; the difference is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from app.base.ids import Random, new_id
from app.domain.curricula import AssignmentRow
from app.domain.jobs import JobRow
from app.work.feeds.feed import ACCEPTED
from app.work.feeds.known import KnownCurricula
from app.work.feeds.row import FeedRow


def read_roles(
    rows: Sequence[FeedRow], curricula: AbstractSet[str], known: KnownCurricula, random: Random
) -> tuple[tuple[JobRow, ...], tuple[AssignmentRow, ...]]:
    """Jobs and assignments of the rows that can be taken; findings go to the rows."""
    jobs: dict[str, JobRow] = {}
    taken: dict[tuple[str, str], tuple[FeedRow, AssignmentRow]] = {}
    codes = curricula | known.curricula.keys()
    for row in rows:
        if row.record.flaw is not None:
            continue
        job, assignment = _job(row, random), _assignment(row, codes, random)
        if assignment is None or row.outcome != ACCEPTED:
            continue
        before = taken.setdefault((assignment.job, assignment.curriculum), (row, assignment))
        if before[0] is not row:
            row.find("role.repeated", "curriculum", value=assignment.curriculum, also=before[0].place())
            continue
        first = jobs.setdefault(job.code, job)
        if (first.title, first.dept) != (job.title, job.dept):
            row.find("role.differs", "title" if first.title != job.title else "dept", ACCEPTED, value=job.code)
    return tuple(jobs.values()), tuple(assignment for _, assignment in taken.values())


def _job(row: FeedRow, random: Random) -> JobRow:
    code, title = row.code("job") or "", row.text("title") or ""
    if not (code and title):
        row.find("role.incomplete", "job" if title else "title")
    return JobRow(id=new_id("j", random), code=code, title=title, dept=row.code("dept"))


def _assignment(row: FeedRow, codes: AbstractSet[str], random: Random) -> AssignmentRow | None:
    job, curriculum = row.code("job"), row.code("curriculum")
    first, last = row.day("valid_from"), row.day("valid_to")
    if curriculum is not None and curriculum not in codes:
        row.find("role.curriculum_unknown", "curriculum", value=curriculum)
    if job is None or curriculum is None or first is None:
        if row.outcome == ACCEPTED:
            row.find("role.incomplete", "valid_from" if curriculum else "curriculum")
        return None
    if last is not None and last < first:
        row.find("role.ends_before_start", "valid_to", value=last)
    fresh = new_id("a", random)
    return AssignmentRow(id=fresh, job=job, curriculum=curriculum, valid_from=first, valid_to=last)
