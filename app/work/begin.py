"""What may be begun, and what comes next on a record: for the windows that start, correct and finish training records.

- A record begins with its trainee's signature; there is nothing to save before (R-REC-02, R-SIG-16).
- The next step and who may sign it come from the rules; a screen decides nothing.
"""

from __future__ import annotations

from msgspec import structs

from app.base.ids import DocumentId, PersonId, RecordId, RequirementId, new_id
from app.base.moment import Instant
from app.base.words import Refused, Row, Value
from app.domain.documents import version_in_force, versions_ahead
from app.domain.records import SignOff, Void
from app.domain.settings import value_of
from app.domain.status import StatusFacts, status
from app.domain.steps import missing, performed
from app.store import state
from app.store.known import settings_in_force
from app.store.training import status_facts
from app.store.tx import Tx
from app.work.ask import find_person, out_of_sight
from app.work.office import Office
from app.work.perform import preview
from app.work.proposal import Document, document_of
from app.work.reasons import OTHER
from app.work.signers import Someone, someone, who_may

BEGINS = {"read": "READ", "ojt": "TRAINED"}
"""Kind of requirement → what its trainee signs first."""

STEP_MEANING = {"trainer": "COMPETENT", "qa": "APPROVED"}
"""Step → the meaning that stands for the choice of verdicts there."""


class Start(Value, frozen=True):
    """A requirement on which a record may begin: id, code, subject, kind, how it stands, the versions to train on (the one
    in force first), the record that is open for it already (empty: none), and why its trainee can sign no version now."""

    req: str
    code: str
    subject: str
    kind: str
    word: str
    versions: tuple[Document, ...]
    open: str
    why_not: Refused | None


class Beginning(Value, frozen=True):
    """What a new record of this person may be about; `late_h` hours after which a reason is asked, `now` the site's time."""

    person: Someone
    own: bool
    starts: tuple[Start, ...]
    late_h: int
    now: Instant


class Next(Value, frozen=True):
    """The next signature on a record: the step, the command (for a verdict: the one that stands for the choice), whether
    whoever is signed in may sign it, and everybody else who may; `why_not` is the refusal for who is signed in."""

    step: str
    command: SignOff
    me: bool
    why_not: Refused | None
    others: tuple[Someone, ...]


class Standing(Value, frozen=True):
    """A record as it stands, for correcting or voiding it."""

    id: str
    person: Someone
    req: str
    code: str
    subject: str
    doc: str
    document: Document | None
    done: Instant | None
    comment: str
    void: bool
    open: tuple[str, ...]


def beginning(office: Office, person: str) -> Beginning | Refused:
    """What may be begun for `person` (employee number or id). Refused `person.unknown`, `session.none`."""
    row = find_person(office, person)
    if isinstance(row, Refused):
        return row
    refused = out_of_sight(office, row)
    if refused is not None or office.session is None:
        return refused or Refused("session.none")
    now = office.clock.now().instant
    with office.store.read() as tx:
        facts = status_facts(tx, row["id"])
        assert facts is not None
        found, who = _starts(facts, now), someone(office, tx, pid=row["id"])
        late_h = value_of(settings_in_force(tx), "late_h")
    starts = [structs.replace(one, why_not=_why_not(office, one, who)) for one in found]
    starts.sort(key=lambda one: (one.why_not is not None, one.code))
    own = office.session.pid == row["id"]
    return Beginning(person=who, own=own, starts=tuple(starts), late_h=late_h, now=now)


def _why_not(office: Office, start: Start, person: Someone) -> Refused | None:
    """The rules' refusal of the trainee's signature now, with any of the versions; None where one of them can be signed."""
    if start.open:
        return None
    if not person.uid:
        return Refused("signing.nobody")
    refused = None
    for doc in [one.id for one in start.versions] or [""]:
        begun = new_record(office, start, person.pid, done=None, doc=doc, comment="", why="")
        answer = preview(office, begun, person.uid)
        if not isinstance(answer, Refused):
            return None
        refused = refused or answer
    return refused


def _starts(facts: StatusFacts, now: Instant) -> tuple[Start, ...]:
    found = []
    for id, row in facts.requirements.items():
        word = status(facts, id, now).word if row.get("kind") in BEGINS else "Not required"
        if word != "Not required":
            found.append(_start(facts, row, word, now))
    return tuple(found)


def _start(facts: StatusFacts, row: Row, word: str, now: Instant) -> Start:
    number = row.get("number")
    versions = () if number is None else facts.versions.get(number, ())
    current = None if number is None else version_in_force(versions, number, now)
    ahead = [] if number is None else versions_ahead(versions, number, now)
    offered = [one for one in [current, *ahead] if one is not None]
    begun = next((one["id"] for one in facts.records.get(row["id"], ()) if missing(one)), "")
    return Start(
        req=row["id"], code=str(row.get("code", row["id"])), subject=str(row.get("subject", "")), kind=row["kind"],
        word=word, versions=tuple(document_of(one) for one in offered), open=begun, why_not=None,
    )  # fmt: skip


def new_record(
    office: Office, start: Start, pid: str, *, done: Instant | None, doc: str, comment: str, why: str
) -> SignOff:
    """The command that begins a record: its trainee's step."""
    return SignOff(
        id=RecordId(new_id("r", office.random)), pid=PersonId(pid), req=RequirementId(start.req),
        meaning=BEGINS[start.kind], done=done, doc=DocumentId(doc) if doc else None, comment=comment or None,
        why=why or None,
    )  # fmt: skip


def next_of(office: Office, record: str) -> Next | Refused | None:
    """What is signed next on `record`, and by whom; None when nothing is. Refused `record.unknown`, `session.none`."""
    session = office.session
    if session is None:
        return Refused("session.none")
    with office.store.read() as tx:
        row = state.row(tx, "record", record)
        person = None if row is None else state.row(tx, "person", row["pid"])
    if row is None:
        return Refused("record.unknown")
    refused = out_of_sight(office, person or {"id": row["pid"]})
    if refused is not None:
        return refused
    steps = missing(row)
    if not steps:
        return None
    meaning = STEP_MEANING.get(steps[0]) or BEGINS[row["kind"]]
    command = SignOff(
        id=RecordId(record), pid=PersonId(row["pid"]), req=RequirementId(row["req"]), meaning=meaning
    )
    may = who_may(office, command)
    me = any(one.uid == session.uid for one in may)
    why_not = None if me else _refusal(office, command, session.uid)
    others = tuple(one for one in may if one.pid != session.pid)
    return Next(step=steps[0], command=command, me=me, why_not=why_not, others=others)


def standing_of(office: Office, record: str) -> Standing | Refused:
    """A record with what it says, or `record.unknown`, `session.none`."""
    with office.store.read() as tx:
        row = state.row(tx, "record", record)
        if row is None:
            return Refused("record.unknown")
        person = state.row(tx, "person", row["pid"]) or {"id": row["pid"]}
        found = _standing(office, tx, row)
    return out_of_sight(office, person) or found


def may_void(office: Office, record: str) -> bool | Refused:
    """Whether whoever is signed in may declare `record` void; refused as `standing_of`, or where it is void already."""
    found = standing_of(office, record)
    if isinstance(found, Refused) or office.session is None:
        return found if isinstance(found, Refused) else Refused("session.none")
    answer = preview(office, Void(id=RecordId(record), why=OTHER), office.session.uid)
    if isinstance(answer, Refused) and answer.code.startswith("record."):
        return answer
    return not isinstance(answer, Refused)


def _standing(office: Office, tx: Tx, row: Row) -> Standing:
    requirement = state.row(tx, "requirement", row["req"]) or {"id": row["req"]}
    document = None if row.get("doc") is None else state.row(tx, "document", row["doc"])
    return Standing(
        id=row["id"], person=someone(office, tx, pid=row["pid"]), req=row["req"],
        code=str(requirement.get("code", row["req"])), subject=str(requirement.get("subject", "")),
        doc=str(row.get("doc") or ""), document=None if document is None else document_of(document),
        done=performed(row), comment=str(office.ring.opened("record", row).get("comment", "")),
        void=bool(row.get("void")), open=tuple(missing(row)),
    )  # fmt: skip


def _refusal(office: Office, command: SignOff, uid: str) -> Refused | None:
    answer = preview(office, command, uid)
    return answer if isinstance(answer, Refused) else None
