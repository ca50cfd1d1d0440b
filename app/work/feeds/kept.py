"""Qualifications and coverage rules: read and checked, so that a flaw shows on the first day; no table holds them yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from app.work.feeds.feed import ACCEPTED
from app.work.feeds.row import FeedRow

DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
WEEKDAYS = re.compile(rf"(?:{DAYS})(?:[-,](?:{DAYS}))*")


def check_qualifications(rows: Iterable[FeedRow], requirements: AbstractSet[str]) -> set[str]:
    """Check each row: complete, and its requirement known. The codes of the qualifications that have a sound row."""
    codes: set[str] = set()
    for row in rows:
        if row.record.flaw is not None:
            continue
        code, requirement = row.code("code"), row.code("requirement")
        row.text("title")
        row.whole("lapses")
        if code is None or requirement is None or row.whole("seq") is None:
            row.find("qualification.incomplete", "code")
        elif requirement not in requirements:
            row.find("qualification.requirement_unknown", "requirement", value=requirement)
        if row.outcome == ACCEPTED and code is not None:
            codes.add(code)
    return codes


def check_coverage(rows: Iterable[FeedRow], qualifications: AbstractSet[str]) -> None:
    """Check each row: complete, days readable, at least one person, and its qualification known."""
    for row in rows:
        if row.record.flaw is not None:
            continue
        code, qualification = row.code("code"), row.code("qualification")
        days, least = row.text("days"), row.whole("least")
        if code is None or not least or days is None or WEEKDAYS.fullmatch(days) is None:
            row.find("coverage.incomplete", "code")
        elif qualification not in qualifications:
            row.find("coverage.qualification_unknown", "qualification", value=qualification)
