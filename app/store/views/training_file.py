"""A person's training file: jobs, curricula, requirements with their verdicts, records with their signatures.

- Verdicts come from the one status function, on the same facts as everywhere else (decision 10).
- As known at `known_at`: what was recorded later is left out, signatures too.
- Every record of the person is in it, also void ones and those that no job asks for any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.moment import Instant
from app.base.words import Row
from app.domain.reports import Course, Duty, Job, PersonFile, Proof
from app.domain.settings import value_of
from app.domain.status import StatusFacts, Verdict, status
from app.domain.steps import complete, missing
from app.proof.chain import row_digest
from app.store import state
from app.store.known import row_as_known, rows_as_known, settings_in_force
from app.store.state import Held, places
from app.store.training import status_facts
from app.store.tx import Tx
from app.store.views.heads import heads
from app.store.views.opening import Keyring, opened_row
from app.store.views.signatures import signed, signed_entries

NOT_REQUIRED = "Not required"


class _Case:
    """What the parts of one file are made from."""

    def __init__(self, tx: Tx, facts: StatusFacts, keys: Keyring, at: Instant, known_at: Instant) -> None:
        self.tx, self.facts, self.keys = tx, facts, keys
        self.at, self.known_at = at, known_at
        self.verdicts = {id: status(facts, id, at) for id in facts.requirements}
        self.documents = {row["id"]: row for rows in facts.versions.values() for row in rows}
        self.late_h = value_of(settings_in_force(tx), "late_h")

    def known(self, t: str) -> dict[str, Row]:
        """Every row of a type, by id, as known then."""
        return {row["id"]: row for row in rows_as_known(self.tx, state.all_held(self.tx, t), self.known_at)}


def training_file(
    tx: Tx, pid: str, keys: Keyring, *, at: Instant, known_at: Instant, now: Instant
) -> PersonFile | None:
    """The file of person `pid`, or None when nobody knew such a person at `known_at`."""
    facts = status_facts(tx, pid, known_at if known_at.ms < now.ms else None)
    if facts is None:
        return None
    case = _Case(tx, facts, keys, at, known_at)
    person = opened_row(keys, "person", facts.person)
    jobs, courses = case.known("job"), case.known("curriculum")
    return PersonFile(
        site=tx.site, pid=pid, name=str(person.get("name", "")), native=str(person.get("native", "")),
        number=str(person.get("number", "")), title=str(person.get("reg_title", "")),
        dept=str(person.get("dept", "")), hired=str(person.get("hired", "")), gone=str(person.get("gone", "")),
        at=at, known_at=known_at, read=now, jobs=_jobs(facts, jobs), courses=_courses(facts, jobs, courses, at),
        duties=_duties(case, courses), proofs=_proofs(case), heads=heads(tx),
    )  # fmt: skip


def _jobs(facts: StatusFacts, jobs: Mapping[str, Row]) -> tuple[Job, ...]:
    return tuple(
        Job(
            code=str(jobs.get(row.get("job", ""), {}).get("code", "")),
            title=str(jobs.get(row.get("job", ""), {}).get("title", "")),
            dept=str(row.get("dept", "")),
            start=str(row.get("valid_from", "")),
            end=str(row.get("valid_to", "")),
            main=bool(row.get("main")),
        )
        for row in sorted(facts.postings, key=lambda row: (row.get("valid_from") or "", row["id"]))
    )


def _courses(
    facts: StatusFacts, jobs: Mapping[str, Row], courses: Mapping[str, Row], at: Instant
) -> tuple[Course, ...]:
    """The curricula assigned on that day to a job held on that day."""
    held = [row["job"] for row in facts.postings if row.get("job") and _runs(row, at)]
    asked: dict[str, list[str]] = {}
    for job in dict.fromkeys(held):
        for row in facts.assignments.get(job, ()):
            if _runs(row, at):
                asked.setdefault(row["curriculum"], []).append(str(jobs.get(job, {}).get("code", "")))
    return tuple(
        Course(
            code=str(row.get("code", "")), title=str(row.get("title", "")), ver=str(row.get("ver", "")),
            jobs=tuple(asked[id]),
        )
        for id, row in sorted(courses.items(), key=lambda item: str(item[1].get("code")))
        if id in asked
    )  # fmt: skip


def _runs(row: Row, at: Instant) -> bool:
    return (row.get("valid_from") or "") <= at.day <= (row.get("valid_to") or "9999-12-31")


def _duties(case: _Case, courses: Mapping[str, Row]) -> tuple[Duty, ...]:
    found = [
        Duty(
            code=str(row.get("code", id)),
            subject=str(row.get("subject", "")),
            number=str(row.get("number", "")),
            curriculum=str(courses.get(row.get("curriculum", ""), {}).get("code", "")),
            verdict=case.verdicts[id],
        )
        for id, row in case.facts.requirements.items()
        if case.verdicts[id].word != NOT_REQUIRED
    ]
    return tuple(sorted(found, key=lambda duty: duty.code))


def _proofs(case: _Case) -> tuple[Proof, ...]:
    held = state.held_by(case.tx, "record", "pid", case.facts.person["id"])
    found = [proof for item in held if (proof := _proof(case, item)) is not None]
    return tuple(sorted(found, key=lambda proof: (proof.done, proof.id)))


def _proof(case: _Case, held: Held) -> Proof | None:
    row = row_as_known(case.tx, held, case.known_at.utc)
    if row is None:
        return None
    requirement = case.facts.requirements.get(row.get("req", ""), {})
    document = case.documents.get(row.get("doc") or "", {})
    trail = tuple(places(held.trace))
    entries = signed_entries(case.tx, trail, case.known_at.utc)
    verdict = case.verdicts.get(row.get("req", ""), Verdict(word=NOT_REQUIRED))
    return Proof(
        id=row["id"], code=str(requirement.get("code", "")), subject=str(requirement.get("subject", "")),
        number=str(document.get("number", "")), ver=str(document.get("ver", "")),
        title=str(document.get("title", "")), sha256=str(document.get("sha256", "")),
        done=str(row.get("done", "")), done_off=str(row.get("done_off") or "+00:00"),
        done_zone=str(row.get("done_zone") or "UTC"), valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"), grade=str(row.get("grade", "")),
        comment=str(opened_row(case.keys, "record", row).get("comment", "")), void=bool(row.get("void")),
        counts=complete(row) and verdict.record == row["id"], open=tuple(missing(row)), verdict=verdict,
        post=row_digest(row), places=trail,
        signed=tuple(signed(entry, case.keys, row.get("done"), case.late_h) for entry in entries),
    )  # fmt: skip
