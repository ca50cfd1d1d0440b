"""What the status function must know about one person, read from the state tables.

- One reader for screens, reports, the gate and the rules, so that all of them judge the same facts.
- As known at an earlier instant, if asked: then every row is the one that was known then.
- A job's assignments and a curriculum's requirements are few; they are read whole, a person's records alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.base.moment import Instant
from app.base.words import Row
from app.domain.settings import value_of
from app.domain.status import StatusFacts
from app.store import state
from app.store.known import rows_as_known, settings_in_force
from app.store.state import Held
from app.store.tx import Tx


def status_facts(tx: Tx, pid: str, known_at: Instant | None = None) -> StatusFacts | None:
    """Everything about person `pid`, or None when nobody knew such a person."""
    person = state.held(tx, "person", pid)
    known = [] if person is None else rows_as_known(tx, [person], known_at)
    if not known:
        return None
    rules = read_rules(tx, known_at)
    mine = rows_as_known(tx, state.held_by(tx, "record", "pid", pid), known_at)
    return StatusFacts(
        person=known[0],
        postings=rows_as_known(tx, state.held_by(tx, "posting", "pid", pid), known_at),
        assignments=rules.assignments,
        requirements=rules.requirements,
        versions=rules.versions,
        records=grouped(mine, "req"),
        rivals=rules.rivals | state.rivals(tx),
        expiring_days=rules.expiring_days,
    )


class Rules:
    """What is asked of people, the same for everybody: assignments by job, requirements, versions by number; `rivals` are
    the ids of those rows that devices changed apart from each other."""

    def __init__(
        self,
        assignments: Mapping[str, Sequence[Row]],
        requirements: Mapping[str, Row],
        versions: Mapping[str, Sequence[Row]],
        expiring_days: int,
        rivals: frozenset[str] = frozenset(),
    ) -> None:
        self.assignments = assignments
        self.requirements = requirements
        self.versions = versions
        self.expiring_days = expiring_days
        self.rivals = rivals


def read_rules(tx: Tx, known_at: Instant | None = None) -> Rules:
    """The rules as they stand, or as they were known."""
    rivals: set[str] = set()

    def every(noun: str) -> list[Row]:
        held = list(state.all_held(tx, noun))
        rivals.update(str(item.row["id"]) for item in held if state.disputed(item))
        return rows_as_known(tx, held, known_at)

    known = {row["id"]: row for row in every("setting")}
    settings = known if known_at is not None else settings_in_force(tx)
    return Rules(
        assignments=grouped(every("assignment"), "job"),
        requirements={row["id"]: row for row in every("requirement")},
        versions=grouped(every("document"), "number"),
        expiring_days=value_of(settings, "expiring_days"),
        rivals=frozenset(rivals),
    )


def facts_before(tx: Tx, person: Row, requirement: Row) -> StatusFacts:
    """As much about a person as decides whether what comes before `requirement` is met: its chain and nothing else."""
    chain: dict[str, Row] = {}
    row: Row | None = requirement
    while row is not None and row["id"] not in chain:
        chain[row["id"]] = row
        row = None if row.get("after") is None else state.row(tx, "requirement", row["after"])
    postings = _rows(state.held_by(tx, "posting", "pid", person["id"]))
    jobs = {posting["job"] for posting in postings if posting.get("job")}
    numbers = {row["number"] for row in chain.values() if row.get("number")}
    return StatusFacts(
        person=person,
        postings=postings,
        assignments={job: _rows(state.held_by(tx, "assignment", "job", job)) for job in jobs},
        requirements=chain,
        versions={number: _rows(state.held_by(tx, "document", "number", number)) for number in numbers},
        records=grouped(_rows(state.held_by(tx, "record", "pid", person["id"])), "req"),
        rivals=state.rivals(tx),
        expiring_days=0,
    )


def trainer_facts(
    tx: Tx, person: Row, requirement: Row, versions: Sequence[Row], *, records: bool
) -> StatusFacts:
    """As much about a trainer as decides whether the person might train this requirement; `records`: also the own ones."""
    req = requirement["id"]
    own = _rows(state.held_by(tx, "record", "pid", person["id"], req=req)) if records else []
    number = requirement.get("number")
    return StatusFacts(
        person=person,
        postings=(),
        assignments={},
        requirements={requirement["id"]: requirement},
        versions={} if number is None else {number: versions},
        records={req: own},
        rivals=state.rivals(tx),
        expiring_days=0,
    )


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Rows by the value of one column; rows without it are left out."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.get(column) is not None:
            groups.setdefault(row[column], []).append(row)
    return groups


def _rows(held: Iterable[Held]) -> list[Row]:
    return [item.row for item in held]
