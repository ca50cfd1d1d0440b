"""How far a training record is: the steps it needs, and which of them are signed.

- A record keeps the steps it began with (`needs`); a setting that changes later reaches new records only (T-10).
- Steps are signed in order, trainee, trainer, QA; a missing one is named, never skipped (decision 16, R-SIG-16).
- Nobody stands on two sides of one record, judged by person (R-SIG-14).
- A step is closed by the column that its last meaning fills: `learned`, `verdict`, `decision`.
- NOT_YET and REJECTED end the attempt; a void record counts for nothing and needs nothing any more.
- A record without steps (migrated from a register that QA signed for as a whole) is complete as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from app.base.moment import Instant, utc_ms
from app.base.words import Refused, Row
from app.domain.signatures import SIDE_OF

Signed: TypeAlias = Mapping[str, frozenset[str]]
"""Persons who signed a record so far, by side: `learner`, `trainer`, `decision`."""

NEEDS = {"read": "learner", "ojt": "learner trainer"}
"""Steps in order, by kind of requirement; the setting `qa_approves` adds `qa`."""

STEP_OF = {"learner": "learner", "trainer": "trainer", "decision": "qa"}
"""Side of a signature → the step of a record that it takes."""

COLUMNS = {
    "learner": ("learned", "learned_by", "learned"),
    "trainer": ("taught", "taught_by", "verdict"),
    "qa": ("decided", "decided_by", "decision"),
}
"""Step → columns for when it was signed, by which account, and the one that closes it."""

LEAVES = {"COMPETENT": "verdict", "NOT_YET": "verdict", "APPROVED": "decision", "REJECTED": "decision"}
"""Meaning → the column that it fills with itself."""

STEP_MEANINGS = frozenset({"READ", "TRAINED", "TAUGHT", "REVIEWED", *LEAVES})
"""What can be signed on a record; TAUGHT and REVIEWED leave their step open, for the same person to close."""

KIND_OF = {"READ": "read", "TRAINED": "ojt"}
"""Trainee's meaning → the only kind of record that it is signed on."""

ENDED = frozenset({"NOT_YET", "REJECTED"})


def needs(requirement: Row, *, qa_approves: bool) -> str | None:
    """The steps of a new record, separated by blanks; None for kinds of requirement that have no such record."""
    steps = NEEDS.get(requirement.get("kind", ""))
    return f"{steps} qa" if steps is not None and qa_approves else steps


def closed(record: Row, step: str) -> bool:
    """Whether `step` is signed to the end."""
    return record.get(COLUMNS[step][2]) is not None


def ended(record: Row) -> bool:
    """Whether the attempt ended without success."""
    return record.get("verdict") in ENDED or record.get("decision") in ENDED


def missing(record: Row) -> list[str]:
    """The steps still to be signed, in order; none once the attempt ended or the record is void."""
    if record.get("void") or ended(record):
        return []
    return [
        step for step in (record.get("needs") or "").split() if step in COLUMNS and not closed(record, step)
    ]


def complete(record: Row) -> bool:
    """Whether the record proves training: every step signed, none with a no, and not void."""
    return not record.get("void") and not ended(record) and not missing(record)


def performed(record: Row) -> Instant | None:
    """When the training took place, None if the record doesn't say."""
    done = record.get("done")
    if done is None:
        return None
    return Instant(
        ms=utc_ms(done), off=record.get("done_off") or "+00:00", zone=record.get("done_zone") or "UTC"
    )


def next_step(record: Row, meaning: str) -> str | Refused:
    """The step that `meaning` would sign on `record`; refused unless it is needed, still open, and the next one."""
    step = STEP_OF.get(SIDE_OF.get(meaning) or "", "")
    kind = record.get("kind")
    if meaning not in STEP_MEANINGS or KIND_OF.get(meaning, kind) != kind:
        return Refused("record.other_meaning", {"meaning": meaning})
    if step not in (record.get("needs") or "").split():
        return Refused("record.step_not_needed", {"step": step})
    begun = record.get(COLUMNS[step][0]) is not None
    if closed(record, step) or (begun and meaning not in LEAVES):
        return Refused("record.already_signed", {"step": step})
    first = missing(record)[0]
    return step if first == step else Refused("record.out_of_order", {"step": step, "missing": first})


def sides_apart(owner: str, signer: str, meaning: str, signed: Signed) -> Refused | None:
    """One person, one side: persons are compared, never accounts; `owner`, whose record it is, is its trainee."""
    side = SIDE_OF.get(meaning)
    if (signer == owner) != (side == "learner"):
        return Refused("signer.own_record" if signer == owner else "signer.not_learner")
    for other, persons in signed.items():
        if other != side and signer in persons:
            return Refused("signer.is_other_side", {"side": other})
    # TAUGHT without a verdict leaves the trainer's step to the same trainer, else one of the two would vanish from the row.
    begun_by = signed.get(side or "", frozenset()) if meaning != "VOIDED" else frozenset()
    return Refused("signer.not_the_same") if begun_by - {signer} else None
