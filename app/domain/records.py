"""Training records: one attempt of one person at one requirement, signed step by step. Newcomers start here.

- The order is trainee, trainer, QA, as far as the record needs them; a missing step is named, never skipped (decision 16).
- Nobody stands on two sides of one record, judged by person, not by account; only the record's own person is its trainee.
- A trainer must have been qualified when the training took place, whatever holds when signing (decision 10).
- Training counts for one document version, and is done within that version's window (R-REC-04).
- Performed and recorded time are kept apart; a late entry gives its reason, a future one is refused (R-REC-11).
- A signed step never changes. NOT_YET and REJECTED end the attempt; the next attempt is a record of its own.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from app.base.ids import DocumentId, PersonId, RecordId, RequirementId
from app.base.moment import Instant
from app.base.words import Json, Personal, Refused, Row, Value
from app.domain import steps
from app.domain.curricula import valid_until
from app.domain.documents import in_window
from app.domain.signatures import NEEDS_WHY, SIDE_OF
from app.domain.who import Who
from app.domain.wire import Change, Private, Text, Whole

HOUR_MS = 3_600_000
DECIDING = frozenset({"REVIEWED", "APPROVED", "REJECTED"})
"""What QA does when signing, not when the training took place: never late."""

# ---- commands


class SignOff(Value, frozen=True, kw_only=True):
    """Sign one step of record `id`; a new id starts a record. `done`: when it took place, told with the first step.
    `doc`: the version, if it isn't the one in force (trained in advance). `why`: a code of the site's list."""

    id: RecordId
    pid: PersonId
    req: RequirementId
    meaning: str
    done: Instant | None = None
    doc: DocumentId | None = None
    comment: str | None = None
    why: str | None = None


class Void(Value, frozen=True, kw_only=True):
    """Declare record `id` void, for the reason `why`: it stays readable and counts for nothing from then on."""

    id: RecordId
    why: str | None


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """What these rules must know. No defaults: a forgotten question is a type error.

    `document`: the version trained on. `signed`: persons who signed so far, by side. `previous`: the person's other
    records for the requirement. `after`: code of a requirement that must be met first and isn't, or None.
    `trainer_qualified`, `trainer_reason`: whether the signer might train this at the performed time, or why not."""

    person: Row
    requirement: Row
    document: Row | None
    record: Row | None
    signed: steps.Signed
    previous: tuple[Row, ...]
    after: str | None
    trainer_qualified: bool
    trainer_reason: str
    late_h: int
    qa_approves: bool
    clock_doubt: bool


# ---- changes


class SignedOff(Change, frozen=True, kw_only=True):
    """One step of a record was signed, or the record was declared void."""

    ACT: ClassVar[str] = "record.sign"
    NOUN: ClassVar[str] = "record"

    pid: Text = UNSET
    req: Text = UNSET
    doc: Text = UNSET
    kind: Text = UNSET
    needs: Text = UNSET
    done: Text = UNSET
    done_off: Text = UNSET
    done_zone: Text = UNSET
    valid_from: Text = UNSET
    valid_to: Text = UNSET
    grade: Text = UNSET
    dept: Text = UNSET
    learned: Text = UNSET
    learned_by: Text = UNSET
    taught: Text = UNSET
    taught_by: Text = UNSET
    verdict: Text = UNSET
    decided: Text = UNSET
    decided_by: Text = UNSET
    decision: Text = UNSET
    comment: Private = UNSET
    void: Whole = UNSET


# ---- rules: what may be signed lies in steps.py; whether the training was in order lies here


class Ask(Value, frozen=True, kw_only=True):
    """One request with all that is known about it; `record` is the row as it stands, or as it would begin."""

    command: SignOff
    facts: Facts
    who: Who
    now: Instant
    record: Row
    done: Instant


def record_is_open(ask: Ask) -> Refused | None:
    """A record that is void, has ended or is somebody else's takes no signature; nor does a second open one begin."""
    record, facts = ask.record, ask.facts
    if (record.get("pid"), record.get("req")) != (facts.person["id"], facts.requirement["id"]):
        return Refused("record.other_subject")
    if record.get("void") or steps.ended(record):
        return Refused("record.void" if record.get("void") else "record.ended")
    begun = any(steps.missing(row) and row.get("doc") == record.get("doc") for row in facts.previous)
    return Refused("record.open_already") if facts.record is None and begun else None


def signer_may(ask: Ask) -> Refused | None:
    """The step is the next one, the signer is on no other side, and a trainer was qualified then (R-REC-03)."""
    step = steps.next_step(ask.record, ask.command.meaning)
    if isinstance(step, Refused):
        return step
    apart = steps.sides_apart(ask.record["pid"], ask.who.pid, ask.command.meaning, ask.facts.signed)
    if apart is None and step == "trainer" and not ask.facts.trainer_qualified:
        return Refused("signer.not_qualified", {"reason": ask.facts.trainer_reason})
    return apart


def document_was_right(ask: Ask) -> Refused | None:
    """The version was approved and not yet superseded at the performed time; what was read must be on file."""
    number, document = ask.facts.requirement.get("number"), ask.facts.document
    if number is None:
        return None
    if document is None or (document["id"], document.get("number")) != (ask.record.get("doc"), number):
        return Refused("document.not_in_force", {"number": number})
    if not in_window(document, ask.done):
        return Refused("document.not_in_force", {"number": number})
    on_file = ask.command.meaning != "READ" or (document.get("sha256") and document.get("file_j"))
    return None if on_file else Refused("document.no_file", {"number": number})


def time_is_right(ask: Ask) -> Refused | None:
    """Not in the future, not after the person left, told once, and with a reason when entered late (R-REC-11)."""
    told, gone = ask.command.done, ask.facts.person.get("gone")
    if ask.done.ms > ask.now.ms:
        return Refused("time.future")
    if told is not None and told.ms != ask.done.ms:
        return Refused("record.done_fixed", {"done": ask.done.utc})
    if gone is not None and ask.done.day > gone:
        return Refused("person.gone", {"day": gone})
    late = ask.now.ms - ask.done.ms > ask.facts.late_h * HOUR_MS and ask.command.meaning not in DECIDING
    excused = ask.command.why or not late
    return None if excused else Refused("late.reason_missing", {"hours": ask.facts.late_h})


def words_are_there(ask: Ask) -> Refused | None:
    """A no has a reason; a comment that was signed is not overwritten; what must come first has come."""
    if ask.command.meaning in NEEDS_WHY and not ask.command.why:
        return Refused("why.missing", {"meaning": ask.command.meaning})
    if ask.command.comment and ask.record.get("comment_j") is not None:
        return Refused("record.comment_taken")
    locked = ask.facts.after if ask.facts.record is None else None
    return None if locked is None else Refused("requirement.locked", {"after": locked})


RULES = (record_is_open, signer_may, document_was_right, time_is_right, words_are_there)


# ---- decide


def decide(command: SignOff | Void, facts: Facts, who: Who, now: Instant) -> tuple[SignedOff, ...] | Refused:
    """The one change that the signature will stand under, or the first rule's refusal."""
    if isinstance(command, Void):
        return _void(command, facts, who)
    done = (steps.performed(facts.record) if facts.record else None) or command.done or now
    record = facts.record or _begin(facts, done)
    if record is None:
        return Refused("requirement.other_kind", {"kind": facts.requirement.get("kind", "")})
    ask = Ask(command=command, facts=facts, who=who, now=now, record=record, done=done)
    refusal = next((refused for rule in RULES if (refused := rule(ask)) is not None), None)
    return (_sign(ask),) if refusal is None else refusal


def _void(command: Void, facts: Facts, who: Who) -> tuple[SignedOff, ...] | Refused:
    if facts.record is None or facts.record.get("void"):
        return Refused("record.unknown" if facts.record is None else "record.void")
    if not command.why:
        return Refused("why.missing", {"meaning": "VOIDED"})
    apart = steps.sides_apart(facts.record["pid"], who.pid, "VOIDED", facts.signed)
    return (SignedOff(id=command.id, void=1),) if apart is None else apart


def _begin(facts: Facts, done: Instant) -> Row | None:
    """The columns that a new record begins with; None for kinds of requirement that have no such record."""
    needed = steps.needs(facts.requirement, qa_approves=facts.qa_approves)
    if needed is None:
        return None
    about = {"pid": facts.person["id"], "req": facts.requirement["id"], "kind": facts.requirement["kind"]}
    doc = None if facts.document is None else facts.document["id"]
    when = {"done": done.utc, "done_off": done.off, "done_zone": done.zone}
    return {**about, **when, "doc": doc, "needs": needed, "dept": facts.person.get("dept")}


def _sign(ask: Ask) -> SignedOff:
    """The step's own columns, those that a new record begins with, and the validity once the last step is signed."""
    record, meaning = ask.record, ask.command.meaning
    when, by, _ = steps.COLUMNS[steps.STEP_OF[SIDE_OF[meaning] or ""]]
    columns: dict[str, Json] = {when: ask.now.utc, by: ask.who.uid}
    if meaning in steps.LEAVES:
        columns[steps.LEAVES[meaning]] = meaning
    if steps.complete({**record, **columns}):
        proofs = (row for row in ask.facts.previous if steps.complete(row) and row.get("valid_to"))
        renewed = max((row["valid_to"] for row in proofs), default=None)
        valid_to = valid_until(ask.facts.requirement, ask.done.day, renewed)
        columns |= {"valid_from": ask.done.day, "valid_to": valid_to}
    if ask.command.comment:
        columns["comment"] = Personal(record["pid"], ask.command.comment)
    columns["grade"] = "B" if ask.facts.clock_doubt else record.get("grade", "A")
    return SignedOff(id=ask.command.id, **(record if ask.facts.record is None else {}), **columns)
