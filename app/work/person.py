"""One person's training file for the screen: the same view that is printed, and what the person is released for.

- At any instant, as known at any instant; a value whose key is not here is told, never left blank.
- Released for a curriculum is who meets every requirement of it; what stands in the way is named, the worst first.
"""

from __future__ import annotations

from app.base.moment import Day, Instant
from app.base.words import Refused, Value
from app.domain.reports import Course, Duty, PersonFile
from app.domain.verdicts import meets
from app.store.views.training_file import training_file
from app.work.ask import find_person, out_of_sight
from app.work.office import Office
from app.work.unread import NotHere, Seen, no_key


class Released(Value, frozen=True):
    """A curriculum of the person's: whether it is met, until which day, how many of its requirements are met; `worst`
    is the word of the worst verdict, `blocks` the code of the requirement that it belongs to."""

    code: str
    title: str
    ok: bool
    until: Day | None
    met: int
    of: int
    worst: str
    blocks: str


class PersonShown(Value, frozen=True):
    """The file and what it comes to. `own`: it is the asker's own file."""

    file: PersonFile
    released: tuple[Released, ...]
    own: bool


def person_file(
    office: Office, person: str, at: Instant | None = None, known_at: Instant | None = None
) -> PersonShown | Refused:
    """The file of `person` (employee number or id). Refused `person.unknown`, `scope.outside`, `session.none`,
    `person.no_key` where somebody's key is not on this device."""
    row = find_person(office, person)
    if isinstance(row, Refused):
        return row
    refused = out_of_sight(office, row)
    if refused is not None:
        return refused
    now, pid = office.clock.now().instant, str(row["id"])
    try:
        with office.store.read() as tx:
            file = training_file(tx, pid, Seen(office), at=at or now, known_at=known_at or now, now=now)
    except NotHere as missing:
        return no_key(office, missing.pid)
    if file is None:
        return Refused("person.unknown", {"number": person})
    own = office.session is not None and office.session.pid == pid
    return PersonShown(file=file, released=tuple(_released(file, one) for one in file.courses), own=own)


def _released(file: PersonFile, course: Course) -> Released:
    duties = [one for one in file.duties if one.curriculum == course.code]
    met = [one for one in duties if meets(one.verdict.word)]
    worst: Duty | None = min(duties, key=lambda one: one.verdict.index, default=None)
    ends = [one.verdict.until for one in met if one.verdict.until is not None]
    ok = bool(duties) and len(met) == len(duties)
    return Released(
        code=course.code, title=course.title or course.code, ok=ok, until=min(ends, default=None) if ok else None,
        met=len(met), of=len(duties), worst="" if worst is None else worst.verdict.word,
        blocks="" if ok or worst is None else worst.code,
    )  # fmt: skip
