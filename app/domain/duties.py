"""Since when a person has had to meet a requirement: through which job, and without a gap.

- A requirement is a person's while a posting, the assignment of its curriculum to that job, the requirement itself and
  the employment all run; first and last days belong to them, a missing day means no limit.
- A new job doesn't restart what a job before it, without a gap, had already set running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.base.moment import Day, add_days
from app.base.words import Row

FOR_EVER = Day("9999-12-31")
LAST_COUNTED = "9900-01-01"


def terms(
    person: Row, postings: Sequence[Row], assignments: Mapping[str, Sequence[Row]], requirement: Row
) -> list[tuple[Day, Day]]:
    """First and last days on which a posting makes the requirement the person's; `assignments` by job id."""
    curriculum, found = requirement.get("curriculum"), []
    for posting in postings:
        for assignment in assignments.get(posting.get("job", ""), ()):
            if assignment.get("curriculum") == curriculum:
                begin = max(
                    person.get("hired") or "",
                    posting.get("valid_from") or "",
                    assignment.get("valid_from") or "",
                    requirement.get("valid_from") or "",
                )
                end = min(
                    person.get("gone") or FOR_EVER,
                    posting.get("valid_to") or FOR_EVER,
                    assignment.get("valid_to") or FOR_EVER,
                    requirement.get("valid_to") or FOR_EVER,
                )
                found.append((Day(begin), Day(end)))
    return [(begin, end) for begin, end in found if begin <= end]


def running_since(terms: Sequence[tuple[Day, Day]], day: Day) -> Day | None:
    """The first day of the unbroken time that holds `day`; empty if nobody knows it, None if none does."""
    running = [begin for begin, end in terms if begin <= day <= end]
    return _reach_back(min(running), terms) if running else None


def employed(person: Row, day: Day) -> bool:
    """Whether the person was employed on `day`."""
    return bool((person.get("hired") or "") <= day <= (person.get("gone") or FOR_EVER))


def plus(day: Day, days: int) -> Day:
    """`days` later; an unknown day and days at the end of the calendar stay where they are."""
    return day if not day or day >= LAST_COUNTED else add_days(day, days)


def _reach_back(start: Day, terms: Sequence[tuple[Day, Day]]) -> Day:
    before = [begin for begin, end in terms if begin < start and plus(end, 1) >= start]
    return _reach_back(min(before), terms) if before else start
