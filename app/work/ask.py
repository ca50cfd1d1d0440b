"""Questions about people: what is somebody's status, may somebody do something (S19, T-17).

- Every answer comes from the one status function, for any instant, as known at any instant.
- A learner sees the own file only; others see who lies within the scope of their role.
- People are found by employee number or by id; a name that fits several people is never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from app.base.moment import Day, Instant
from app.base.words import Refused, Row, Value
from app.domain.duties import FOR_EVER
from app.domain.rights import READERS
from app.domain.status import Gate, StatusFacts, Verdict, status
from app.domain.status import may as may_do
from app.store import state
from app.store.known import rows_as_known
from app.store.training import status_facts
from app.work.crowd import whole_crowd
from app.work.office import Office
from app.work.period import is_over
from app.work.unread import shown_name, unread_persons


class Line(Value, frozen=True):
    """The verdict on one requirement."""

    code: str
    subject: str
    kind: str
    verdict: Verdict


class File(Value, frozen=True):
    """A person's training at an instant, as known at another: every requirement that the person's jobs ask for."""

    pid: str
    name: str
    number: str
    at: Instant
    known_at: Instant
    lines: tuple[Line, ...]


def training_of(office: Office, person: str, at: Instant | None, known_at: Instant | None) -> File | Refused:
    """Every verdict on `person` (employee number or id). Refused `person.unknown`, `scope.outside`, `session.none`."""
    found = _facts(office, person, known_at)
    if isinstance(found, Refused):
        return found
    facts, row = found
    now = office.clock.now().instant
    when = at or now
    lines = tuple(
        Line(
            code=str(requirement.get("code", id)),
            subject=str(requirement.get("subject", "")),
            kind=str(requirement.get("kind", "")),
            verdict=verdict,
        )
        for id, requirement in sorted(facts.requirements.items(), key=lambda item: str(item[1].get("code")))
        if (verdict := status(facts, id, when)).word != "Not required"
    )
    return File(
        pid=facts.person["id"],
        name=shown_name(office, row),
        number=str(row.get("number", "")),
        at=when,
        known_at=known_at or now,
        lines=lines,
    )


def may(office: Office, person: str, codes: tuple[str, ...], at: Instant | None) -> Gate | Refused:
    """Whether the person may do what needs these requirements or curricula (codes); the items are requirements by code.

    A curriculum stands for its requirements that run on that day. Refused as `training_of`, `requirement.unknown`.
    """
    found = _facts(office, person, None)
    if isinstance(found, Refused):
        return found
    facts, _row = found
    when = at or office.clock.now().instant
    with office.store.read() as tx:
        curricula = {row.get("code"): row["id"] for row in state.rows(tx, "curriculum")}
    named = {code: _named(facts.requirements, code, curricula.get(code), when.day) for code in codes}
    missing = next((code for code, ids in named.items() if not ids), None)
    if missing is not None:
        return Refused("requirement.unknown", {"code": missing})
    gate = may_do(facts, dict.fromkeys(id for ids in named.values() for id in ids), when)
    items = tuple((str(facts.requirements[id].get("code", id)), verdict) for id, verdict in gate.items)
    return replace(gate, items=items)


def _named(requirements: Mapping[str, Row], code: str, curriculum: str | None, day: Day) -> list[str]:
    """The ids of the requirement with this code, or of those of the curriculum that run on `day`, in its order."""
    running = [
        (row.get("seq") or 0, id)
        for id, row in requirements.items()
        if curriculum is not None and row.get("curriculum") == curriculum
        and (row.get("valid_from") or "") <= day <= (row.get("valid_to") or FOR_EVER)
    ]  # fmt: skip
    return [id for id, row in requirements.items() if row.get("code") == code] or [
        id for _, id in sorted(running)
    ]


def find_person(office: Office, person: str) -> Row | Refused:
    """The opened row of one person, by id or employee number; without what this device has no key for.

    Refused `person.unknown`, or `person.unknown_or_unread` while there are persons whose numbers can't be read here.
    """
    with office.store.read() as tx:
        row = state.row(tx, "person", person)
        if row is not None:
            return office.ring.opened("person", row)
        pid = whole_crowd(office, tx).numbered(person)
        row = state.row(tx, "person", pid) if pid else None
        if row is not None:
            return office.ring.opened("person", row)
    unread = len(unread_persons(office))
    if unread:
        return Refused("person.unknown_or_unread", {"number": person, "count": unread})
    return Refused("person.unknown", {"number": person})


def _facts(office: Office, person: str, known_at: Instant | None) -> tuple[StatusFacts, Row] | Refused:
    row = find_person(office, person)
    if isinstance(row, Refused):
        return row
    refused = out_of_sight(office, row)
    if refused is not None:
        return refused
    with office.store.read() as tx:
        facts = status_facts(tx, row["id"], known_at)
        if facts is None:
            return Refused("person.unknown", {"number": person})
        held = [item for item in [state.held(tx, "person", row["id"])] if item is not None]
        known = rows_as_known(tx, held, known_at)
    return facts, office.ring.opened("person", known[0])


def out_of_sight(office: Office, row: Row) -> Refused | None:
    """Why whoever is signed in may not see this person (`session.none`, `scope.outside`), or None."""
    session = office.session
    if session is None or is_over(office, office.clock.now()):
        return Refused("session.none")
    if session.pid == row["id"]:
        return None
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    grants = office.standing.roles.in_force(session.uid, here, now.utc)
    seen = any(grant.role in READERS and grant.covers(office.site, row.get("dept")) for grant in grants)
    return None if seen else Refused("scope.outside", {"dept": row.get("dept") or "-"})
