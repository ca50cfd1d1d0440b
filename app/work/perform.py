"""The one way that anything is recorded (architecture §5).

- Facts are read, rules decide, entries are made, signed and written in one transaction: all of it or nothing.
- What is signed is what was shown: if the row or the words changed since, nothing is signed.
- New persons' keys are kept and committed to before the first value that is sealed under them.
- Every signed entry has its checkpoint; the anchor outside is written once, after the commit, before "done".
- A command that the asker's role or scope doesn't allow is refused, and the refusal itself is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from msgspec import structs

from app.base.codec import b64u
from app.base.moment import Reading
from app.base.words import Done, Json, Personal, Refused, Row, Value
from app.domain import accounts, curricula, documents, jobs, people, records, rights, roles, settings
from app.domain.roles import Place
from app.domain.signatures import COVERED
from app.domain.who import Who
from app.domain.wire import Act, Change
from app.proof.chain import row_digest
from app.proof.notes import sign_checkpoint
from app.store import pkeys, state
from app.store.append import Line, append, append_checkpoint, keep_frontier
from app.store.facts import Asker, facts_for
from app.store.state import Held
from app.store.tx import Tx
from app.work.clocks import Judged
from app.work.office import Office
from app.work.ring import commitment
from app.work.scribe import SYS, Draft, Hand, Reason, Scribe, Written, draft, rows_after
from app.work.sign import Meaning, Signer, esign_entry
from app.work.statements import statement_for
from app.work.tail import EVERY

KEPT_EVERY = 512

T = TypeVar("T")

Item: TypeAlias = Change | Act
Sign: TypeAlias = Callable[[Scribe, int, bytes, Draft], str]
"""The scribe, how many entries before are covered, the entry's bytes and its draft; answers the signature."""

DENIED = ("role.", "scope.")
"""Refusals of these nouns are recorded: somebody asked for what their role doesn't give."""


class Shown(Value, frozen=True):
    """What the person saw before signing: the words, and the seal of the row they are about (None: a new one)."""

    meaning: Meaning
    row: str | None
    role: str


class Recording:
    """The entries of one transaction, on a tail of its own."""

    def __init__(self, office: Office, tx: Tx, reading: Reading, judged: Judged) -> None:
        self.office = office
        self.tx = tx
        self.reading = reading
        self.judged = judged
        self.tail = office.tail.copy()
        self.written: list[Written] = []
        self.keys: list[tuple[str, int, bytes]] = []
        self._notes: list[tuple[int, str]] = []

    @property
    def head(self) -> str:
        """The leaf of the newest entry, b64u."""
        return b64u(self.tail.last)

    def drafts(self, items: Iterable[Item]) -> list[Draft]:
        """What the items would write; those that change nothing write nothing."""
        return drafts_of(self.office, self.tx, items)

    def write(
        self, hand: Hand, drafts: Sequence[Draft], reason: Reason | None = None, sign: Sign | None = None
    ) -> None:
        """Make the entries of one command, the last one under `sign`."""
        office = self.office
        scribe = Scribe(
            self.tail, office.ring, office.site, hand, reason, self.reading, self.judged.state, office.random
        )
        for place, made in enumerate(drafts):
            signing = sign if place == len(drafts) - 1 else None
            self._take(scribe.write(made, None if signing is None else _bound(signing, scribe, place)))
        self._keep(self.written[len(self.written) - len(drafts) :])

    def act(self, hand: Hand, act: Act, reason: Reason | None = None, sign: Sign | None = None) -> None:
        """Make one entry that has a body and no row, as a command of its own."""
        self.write(hand, self.drafts([act]), reason, sign)

    def finish(self) -> None:
        """The checkpoints that are due, and now and then the tree's frontier."""
        tail = self.tail
        if tail.n - tail.noted >= EVERY:
            self._note()
        for n, note in self._notes:
            append_checkpoint(self.tx, tail.log, n, note)
        if tail.noted - tail.kept >= KEPT_EVERY and tail.noted == tail.n:
            keep_frontier(self.tx, tail.log, tail.n, tail.frontier.dump())
            tail.kept = tail.n

    def drop_keys(self) -> None:
        """Destroy the person keys that were made for this transaction."""
        if self.keys:
            self.office.ring.forget(self.keys)
            with self.office.persons.write() as tx:
                pkeys.remove(tx, [key[:2] for key in self.keys])
            self.keys = []

    def note(self) -> None:
        """Make a checkpoint here and keep the tree's frontier (at log-off)."""
        if self.tail.noted < self.tail.n:
            self._note()

    def _take(self, item: Written) -> None:
        self.written.append(item)
        if item.entry.sig is not None:
            self._note()

    def _keep(self, written: Sequence[Written]) -> None:
        """Append entries and apply them to the state tables: what comes next in this transaction sees them."""
        lines = [Line(seq=item.seq, b=item.b, rowless=item.draft.after is None) for item in written]
        append(self.tx, self.tail.log, lines)
        for noun, (new, changed) in rows_after(written).items():
            state.add(self.tx, noun, new)
            state.change(self.tx, noun, changed)

    def _note(self) -> None:
        tail = self.tail
        note = sign_checkpoint(tail.log, tail.n, tail.frontier.root(), self.office.device.ed25519)
        self._notes.append((tail.n, note))
        tail.noted = tail.n


def drafts_of(office: Office, tx: Tx, items: Iterable[Item]) -> list[Draft]:
    """What the items would write on top of the rows that the transaction sees."""

    def held(t: str, id: str) -> Held | None:
        return state.held(tx, t, id)

    return [made for item in items if (made := draft(item, held, office.ring)) is not None]


def _bound(sign: Sign, scribe: Scribe, covered: int) -> Callable[[bytes, Draft], str]:
    return lambda b, made: sign(scribe, covered, b, made)


@contextmanager
def recording(office: Office) -> Iterator[Recording]:
    """One transaction: committed at the end of the block, then taken into memory and anchored.

    Anything raised in the block leaves store and memory as they were. Faults of the store and of the anchor.
    """
    reading, judged = office.read_clock()
    made: Recording | None = None
    try:
        with office.store.write() as tx:
            made = Recording(office, tx, reading, judged)
            if judged.state == "jump":
                jump = {"from": reading.instant.ms - judged.moved, "to": reading.instant.ms}
                made.act(SYS, site_act("clock.jump", office.site, jump))
            yield made
            made.finish()
    except BaseException:
        if made is not None:
            made.drop_keys()
        raise
    if made.written:
        office.take_in(made.tail, made.written)


def site_act(act: str, site: str, body: dict[str, Json]) -> Act:
    """An entry about the site itself."""
    return Act(ACT=act, NOUN="site", id=site, body=body)


def keep_keys(office: Office, made: Recording, pids: Iterable[str]) -> None:
    """Give every person of `pids` who has none a data key: kept in pkeys.db first, then committed to in history."""
    keys = [office.ring.make(pid) for pid in dict.fromkeys(pids) if not office.ring.has(pid)]
    if not keys:
        return
    with office.persons.write() as tx:
        pkeys.add(tx, keys)
    office.ring.learn(keys)
    made.keys += keys
    for key in keys:
        made.act(SYS, Act(ACT="person.key", NOUN="person", id=key[0], body=commitment(key)))


def preview(office: Office, command: Value, uid: str, *, source: str = "") -> Shown | Refused:
    """What `uid` would sign with `command`, or why not: asked before anybody types a password."""
    reading, judged = office.read_clock()
    with office.store.read() as tx:
        asker = asker_of(office, command, uid, "full", None, reading, judged)
        if isinstance(asker, Refused):
            return asker
        decided = _decide(tx, command, asker)
        if isinstance(decided, Refused):
            return decided
        facts, changes = decided
        return _shown(office, command, asker, facts, drafts_of(office, tx, changes), source)


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
    """Carry out several commands in one transaction, or none of them; the first refusal is the answer."""
    try:
        with recording(office) as made:
            for place, command in enumerate(commands):
                expected = shown[place] if place < len(shown) else None
                _carry_out(made, command, signer, expected, reason, source)
    except _NotDone as no:
        _record_denial(office, no.refused, signer)
        return no.refused
    if signer is not None and signer.sess is not None and office.session is not None:
        office.session.signed(signer.k)
    nouns = frozenset(item.draft.t for item in made.written)
    return Done(nouns=nouns, result=len(made.written))


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


def _carry_out(
    made: Recording,
    command: Value,
    signer: Signer | None,
    shown: Shown | None,
    reason: Reason | None,
    source: str,
) -> None:
    """One command inside a transaction. Raises _NotDone."""
    office = made.office
    uid, lvl, sess = _whose(office, signer)
    if uid is None:
        raise _NotDone(Refused("session.none"))
    asker = _or_not(asker_of(office, command, uid, lvl, sess, made.reading, made.judged))
    facts, changes = _or_not(_decide(made.tx, command, asker))
    keep_keys(office, made, _new_persons(changes))
    hand = Hand(uid=uid, sess=sess, role=asker.who.role)
    reason = reason or _reason_of(command, asker.who.pid)
    drafts = made.drafts(changes)
    if not drafts:
        return
    if rights.meaning_of(command) is None and not any(one.t in COVERED for one in drafts):
        made.write(hand, drafts, reason)
        return
    if signer is None:
        raise _NotDone(Refused("signature.missing"))
    now = _shown(office, command, asker, facts, drafts, source)
    if shown is not None and shown != now:
        raise _NotDone(Refused("record.changed_meanwhile"))
    made.write(hand, drafts, reason, _signing(signer, now.meaning, _signed_document(command, facts)))


def _signing(signer: Signer, meaning: Meaning, doc: Row | None) -> Sign:
    def sign(scribe: Scribe, covered: int, b: bytes, of: Draft) -> str:
        return esign_entry(signer, meaning, scribe, covered, doc, b, of)

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


def asker_of(
    office: Office, command: Value, uid: str, lvl: str, sess: str | None, reading: Reading, judged: Judged
) -> Asker | Refused:
    """Who asks and in which role; refused when no role of the account may give this command, or the clock is in doubt."""
    if judged.state == "back":
        return Refused("clock.back")
    standing = office.standing
    here: Place = (office.tail.log, office.tail.n)
    grants = standing.roles.in_force(uid, here, reading.instant.utc)
    role = rights.role_to_act_in(command, frozenset(grant.role for grant in grants))
    if role is None:
        return Refused("role.may_not", {"act": type(command).__name__})
    return Asker(
        who=Who(uid=uid, pid=standing.keys.person(uid), role=role, lvl=lvl, sess=sess),
        grants=tuple(grant for grant in grants if grant.role == role),
        now=reading.instant,
        here=here,
        standing=standing,
        opened=office.ring.opened,
        site=office.site,
        clock_doubt=judged.state != "ok",
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


def _decide(tx: Tx, command: Value, asker: Asker) -> tuple[Any, tuple[Item, ...]] | Refused:
    facts = facts_for(tx, command, asker)
    if isinstance(facts, Refused):
        return facts
    answer = _DECIDE[type(command)](command, facts, asker.who, asker.now)
    return answer if isinstance(answer, Refused) else (facts, answer)


def _shown(
    office: Office, command: Value, asker: Asker, facts: Any, drafts: Sequence[Draft], source: str
) -> Shown:
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
