"""The numbers of the first page: what endangers compliance, counted among the people in sight (ux 02).

- Every number comes from the roster's verdicts; what the domain can't tell (sessions, the rota) is not invented.
- People who left are not counted.
"""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest

from app.base.moment import Day, Instant, add_days
from app.base.words import Refused, Value
from app.store.views.heads import heads
from app.work.crowd import Tick
from app.work.judged import Member
from app.work.office import Office
from app.work.roster import in_sight
from app.work.sync import sync_counts
from app.work.verifying import LastVerified, last_verified

WEEKS, MONTH, MOST = 8, 30, 12


class Share(Value, frozen=True):
    """A department: how many of what its people need is met, of how many."""

    dept: str
    people: int
    met: int
    of: int


class Attention(Value, frozen=True):
    """Somebody to look after: the person, the worst verdict's word, how many are overdue, expiring and wait."""

    pid: str
    number: str
    name: str
    dept: str
    word: str
    overdue: int
    expiring: int
    waiting: int


class Ending(Value, frozen=True):
    """How many qualifications end in the week that begins on `start`."""

    start: Day
    n: int


class LogShown(Value, frozen=True):
    """One device's log: entries held, received by a centre."""

    device: str
    entries: int
    received: int
    own: bool


class HomeNumbers(Value, frozen=True):
    """The page. `overdue` and `expiring` count requirements, `overdue_people` persons; `waiting` requirements that wait for
    a signature; `here` this device's entries that no centre has received."""

    at: Instant
    people: int
    met: int
    of: int
    overdue: int
    overdue_people: int
    expiring: int
    waiting: int
    departments: tuple[Share, ...]
    attention: tuple[Attention, ...]
    weeks: tuple[Ending, ...]
    logs: tuple[LogShown, ...]
    here: int
    entries: int
    verified: LastVerified | None


def home(office: Office, tick: Tick | None = None) -> HomeNumbers | Refused:
    """The numbers for whoever is signed in. Refused `session.none`."""
    sight = in_sight(office, tick)
    if isinstance(sight, Refused):
        return sight
    now = office.clock.now().instant
    members = [one for one in sight if not one.line.gone]
    ends = Counter(end for one in members for end in one.ends)
    with office.store.read() as tx:
        logs = heads(tx)
    return HomeNumbers(
        at=now, people=len(members), met=sum(one.met for one in members), of=sum(one.of for one in members),
        overdue=sum(one.line.overdue for one in members), overdue_people=sum(1 for one in members if one.line.overdue),
        expiring=_ending(ends, now.day, MONTH),
        waiting=sum(len(one.waits) for one in members), departments=_departments(members),
        attention=_attention(members), weeks=_weeks(ends, now.day),
        logs=tuple(
            LogShown(device=one.log.split("/")[-2], entries=one.n, received=one.received, own=one.log == office.tail.log)
            for one in logs
        ),
        here=sync_counts(office).here, entries=sum(one.n for one in logs), verified=last_verified(office),
    )  # fmt: skip


def _ending(ends: Counter[Day], day: Day, days: int) -> int:
    """How many end from `day` to `days` later."""
    last = add_days(day, days)
    return sum(n for end, n in ends.items() if day <= end <= last)


def _departments(members: list[Member]) -> tuple[Share, ...]:
    people, met, of = Counter[str](), Counter[str](), Counter[str]()
    for one in members:
        dept = one.line.dept
        people[dept] += 1
        met[dept] += one.met
        of[dept] += one.of
    return tuple(
        Share(dept=dept, people=people[dept], met=met[dept], of=of[dept]) for dept in sorted(people) if of[dept]
    )


def _attention(members: list[Member]) -> tuple[Attention, ...]:
    """The people whose verdicts ask for something, those with the most overdue first."""
    found = nsmallest(
        MOST,
        (one for one in members if one.line.overdue or one.line.expiring or one.waits),
        key=lambda one: (-len(one.waits), -one.line.overdue, -one.line.expiring, one.one.key),
    )
    return tuple(
        Attention(
            pid=one.line.pid, number=one.line.number, name=one.line.name, dept=one.line.dept, word=one.line.worst,
            overdue=one.line.overdue, expiring=one.line.expiring, waiting=len(one.waits),
        )
        for one in found
    )  # fmt: skip


def _weeks(ends: Counter[Day], day: Day) -> tuple[Ending, ...]:
    starts = [add_days(day, 7 * n) for n in range(WEEKS)]
    return tuple(Ending(start=start, n=_ending(ends, start, 6)) for start in starts)
