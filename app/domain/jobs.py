"""Job roles, and postings: who holds which job, where, from when to when (T-01).

- A posting is never rewritten into another job: a new main job ends the old posting the day before.
- A person holds one main job at a time; further jobs run beside it with their own dates.
- Hearing the same posting again changes nothing, even after the person has moved on.
- The last day of a posting (`valid_to`) still belongs to it.
- What a login may do is not decided here; job roles decide what must be trained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import ClassVar

from msgspec import UNSET

from app.base.ids import PersonId
from app.base.moment import Day, Instant, add_days
from app.base.words import Refused, Row, Value
from app.domain.who import Who
from app.domain.wire import Change, Text, Whole

# ---- commands


class JobRow(Value, frozen=True, kw_only=True):
    """One job role; `id` is used if its code is new."""

    id: str
    code: str
    title: str
    dept: str | None


class PostingRow(Value, frozen=True, kw_only=True):
    """One person in one job from a day on; `id` is used if it is new, `job` is a job code, `valid_to` the last day."""

    id: str
    pid: PersonId
    job: str
    valid_from: Day
    valid_to: Day | None = None
    dept: str | None = None
    building: str | None = None
    shift: str | None = None
    main: bool = True


class RegisterJobs(Value, frozen=True, kw_only=True):
    """Take these job roles in, or bring them up to date."""

    jobs: tuple[JobRow, ...]


class Post(Value, frozen=True, kw_only=True):
    """Put people into jobs."""

    postings: tuple[PostingRow, ...]


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """`jobs` rows by code; `postings` of the persons named, by person id."""

    jobs: Mapping[str, Row]
    postings: Mapping[str, tuple[Row, ...]]


# ---- changes


class JobRegistered(Change, frozen=True, kw_only=True):
    """A job role, new or brought up to date."""

    ACT: ClassVar[str] = "job.register"
    NOUN: ClassVar[str] = "job"

    code: Text = UNSET
    title: Text = UNSET
    dept: Text = UNSET


class Posted(Change, frozen=True, kw_only=True):
    """A person in a job: new, moved, or with an end."""

    ACT: ClassVar[str] = "posting.change"
    NOUN: ClassVar[str] = "posting"

    pid: Text = UNSET
    job: Text = UNSET
    dept: Text = UNSET
    building: Text = UNSET
    shift: Text = UNSET
    valid_from: Text = UNSET
    valid_to: Text = UNSET
    main: Whole = UNSET


# ---- rules


def holds(posting: Row, day: Day) -> bool:
    """Whether the posting runs on `day`; its last day belongs to it."""
    return bool(posting.get("valid_from", "") <= day <= (posting.get("valid_to") or "9999-12-31"))


def registered(job: JobRow, held: Row | None) -> JobRegistered:
    """The change that makes the register say `job`."""
    return JobRegistered(
        id=job.id if held is None else held["id"], code=job.code, title=job.title, dept=job.dept
    )


def _same_posting(posting: Posted, row: PostingRow, job: str) -> bool:
    return posting.job == job and posting.valid_from == row.valid_from and posting.main == int(row.main)


def _from_row(row: Row) -> Posted:
    return Posted(
        id=row["id"],
        pid=row.get("pid"),
        job=row.get("job"),
        dept=row.get("dept"),
        building=row.get("building"),
        shift=row.get("shift"),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
        main=row.get("main"),
    )


def _posted(row: PostingRow, job: str, id: str) -> Posted:
    return Posted(
        id=id,
        pid=row.pid,
        job=job,
        dept=row.dept,
        building=row.building,
        shift=row.shift,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        main=row.main,
    )


def _shortened(posting: Posted, before: Day) -> Posted:
    """`posting`, ended the day before `before` if it would otherwise run on."""
    runs_on = posting.main == 1 and str(posting.valid_from) < before <= str(posting.valid_to or "9999-12-31")
    return _with_end(posting, add_days(before, -1)) if runs_on else posting


def _with_end(posting: Posted, last: Day) -> Posted:
    return Posted(**{**{name: getattr(posting, name) for name in posting.__struct_fields__}, "valid_to": last})


def _take(postings: list[Posted], row: PostingRow, job: str) -> list[Posted]:
    """A person's postings once `row` is among them; an open end stops at the next main job that is known."""
    same = [posting for posting in postings if _same_posting(posting, row, job)]
    others = [posting for posting in postings if posting not in same]
    taken = _posted(row, job, same[0].id if same else row.id)
    if not row.main:
        return [*others, taken]
    later = [str(p.valid_from) for p in others if p.main == 1 and str(p.valid_from) > row.valid_from]
    if later and row.valid_to is None:
        taken = _with_end(taken, add_days(Day(min(later)), -1))
    return [*(_shortened(posting, row.valid_from) for posting in others), taken]


def _overlap(postings: Iterable[Posted]) -> bool:
    main = sorted((str(p.valid_from), str(p.valid_to or "9999-12-31")) for p in postings if p.main == 1)
    return any(second[0] <= first[1] for first, second in pairwise(main))


# ---- decide


def decide(
    command: RegisterJobs | Post, facts: Facts, who: Who, now: Instant
) -> tuple[JobRegistered | Posted, ...] | Refused:
    """Job roles or postings. Refuses unknown jobs, ends before beginnings, and two main jobs on one day."""
    if isinstance(command, RegisterJobs):
        return tuple(registered(job, facts.jobs.get(job.code)) for job in command.jobs)
    return _post(command.postings, facts)


def _post(rows: tuple[PostingRow, ...], facts: Facts) -> tuple[Posted, ...] | Refused:
    before = {row.pid: [_from_row(held) for held in facts.postings.get(row.pid, ())] for row in rows}
    after = dict(before)
    for row in rows:
        if row.job not in facts.jobs:
            return Refused("job.unknown", {"job": row.job})
        if row.valid_to is not None and row.valid_to < row.valid_from:
            return Refused("posting.ends_first", {"job": row.job, "from": row.valid_from, "to": row.valid_to})
        after[row.pid] = _take(after[row.pid], row, facts.jobs[row.job]["id"])
        if row.main and _overlap(after[row.pid]):
            return Refused("posting.overlaps", {"job": row.job, "from": row.valid_from})
    return tuple(p for pid, postings in after.items() for p in postings if p not in before[pid])
