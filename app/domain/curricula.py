"""Curricula, their requirements, and which jobs they are assigned to (T-02, T-03, T-10, R-REC-06).

- Everything is named by its code in a register and by its id in history; a code keeps its id for ever.
- A requirement repeats never, every N months, or on a fixed day of the year; a record keeps the end it was given,
  so a changed rule reaches later records only.
- A repeat done within the early window keeps the day of the year instead of creeping forward.
- `after` names the requirement that must be met first; a circle of them is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeAlias

from msgspec import UNSET

from app.base.ids import CurriculumId, RequirementId
from app.base.moment import Day, Instant, add_days, add_months, make_day
from app.base.words import Refused, Row, Value
from app.domain.jobs import JobRegistered, JobRow, registered
from app.domain.who import Who
from app.domain.wire import Change, Text, Whole

KINDS = frozenset({"read", "quiz", "ojt", "session", "certificate", "task"})
FIXED = re.compile(r"--(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
LONGEST_MONTHS = 120

# ---- commands


class CurriculumRow(Value, frozen=True, kw_only=True):
    """One curriculum; `id` is used if its code is new."""

    id: CurriculumId
    code: str
    title: str
    ver: str


class RequirementRow(Value, frozen=True, kw_only=True):
    """One requirement of a curriculum (named by code); days, months and marks as whole numbers; `fixed` is `--MM-DD`."""

    id: RequirementId
    code: str
    curriculum: str
    seq: int
    kind: str
    subject: str
    number: str | None = None
    pass_mark: int | None = None
    attempts: int | None = None
    due_first: int
    due_revision: int
    grace: int
    recurrence: str = "none"
    every: int | None = None
    fixed: str | None = None
    early: int | None = None
    after: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    remarks: str | None = None


class AssignmentRow(Value, frozen=True, kw_only=True):
    """A curriculum assigned to a job (both named by code) from a day on; `valid_to` is the last day."""

    id: str
    job: str
    curriculum: str
    valid_from: Day
    valid_to: Day | None = None


class RegisterCurricula(Value, frozen=True, kw_only=True):
    """Take these in, or bring them up to date."""

    jobs: tuple[JobRow, ...]
    curricula: tuple[CurriculumRow, ...]
    requirements: tuple[RequirementRow, ...]
    assignments: tuple[AssignmentRow, ...]


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """Rows held: jobs, curricula and requirements by code, assignments by (job id, curriculum id); document numbers known."""

    jobs: Mapping[str, Row]
    curricula: Mapping[str, Row]
    requirements: Mapping[str, Row]
    assignments: Mapping[tuple[str, str], Row]
    numbers: frozenset[str]


# ---- changes


class CurriculumRegistered(Change, frozen=True, kw_only=True):
    """A curriculum, new or brought up to date."""

    ACT: ClassVar[str] = "curriculum.register"
    NOUN: ClassVar[str] = "curriculum"

    code: Text = UNSET
    title: Text = UNSET
    ver: Text = UNSET


class RequirementRegistered(Change, frozen=True, kw_only=True):
    """A requirement, new or brought up to date."""

    ACT: ClassVar[str] = "requirement.register"
    NOUN: ClassVar[str] = "requirement"

    code: Text = UNSET
    curriculum: Text = UNSET
    seq: Whole = UNSET
    kind: Text = UNSET
    subject: Text = UNSET
    number: Text = UNSET
    pass_mark: Whole = UNSET
    attempts: Whole = UNSET
    due_first: Whole = UNSET
    due_revision: Whole = UNSET
    grace: Whole = UNSET
    recurrence: Text = UNSET
    every: Whole = UNSET
    fixed: Text = UNSET
    early: Whole = UNSET
    after: Text = UNSET
    valid_from: Text = UNSET
    valid_to: Text = UNSET
    remarks: Text = UNSET


class Assigned(Change, frozen=True, kw_only=True):
    """A curriculum that a job must be trained in, with its dates."""

    ACT: ClassVar[str] = "assignment.change"
    NOUN: ClassVar[str] = "assignment"

    job: Text = UNSET
    curriculum: Text = UNSET
    valid_from: Text = UNSET
    valid_to: Text = UNSET


Changes: TypeAlias = tuple[JobRegistered | CurriculumRegistered | RequirementRegistered | Assigned, ...]

# ---- rules


def valid_until(requirement: Row, done: Day, previous: Day | None) -> Day | None:
    """The last day that training done on `done` is good for, None for ever; `previous` is the end it renews, if any."""
    recurrence, every = requirement.get("recurrence"), requirement.get("every") or 12
    early = requirement.get("early") or 0
    if recurrence == "relative":
        on_time = previous is not None and add_days(previous, -early) <= done <= previous
        return add_months(previous if on_time and previous is not None else done, every)
    if recurrence == "fixed":
        # Done shortly before the day counts for the round that begins with it.
        day = _next_fixed(requirement["fixed"], add_days(done, early))
        return add_months(day, max(every, 12) - 12)
    return None


def _next_fixed(fixed: str, after: Day) -> Day:
    """The first `--MM-DD` later than `after`; 29 February falls on the 28th in other years."""
    year, month, day = int(after[:4]), int(fixed[2:4]), int(fixed[5:7])
    return next(
        found for found in (_in_year(year, month, day), _in_year(year + 1, month, day)) if found > after
    )


def _in_year(year: int, month: int, day: int) -> Day:
    first = make_day(year, month, 1)
    return min(add_days(first, day - 1), add_days(add_months(first, 1), -1))


def objection(row: RequirementRow, known: Known, facts: Facts) -> Refused | None:
    """Why this requirement can't be taken in, or None; `known` as of `known_after`."""
    about: dict[str, str | int] = {"code": row.code}
    if row.kind not in KINDS or min(row.due_first, row.due_revision, row.grace, row.seq, row.early or 0) < 0:
        return Refused("requirement.incomplete", about)
    if row.pass_mark is not None and not 0 <= row.pass_mark <= 100:
        return Refused("requirement.pass_mark", {**about, "mark": row.pass_mark})
    if row.curriculum not in known.curricula:
        return Refused("curriculum.unknown", {"code": row.curriculum})
    if row.number is not None and row.number not in facts.numbers:
        return Refused("document.unknown", {"number": row.number})
    if not _repeats_properly(row):
        return Refused("requirement.recurrence", about)
    return _circle(row.code, known)


def _repeats_properly(row: RequirementRow) -> bool:
    if row.recurrence == "none":
        return row.fixed is None
    months = row.every is not None and 1 <= row.every <= LONGEST_MONTHS
    if row.recurrence == "fixed":
        return months and row.fixed is not None and FIXED.fullmatch(row.fixed) is not None
    return row.recurrence == "relative" and months and row.fixed is None


def _circle(code: str, known: Known) -> Refused | None:
    """A chain of `after` must end, at a requirement that is known."""
    seen = [code]
    while (before := known.after.get(seen[-1])) is not None:
        if before not in known.requirements:
            return Refused("requirement.after_unknown", {"code": seen[-1], "after": before})
        if before in seen:
            return Refused("requirement.circle", {"code": code})
        seen.append(before)
    return None


class Known(Value, frozen=True, kw_only=True):
    """Ids by code once the command is carried out, and the `after` codes."""

    jobs: Mapping[str, str]
    curricula: Mapping[str, str]
    requirements: Mapping[str, str]
    after: Mapping[str, str | None]


def known_after(command: RegisterCurricula, facts: Facts) -> Known:
    """What will be known once the command is carried out."""
    codes = {row["id"]: code for code, row in facts.requirements.items()}
    after = {code: codes.get(row.get("after", "")) for code, row in facts.requirements.items()}
    return Known(
        jobs=_ids(command.jobs, facts.jobs),
        curricula=_ids(command.curricula, facts.curricula),
        requirements=_ids(command.requirements, facts.requirements),
        after={**after, **{row.code: row.after for row in command.requirements}},
    )


def _ids(
    rows: Iterable[JobRow] | Iterable[CurriculumRow] | Iterable[RequirementRow], held: Mapping[str, Row]
) -> dict[str, str]:
    """Ids by code; a code that is held keeps its id."""
    return {**{row.code: row.id for row in rows}, **{code: row["id"] for code, row in held.items()}}


def _twice(command: RegisterCurricula) -> Refused | None:
    """Each thing at most once in a command: one entry per entity (formats §5 "Commands")."""
    names = [
        *(("job", row.code) for row in command.jobs),
        *(("curriculum", row.code) for row in command.curricula),
        *(("requirement", row.code) for row in command.requirements),
        *(("assignment", f"{row.job} {row.curriculum}") for row in command.assignments),
    ]
    noun, code = next((name for name, count in Counter(names).items() if count > 1), ("", ""))
    return Refused("register.twice", {"noun": noun, "code": code}) if noun else None


def _requirement(row: RequirementRow, known: Known) -> RequirementRegistered:
    return RequirementRegistered(
        id=known.requirements[row.code],
        code=row.code,
        curriculum=known.curricula[row.curriculum],
        seq=row.seq,
        kind=row.kind,
        subject=row.subject,
        number=row.number,
        pass_mark=row.pass_mark,
        attempts=row.attempts,
        due_first=row.due_first,
        due_revision=row.due_revision,
        grace=row.grace,
        recurrence=row.recurrence,
        every=row.every,
        fixed=row.fixed,
        early=row.early,
        after=None if row.after is None else known.requirements[row.after],
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        remarks=row.remarks,
    )


def _assigned(row: AssignmentRow, known: Known, facts: Facts) -> Assigned | Refused:
    if row.job not in known.jobs:
        return Refused("job.unknown", {"job": row.job})
    if row.curriculum not in known.curricula:
        return Refused("curriculum.unknown", {"code": row.curriculum})
    if row.valid_to is not None and row.valid_to < row.valid_from:
        return Refused("assignment.ends_first", {"job": row.job, "curriculum": row.curriculum})
    job, curriculum = known.jobs[row.job], known.curricula[row.curriculum]
    held = facts.assignments.get((job, curriculum))
    return Assigned(
        id=row.id if held is None else held["id"],
        job=job,
        curriculum=curriculum,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


# ---- decide


def decide(command: RegisterCurricula, facts: Facts, who: Who, now: Instant) -> Changes | Refused:
    """One change per row, in the order jobs, curricula, requirements, assignments; refuses all of it at the first bad row."""
    known = known_after(command, facts)
    twice = _twice(command)
    if twice is not None:
        return twice
    for row in command.requirements:
        refused = objection(row, known, facts)
        if refused is not None:
            return refused
    assigned: list[Assigned] = []
    for item in command.assignments:
        change = _assigned(item, known, facts)
        if isinstance(change, Refused):
            return change
        assigned.append(change)
    return (
        *(registered(job, facts.jobs.get(job.code)) for job in command.jobs),
        *(
            CurriculumRegistered(id=known.curricula[row.code], code=row.code, title=row.title, ver=row.ver)
            for row in command.curricula
        ),
        *(_requirement(row, known) for row in command.requirements),
        *assigned,
    )
