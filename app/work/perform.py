"""The one way that anything is recorded (architecture §5).

- Facts are read, rules decide, entries are made, signed and written in one transaction: all of it or nothing.
- What is signed is what was shown: if the row or the words changed since, nothing is signed.
- A rehearsal does all of it but the signature and the commit, and tells how many entries there would be.
- What needs the data key of a person whose key this device lacks is refused.
- A command that the asker's role or scope doesn't allow is refused, and the refusal itself is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import zip_longest
from typing import Any, NoReturn, TypeVar

from msgspec import structs

from app.base.codec import b64u, pack
from app.base.ids import new_id
from app.base.moment import Reading
from app.base.words import Done, Json, Personal, Refused, Row, Value
from app.domain import accounts, curricula, documents, jobs, people, records, rights, roles, settings
from app.domain.roles import Place
from app.domain.signatures import COVERED
from app.domain.who import Who
from app.domain.wire import Act
from app.proof.chain import row_digest
from app.proof.envelope import NoKey
from app.proof.merkle import root_of
from app.store.facts import Asker, facts_for
from app.store.tx import Tx
from app.work.clocks import Judged
from app.work.office import Office
from app.work.period import keep_up
from app.work.recording import Item, Recording, Sign, drafts_of, keep_keys, recording
from app.work.scribe import SYS, Draft, Hand, Reason, Scribe
from app.work.sign import Meaning, Signer, esign_entry, subject
from app.work.statements import statement_for
from app.work.unread import no_key

T = TypeVar("T")

OUTSIDE = "scope.outside"
DENIED = ("role.", "scope.")
"""Refusals of these nouns are recorded: somebody asked for what their role doesn't give."""


class Shown(Value, frozen=True):
    """What the person saw before signing: the words, and the seal of the row they are about (None: a new one)."""

    meaning: Meaning
    row: str | None
    role: str


class Foreseen(Value, frozen=True):
    """What a command would do now: what would be shown, its entries to be, the facts and the document version behind it."""

    shown: Shown
    drafts: tuple[Draft, ...]
    facts: Any
    doc: Row | None


def preview(office: Office, command: Value, uid: str, *, source: str = "") -> Shown | Refused:
    """What `uid` would sign with `command`, or why not: asked before anybody types a password."""
    seen = foresee(office, command, uid, source=source)
    return seen if isinstance(seen, Refused) else seen.shown


def foresee(office: Office, command: Value, uid: str, *, source: str = "") -> Foreseen | Refused:
    """What `preview` answers, with what it was made from; nothing is recorded."""
    reading, judged = office.read_clock()
    try:
        with office.store.read() as tx:
            askers = askers_of(office, command, uid, "full", None, reading, judged)
            decided = askers if isinstance(askers, Refused) else _decide(tx, command, askers)
            if isinstance(decided, Refused):
                return decided
            asker, facts, changes = decided
            drafts = tuple(drafts_of(office, tx, changes))
            shown = _shown(office, command, asker, facts, drafts, source)
            return Foreseen(shown=shown, drafts=drafts, facts=facts, doc=_signed_document(command, facts))
    except NoKey as missing:
        return no_key(office, missing.pid)


def perform(
    office: Office, command: Value, signer: Signer | None = None, *, shown: Shown | None = None,
    reason: Reason | None = None, source: str = "",
) -> Done | Refused:  # fmt: skip
    """Carry out one command: for the person of the open session, or under `signer`'s signature.

    `shown` is what `preview` answered; anything else that would be signed now is refused. `source` names the file
    that a register came from. Done carries the nouns that changed and how many entries were written.
    """
    return perform_all(office, (command,), signer, shown=(shown,), reason=reason, source=source)


def perform_all(
    office: Office, commands: Sequence[Value], signer: Signer | None = None, *,
    shown: Sequence[Shown | None] = (), reason: Reason | None = None, source: str = "",
) -> Done | Refused:  # fmt: skip
    """Carry out several commands in one transaction, each on what the one before left, or none of them: at most one of
    them is signed; what is signed together is a sheet (`perform_sheet`)."""

    def work(made: Recording) -> None:
        signed = 0
        for place, command in enumerate(commands):
            expected = shown[place] if place < len(shown) else None
            ready = _prepared(made, command, signer, expected, reason, source)
            if ready is not None:
                ready.write(made, signer)
                signed += ready.shown is not None
        if signed > 1:
            raise _NotDone(Refused("sheet.mixed"))

    return _in_one(office, signer, work)


def perform_sheet(
    office: Office, commands: Sequence[Value], signer: Signer, *, shown: Sequence[Shown | None] = (),
    opened: Sequence[bool] = (),
) -> Done | Refused:  # fmt: skip
    """Sign several records in one ceremony: one signature each, bound by what was shown together (formats §6 "Sheet").

    `opened` tells which items the person had looked at one by one. All of them are signed, or none.
    """

    def work(made: Recording) -> None:
        ready = [
            _prepared(made, command, signer, expected, None, "")
            for command, expected in zip_longest(commands, shown[: len(commands)])
        ]
        parts = [part for part in ready if part is not None and part.shown is not None]
        _refuse_sheet(parts, len(commands))
        leaves = [sha256(b"\0" + pack(part.subject)).digest() for part in parts]
        about = {"id": new_id("h", office.random), "n": len(parts), "root": b64u(root_of(leaves))}
        for place, part in enumerate(parts):
            seen = place < len(opened) and opened[place]
            part.write(made, signer, None if len(parts) == 1 else {**about, "i": place, "opened": seen})

    return _in_one(office, signer, work)


def _refuse_sheet(parts: Sequence[_Ready], count: int) -> None:
    """Each item once, all with one meaning, none that changes nothing."""
    subjects = {(part.subject["t"], part.subject["id"]) for part in parts}
    meanings = {part.shown.meaning.code for part in parts if part.shown is not None}
    if not parts or len(subjects) < count or len(meanings) > 1:
        raise _NotDone(Refused("sheet.mixed"))


def _in_one(office: Office, signer: Signer | None, work: Callable[[Recording], None]) -> Done | Refused:
    """Do `work` in one transaction; a refusal takes all of it back."""
    keep_up(office)
    try:
        with recording(office) as made:
            _refuse_stale(office, signer)
            work(made)
    except _NotDone as no:
        _record_denial(office, no.refused, signer)
        return no.refused
    except NoKey as missing:
        return no_key(office, missing.pid)
    if signer is not None and any(item.entry.sig for item in made.written):
        office.spent.add(signer.nonce)
    nouns = frozenset(item.draft.t for item in made.written)
    return Done(nouns=nouns, result=len(made.written))


def _refuse_stale(office: Office, signer: Signer | None) -> None:
    """A signer is good for one ceremony, one of the session for its next only, and none beyond a doubt about the clock."""
    session = office.session
    if signer is not None and signer.nonce in office.spent:
        raise _NotDone(Refused("signature.again"))
    if signer is None or signer.sess is None:
        return
    if session is None or session.id != signer.sess:
        raise _NotDone(Refused("session.none"))
    if signer.k != session.k + 1 or (session.doubted and signer.lvl != "full"):
        raise _NotDone(Refused("signature.again"))


def rehearse(office: Office, commands: Sequence[Value]) -> int | Refused:
    """How many entries the commands would write for the person who is signed in; nothing of it is kept."""
    try:
        with recording(office, rehearsal=True) as made:
            for command in commands:
                ready = _prepared(made, command, None, None, None, "")
                if ready is not None:
                    ready.write(made, None)
            _end_rehearsal(made)
    except _Rehearsed as told:
        return told.count
    except _NotDone as no:
        return no.refused
    except NoKey as missing:
        return no_key(office, missing.pid)


def _end_rehearsal(made: Recording) -> NoReturn:
    raise _Rehearsed(len(made.written))


class _Rehearsed(Exception):
    """Takes the number of entries out of a transaction that is not to be kept."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class _NotDone(Exception):
    """Takes a refusal out of a transaction, so that nothing of it is kept."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


def _record_denial(office: Office, refused: Refused, signer: Signer | None) -> None:
    """That somebody asked for what their role or scope doesn't give is an event of its own."""
    uid = _whose(office, signer)[0]
    if uid is not None and refused.code.startswith(DENIED):
        body = {"act": str(refused.about.get("act", "")), "code": refused.code}
        with recording(office) as made:
            made.act(SYS, Act(ACT="rbac.denied", NOUN="account", id=uid, body=body))


class _Ready(Value, frozen=True):
    """A command that was decided: its entries to be, and what a signature would say (None: it needs none)."""

    hand: Hand
    drafts: list[Draft]
    reason: Reason | None
    shown: Shown | None
    doc: Row | None

    @property
    def subject(self) -> dict[str, Json]:
        """What the signature is about."""
        return subject(self.drafts[-1], self.doc)

    def write(self, made: Recording, signer: Signer | None, sheet: Json = None) -> None:
        """Make the entries, the last one signed. Raises _NotDone `signature.missing`."""
        if self.shown is None or made.rehearsal:
            made.write(self.hand, self.drafts, self.reason)
            return
        if signer is None:
            raise _NotDone(Refused("signature.missing"))
        made.write(self.hand, self.drafts, self.reason, _signing(signer, self.shown.meaning, self.doc, sheet))


def _prepared(
    made: Recording,
    command: Value,
    signer: Signer | None,
    expected: Shown | None,
    reason: Reason | None,
    source: str,
) -> _Ready | None:
    """One command decided on what the transaction sees; None when it changes nothing. Raises _NotDone."""
    office = made.office
    uid, lvl, sess = _whose(office, signer)
    if uid is None:
        raise _NotDone(Refused("session.none"))
    askers = _or_not(askers_of(office, command, uid, lvl, sess, made.reading, made.judged))
    asker, facts, changes = _or_not(_decide(made.tx, command, askers))
    keep_keys(office, made, _new_persons(changes))
    drafts = made.drafts(changes)
    if not drafts:
        return None
    signed = rights.meaning_of(command) is not None or any(one.t in COVERED for one in drafts)
    shown = _shown(office, command, asker, facts, drafts, source) if signed else None
    if expected is not None and expected != shown:
        raise _NotDone(Refused("record.changed_meanwhile"))
    return _Ready(
        hand=Hand(uid=uid, sess=sess, role=asker.who.role),
        drafts=drafts,
        reason=reason or _reason_of(command, asker.who.pid),
        shown=shown,
        doc=_signed_document(command, facts),
    )


def _signing(signer: Signer, meaning: Meaning, doc: Row | None, sheet: Json) -> Sign:
    def sign(scribe: Scribe, covered: int, b: bytes, of: Draft) -> str:
        return esign_entry(signer, meaning, scribe, covered, doc, b, of, sheet)

    return sign


def _or_not(answer: T | Refused) -> T:
    if isinstance(answer, Refused):
        raise _NotDone(answer)
    return answer


def _whose(office: Office, signer: Signer | None) -> tuple[str | None, str, str | None]:
    """(account, level, session) that acts: the signer, else whoever has the session."""
    if signer is not None:
        return signer.uid, signer.lvl, signer.sess
    session = office.session
    return (None, "", None) if session is None else (session.uid, "password", session.id)


def askers_of(
    office: Office, command: Value, uid: str, lvl: str, sess: str | None, reading: Reading, judged: Judged
) -> tuple[Asker, ...] | Refused:
    """Who asks, in each role that may give this command; refused when there is none, or the clock is in doubt."""
    if judged.state == "back" or (office.held and rights.meaning_of(command) is not None):
        return (
            Refused("clock.back") if judged.state == "back" else Refused("site.held", {"code": office.held[0]})
        )
    standing = office.standing
    here: Place = (office.tail.log, office.tail.n)
    grants = standing.roles.in_force(uid, here, reading.instant.utc)
    names = rights.roles_to_act_in(command, frozenset(grant.role for grant in grants))
    if not names:
        return Refused("role.may_not", {"act": type(command).__name__})
    return tuple(
        Asker(
            who=Who(uid=uid, pid=standing.keys.person(uid), role=role, lvl=lvl, sess=sess),
            grants=tuple(grant for grant in grants if grant.role == role),
            now=reading.instant,
            here=here,
            standing=standing,
            opened=office.ring.opened,
            site=office.site,
            clock_doubt=judged.state != "ok",
        )
        for role in names
    )


_DECIDE: dict[type[Value], Callable[..., Any]] = {
    records.SignOff: records.decide,
    records.Void: records.decide,
    people.AddPeople: people.decide,
    people.ChangePeople: people.decide,
    jobs.RegisterJobs: jobs.decide,
    jobs.Post: jobs.decide,
    documents.RegisterDocuments: documents.decide,
    curricula.RegisterCurricula: curricula.decide,
    accounts.OpenAccount: accounts.decide,
    accounts.SetAccount: accounts.decide,
    roles.GrantRole: roles.decide,
    roles.RevokeRole: roles.decide,
    settings.ChangeSetting: settings.decide,
}


def _decide(tx: Tx, command: Value, askers: Sequence[Asker]) -> tuple[Asker, Any, tuple[Item, ...]] | Refused:
    """What the rules answer to the first asker whose role reaches that far."""
    outside: Refused | None = None
    for asker in askers:
        facts = facts_for(tx, command, asker)
        if isinstance(facts, Refused):
            if facts.code != OUTSIDE:
                return facts
            outside = outside or facts
            continue
        answer = _DECIDE[type(command)](command, facts, asker.who, asker.now)
        if isinstance(answer, Refused):
            return answer
        twos = any(isinstance(one, roles.RoleTold) and roles.two_person(one.ACT, one.body) for one in answer)
        return Refused("approval.two_persons") if twos else (asker, facts, answer)
    return outside or Refused(OUTSIDE, {"dept": "-"})


def _shown(
    office: Office, command: Value, asker: Asker, facts: Any, drafts: Sequence[Draft], source: str
) -> Shown:
    row = (drafts[-1].after or drafts[-1].before or {}) if drafts else {}
    # The words are sealed under this key: nobody is shown what can't be signed, or a person without a name.
    office.ring.newest(row.get("pid") or asker.who.pid)
    meaning = statement_for(command, facts, len(drafts), office.ring.opened, asker.now, source)
    before = drafts[-1].before if drafts else None
    return Shown(meaning=meaning, row=None if before is None else row_digest(before), role=asker.who.role)


def _signed_document(command: Value, facts: Any) -> Row | None:
    """The document version that a sign-off names, if its file is known by hash."""
    document: Row | None = facts.document if isinstance(command, records.SignOff | records.Void) else None
    return document if document is not None and document.get("sha256") else None


def _reason_of(command: Value, pid: str) -> Reason | None:
    code = getattr(command, "why", None)
    return None if not code else Reason(code=code, pid=pid)


def _new_persons(changes: Iterable[Item]) -> Iterator[str]:
    """Persons under whose keys something will be sealed."""
    for change in changes:
        for value in structs.astuple(change):
            if isinstance(value, Personal):
                yield value.pid
