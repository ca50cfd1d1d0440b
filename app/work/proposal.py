"""What the sign dialog shows before anybody types: the words, what they are about, who signs, and what is asked (ux §5, §10).

- Made from what the rules decided, on one view of the store; or the refusal, before anybody types a password.
- The fingerprint is the SHA-256 of canonical bytes that hold the words, the row as it stands, its seal and the document;
  the window shows those very bytes, and signing compares them once more (R-SIG-07).
- A reason that is still to be given is no refusal: the proposal says that one is needed.
- Whom a signature would qualify is asked of the one status function, on the row that the signature would leave.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from msgspec import structs

from app.base.codec import pack
from app.base.moment import Instant
from app.base.words import Json, Refused, Row, Value
from app.domain.records import SignOff, Void
from app.domain.reports import Signed
from app.domain.settings import value_of
from app.domain.signatures import SIDE_OF
from app.domain.status import meets, status
from app.domain.steps import STEP_OF, complete, performed
from app.proof.envelope import is_envelope
from app.store import state
from app.store.known import settings_in_force
from app.store.state import places
from app.store.training import status_facts
from app.store.tx import Tx
from app.store.views.signatures import signed, signed_entries
from app.work.asks import Asks, asks_of, code_wait_ms
from app.work.office import Office
from app.work.perform import Foreseen, Shown, foresee
from app.work.reasons import OTHER, reasons_for
from app.work.scribe import Draft
from app.work.sign import subject
from app.work.signers import Reader, Someone, someone

OPEN_REASONS = ("why.missing", "late.reason_missing")
STAMPED = frozenset(
    {"done", "done_off", "done_zone", "learned", "taught", "decided", "valid_from", "valid_to", "grade"}
)
"""Columns of a record that follow from when it is signed or took place."""


class Document(Value, frozen=True):
    """The version that is signed for: register id, number, version, title, first instant in force (UTC, or empty), the
    hash of its file and the file's name and size (empty, 0 where none is kept)."""

    id: str
    number: str
    ver: str
    title: str
    effective: str
    sha256: str
    file: str
    size: int


class Proposal(Value, frozen=True):
    """Everything that is shown before a signature.

    `code` is the requirement's, `subject` what it is called, `about` whom it concerns (None: nobody), `done` when it took
    place; `place` (n, m): the signature's number of so many, `completes` whether it is the record's last, `qualifies`
    whether the person then counts; `content` the canonical text whose SHA-256 (hex) is `fingerprint`; `late` whether the
    reason is asked because of the time that passed; `code_wait_ms` how long until a code that was not used for signing in;
    `now` the site's time when this was read.
    """

    command: Value
    source: str
    signer: Someone
    shown: Shown
    code: str
    subject: str
    document: Document | None
    about: Someone | None
    done: Instant | None
    place: tuple[int, int]
    completes: bool
    qualifies: bool
    earlier: tuple[Signed, ...]
    content: str
    fingerprint: str
    needs_reason: bool
    late: bool
    reasons: tuple[str, ...]
    asks: Asks
    code_wait_ms: int
    now: Instant


def propose(
    office: Office, command: Value, uid: str = "", *, beside: bool = False, source: str = ""
) -> Proposal | Refused:
    """What account `uid` (empty: whoever is signed in) would sign with `command`; `beside`: as a second person here.

    Refused as `preview`, `session.none`; a missing reason is told in the proposal.
    """
    session = office.session
    if session is None:
        return Refused("session.none")
    uid = uid or session.uid
    seen, late, needed = _foreseen(office, command, uid, source)
    if isinstance(seen, Refused):
        return seen
    content, asks = _content(office, seen, command), asks_of(office, beside=beside)
    with office.store.read() as tx:
        return Proposal(
            command=command,
            source=source,
            signer=someone(office, tx, uid=uid),
            shown=seen.shown,
            **_subject(office, tx, seen, command),
            content=content,
            fingerprint=sha256(content.encode("utf-8")).hexdigest(),
            needs_reason=needed,
            late=late,
            reasons=reasons_for(seen.shown.meaning.code, late=late),
            asks=asks,
            code_wait_ms=0 if beside else code_wait_ms(office),
            now=office.clock.now().instant,
        )


def _foreseen(office: Office, command: Value, uid: str, source: str) -> tuple[Foreseen | Refused, bool, bool]:
    """(what would be signed, whether it is late, whether a reason is needed): asked once more with a reason put in."""
    seen, late, needed = foresee(office, command, uid, source=source), False, False
    while isinstance(seen, Refused) and seen.code in OPEN_REASONS and not getattr(command, "why", None):
        late, needed = seen.code == "late.reason_missing", True
        seen = foresee(office, structs.replace(command, why=OTHER), uid, source=source)
        if isinstance(seen, Refused) and seen.code in OPEN_REASONS:
            break
    return seen, late, needed


def _content(office: Office, seen: Foreseen, command: Value) -> str:
    """The canonical text of what is signed, as far as it is fixed before the moment of signing."""
    meaning, draft = seen.shown.meaning, seen.drafts[-1] if seen.drafts else None
    told = getattr(command, "done", None)
    members: dict[str, Json] = {
        "changes": [_changes(office, one) for one in seen.drafts],
        "done": None if told is None else told.utc,
        "meaning": {"code": meaning.code, "tpl": meaning.tpl, "lang": meaning.lang},
        "role": seen.shown.role,
        "row": None if draft is None or draft.before is None else dict(draft.before),
        "subj": None if draft is None else subject(draft, seen.doc),
        "text": meaning.text,
    }
    return pack(members).decode("utf-8")


def _changes(office: Office, draft: Draft) -> dict[str, Json]:
    """The columns that an entry would change, without those that the moment of signing fills; words in clear."""
    clear: list[Json] = []
    for column, _, after in draft.chg:
        if not (draft.t == "record" and column in STAMPED):
            sealed = is_envelope(after)
            clear.append([column, office.ring.open(after, draft.t, draft.id, column) if sealed else after])
    return {"t": draft.t, "id": draft.id, "columns": clear}


def _subject(office: Office, tx: Tx, seen: Foreseen, command: Value) -> dict[str, Any]:
    """The members of a proposal that tell what is signed."""
    if not isinstance(command, SignOff | Void):
        return {
            "code": "", "subject": "", "document": None, "about": None, "done": None, "place": (1, 1),
            "completes": False, "qualifies": False, "earlier": (),
        }  # fmt: skip
    facts, after = seen.facts, seen.drafts[-1].after or {}
    requirement: Row = facts.requirement
    return {
        "code": str(requirement.get("code", requirement["id"])),
        "subject": str(requirement.get("subject", "")),
        "document": None if facts.document is None else document_of(facts.document),
        "about": someone(office, tx, pid=str(facts.person["id"])),
        "done": getattr(command, "done", None) or (None if facts.record is None else performed(facts.record)),
        "place": _place(after, seen.shown.meaning.code),
        "completes": complete(after),
        "qualifies": complete(after) and _qualifies(tx, after, office.clock.now().instant),
        "earlier": _earlier(office, tx, after),
    }


def document_of(row: Row) -> Document:
    """A register's row as the dialog shows it."""
    file = row.get("file_j") or {}
    return Document(
        id=str(row["id"]), number=str(row.get("number", "")), ver=str(row.get("ver", "")),
        title=str(row.get("title", "")), effective=str(row.get("effective") or ""),
        sha256=str(row.get("sha256") or ""), file=str(file.get("name", "")), size=int(file.get("size", 0)),
    )  # fmt: skip


def _place(after: Row, meaning: str) -> tuple[int, int]:
    needed = (after.get("needs") or "").split()
    step = STEP_OF.get(SIDE_OF.get(meaning) or "", "")
    return (needed.index(step) + 1, len(needed)) if step in needed else (1, 1)


def _qualifies(tx: Tx, after: Row, now: Instant) -> bool:
    facts = status_facts(tx, after["pid"])
    if facts is None:
        return False
    others = [row for row in facts.records.get(after["req"], ()) if row["id"] != after["id"]]
    with_it = structs.replace(facts, records={**facts.records, after["req"]: [*others, after]})
    return meets(status(with_it, after["req"], now).word)


def _earlier(office: Office, tx: Tx, after: Row) -> tuple[Signed, ...]:
    held = state.held(tx, "record", after["id"])
    if held is None:
        return ()
    late_h = value_of(settings_in_force(tx), "late_h")
    entries = signed_entries(tx, tuple(places(held.trace)), "9999")
    return tuple(signed(entry, Reader(office), after.get("done"), late_h) for entry in entries)
