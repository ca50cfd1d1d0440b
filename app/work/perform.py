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
from typing import Any, TypeAlias

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
        self._rows: dict[tuple[str, str], Held] = {}
        self._notes: list[tuple[int, str]] = []

    @property
    def head(self) -> str:
        """The leaf of the newest entry, b64u."""
        return b64u(self.tail.last)

    def write(
        self, hand: Hand, items: Iterable[Item], reason: Reason | None = None, sign: Sign | None = None
    ) -> int:
        """Make the entries of one command, the last one under `sign`; returns how many there were.

        Items that change nothing leave no entry.
        """
        office = self.office
        scribe = Scribe(
            self.tail, office.ring, office.site, hand, reason, self.reading, self.judged.state, office.random
        )
        drafts = [made for item in items if (made := draft(item, self._held, office.ring)) is not None]
        for place, made in enumerate(drafts):
            last = place == len(drafts) - 1
            signing = sign if last else None
            item = scribe.write(made, None if signing is None else _bound(signing, scribe, place))
            self._take(item)
        return len(drafts)

    def finish(self) -> None:
        """Append everything and apply it to the state tables."""
        if not self.written:
            return
        log = self.tail.log
        if self.tail.n - self.tail.noted >= EVERY:
            self._note()
        lines = [Line(seq=item.seq, b=item.b, rowless=item.draft.after is None) for item in self.written]
        append(self.tx, log, lines)
        for n, note in self._notes:
            append_checkpoint(self.tx, log, n, note)
        if self.tail.noted - self.tail.kept >= KEPT_EVERY and self.tail.noted == self.tail.n:
            keep_frontier(self.tx, log, self.tail.n, self.tail.frontier.dump())
            self.tail.kept = self.tail.n
        for noun, (new, changed) in rows_after(self.written).items():
            state.add(self.tx, noun, new)
            state.change(self.tx, noun, changed)

    def forget(self) -> None:
        """Take back everything that was made so far; nothing of it has reached the store."""
        self.tail = self.office.tail.copy()
        self.drop_keys()
        self.written.clear()
        self._rows.clear()
        self._notes.clear()

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

    def _held(self, t: str, id: str) -> Held | None:
        found = self._rows.get((t, id))
        return state.held(self.tx, t, id) if found is None else found

    def _take(self, item: Written) -> None:
        self.written.append(item)
        if item.draft.after is not None:
            for new, changed in rows_after([item]).values():
                for held in (*new, *changed):
                    self._rows[item.draft.t, item.draft.id] = held
        if item.entry.sig is not None:
            self._note()

    def _note(self) -> None:
        tail = self.tail
        note = sign_checkpoint(tail.log, tail.n, tail.frontier.root(), self.office.device.ed25519)
        self._notes.append((tail.n, note))
        tail.noted = tail.n


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
                made.write(SYS, [site_act("clock.jump", office.site, jump)])
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
    acts = [Act(ACT="person.key", NOUN="person", id=key[0], body=commitment(key)) for key in keys]
    for act in acts:
        made.write(SYS, [act])


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
        return _shown(tx, office, command, asker, *decided, source)


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
    with recording(office) as made:
        for place, command in enumerate(commands):
            expected = shown[place] if place < len(shown) else None
            refused = _carry_out(made, command, signer, expected, reason, source)
            if refused is not None:
                return _undone(office, made, refused, signer)
    if signer is not None and signer.sess is not None and office.session is not None:
        office.session.signed(signer.k)
    nouns = frozenset(item.draft.t for item in made.written)
    return Done(nouns=nouns, result=len(made.written))


def _undone(office: Office, made: Recording, refused: Refused, signer: Signer | None) -> Refused:
    """Forget what was written so far; record nothing but a refusal of rights."""
    made.forget()
    if refused.code.startswith(DENIED):
        uid = signer.uid if signer is not None else office.session.uid if office.session is not None else "sys"
        body = {"act": str(refused.about.get("act", "")), "code": refused.code}
        made.write(SYS, [Act(ACT="rbac.denied", NOUN="account", id=uid, body=body)])
        made.finish()
    return refused


def _carry_out(
    made: Recording,
    command: Value,
    signer: Signer | None,
    shown: Shown | None,
    reason: Reason | None,
    source: str,
) -> Refused | None:
    office = made.office
    uid, lvl, sess = _whose(office, signer)
    if uid is None:
        return Refused("session.none")
    asker = asker_of(office, command, uid, lvl, sess, made.reading, made.judged)
    if isinstance(asker, Refused):
        return asker
    decided = _decide(made.tx, command, asker)
    if isinstance(decided, Refused):
        return decided
    facts, changes = decided
    keep_keys(office, made, _new_persons(changes))
    hand = Hand(uid=uid, sess=sess, role=asker.who.role)
    reason = reason or _reason_of(command, asker.who.pid)
    meaning = rights.meaning_of(command)
    if meaning is None and not any(change.NOUN in COVERED for change in changes):
        made.write(hand, changes, reason)
        return None
    if signer is None:
        return Refused("signature.missing")
    now = _shown(made.tx, office, command, asker, facts, changes, source)
    if shown is not None and shown != now:
        return Refused("record.changed_meanwhile")
    doc = _signed_document(command, facts)

    def sign(scribe: Scribe, covered: int, b: bytes, of: Draft) -> str:
        return esign_entry(signer, now.meaning, scribe, covered, doc, b, of)

    made.write(hand, changes, reason, sign)
    return None


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
    tx: Tx, office: Office, command: Value, asker: Asker, facts: Any, changes: tuple[Item, ...], source: str
) -> Shown:
    meaning = statement_for(command, facts, changes, office.ring.opened, asker.now, source)
    last = changes[-1] if changes else None
    before = state.row(tx, last.NOUN, last.id) if isinstance(last, Change) else None
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
