"""The one act behind the violet button: what was shown is compared, the signer is asked, the record is made (ux §5).

- Compared first, so that a changed record costs nobody a try or a one-time code; compared again in the transaction.
- A file that is named is opened and must still be the one of the register; nobody signs for a file that was exchanged.
- A second person must be the one who was chosen: words that name one person are never signed by another.
- What was recorded is never reported as not recorded: a mark that could not be written is told beside the signature.
"""

from __future__ import annotations

from msgspec import structs

from app.base.entry import read
from app.base.faults import Fault
from app.base.moment import Day, Instant, utc_ms
from app.base.words import Refused, Value
from app.domain.status import status
from app.proof.vault import slot_id
from app.store import history, state
from app.store.training import status_facts
from app.work.ceremony import signer_beside, signer_of_session
from app.work.lockout import WAIT_MS
from app.work.office import Office
from app.work.original import original
from app.work.perform import perform
from app.work.period import keep_up
from app.work.proposal import Document, Proposal, propose
from app.work.reasons import reason_of
from app.work.sign import Signer
from app.work.unlock import Given

MINUTE_MS = 60_000


class Chosen(Value, frozen=True):
    """What the signer chose beside what is shown: the reason's code and the own words; empty where none."""

    why: str = ""
    words: str = ""


class SignedNow(Value, frozen=True):
    """What was signed: meaning, when, for whom and what (`code` of the requirement, empty for other things), how that
    requirement stands now (`word`, last day `until`), the nouns that changed; `warning` is a Fault's code, or empty."""

    meaning: str
    at: Instant
    record: str
    name: str
    code: str
    word: str
    until: Day | None
    nouns: frozenset[str]
    warning: str = ""


def sign_now(
    office: Office, shown: Proposal, chosen: Chosen, given: Given, *, beside: bool = False
) -> SignedNow | Refused:
    """Sign what `shown` proposes. Nothing is signed when refused: `session.none`, `record.changed_meanwhile`,
    `signing.asks_all` (the period ended meanwhile), whatever the rules say now, `signing.wrong`,
    `signing.wrong_password` (tries left), `signing.locked`, `signing.other_person`, `why.*`.

    Faults `file.changed`, `disk.*`, `keyring.*`, `store.*`: nothing was signed either.
    """
    keep_up(office)
    refused = _still_so(office, shown, chosen, beside=beside)
    if refused is not None:
        return refused
    signer = _signer(office, shown, given, beside=beside)
    return signer if isinstance(signer, Refused) else _sign(office, shown, chosen, signer)


def _still_so(office: Office, shown: Proposal, chosen: Chosen, *, beside: bool) -> Refused | None:
    """Why what was shown can't be signed any more, or not with this reason."""
    if office.session is None:
        return Refused("session.none")
    if not beside and office.session.uid != shown.signer.uid:
        return Refused("signing.other_person", {"name": shown.signer.name})
    if shown.needs_reason and not (chosen.why or getattr(shown.command, "why", None)):
        return Refused("why.missing", {"meaning": shown.shown.meaning.code})
    reason = reason_of(chosen.why, chosen.words, shown.signer.pid)
    if isinstance(reason, Refused):
        return reason
    now = propose(office, shown.command, shown.signer.uid, beside=beside, source=shown.source)
    if isinstance(now, Refused):
        return now
    if now.asks.full != shown.asks.full:
        return Refused("signing.asks_all")
    if now.fingerprint != shown.fingerprint or now.needs_reason != shown.needs_reason:
        return Refused("record.changed_meanwhile")
    if shown.document is not None and shown.document.file:
        _file_holds(office, shown.document, must=shown.shown.meaning.code == "READ")
    return None


def _file_holds(office: Office, document: Document, *, must: bool) -> None:
    """The named file opens as the register's. Fault `file.changed`; `file.missing` where it had to be read here."""
    try:
        original(office, document.id)
    except Fault as fault:
        if fault.code != "file.missing" or must:
            raise


def _signer(office: Office, shown: Proposal, given: Given, *, beside: bool) -> Signer | Refused:
    answer = signer_beside(office, given) if beside else signer_of_session(office, given)
    if isinstance(answer, Refused):
        return _told(office, answer, given, full=beside or bool(given.code))
    if answer.uid != shown.signer.uid:
        return Refused("signing.other_person", {"name": shown.signer.name})
    return answer


def _told(office: Office, refused: Refused, given: Given, *, full: bool) -> Refused:
    """The refusal with how many tries are left for the name that was typed."""
    minutes, reading, session = WAIT_MS // MINUTE_MS, office.clock.now(), office.session
    own = None if session is None else office.vault.slot_of(session.uid)
    sid = slot_id(office.ds, given.user) if full or own is None else own.sid
    if refused.code == "login.wait":
        return Refused("signing.locked", refused.about)
    if refused.code != "login.failed":
        return refused
    left = office.gate.left(sid, reading)
    if not left:
        return Refused("signing.locked", {"minutes": minutes})
    about = {"left": left, "minutes": minutes}
    return Refused("signing.wrong", about) if full else Refused("signing.wrong_password", about)


def _sign(office: Office, shown: Proposal, chosen: Chosen, signer: Signer) -> SignedNow | Refused:
    why = chosen.why or getattr(shown.command, "why", None)
    command = structs.replace(shown.command, why=why) if hasattr(shown.command, "why") else shown.command
    reason = reason_of(chosen.why, chosen.words, signer.pid)
    assert not isinstance(reason, Refused)
    warning, before = "", office.tail.n
    try:
        done = perform(office, command, signer, shown=shown.shown, reason=reason, source=shown.source)
        if isinstance(done, Refused):
            return done
        if not done.result:
            return Refused("signing.nothing")
        nouns = done.nouns
    except Fault as fault:
        # Committed already: the signature stands, and saying anything else would have it made twice.
        if fault.code != "anchor.behind" or office.tail.n == before:
            raise
        warning, nouns = fault.code, frozenset({"record"})
    return _told_of(office, shown, nouns, warning)


def _told_of(office: Office, shown: Proposal, nouns: frozenset[str], warning: str) -> SignedNow:
    now, verdict = office.clock.now().instant, None
    record, pid = str(getattr(shown.command, "id", "")), shown.about.pid if shown.about else ""
    with office.store.read() as tx:
        row = state.row(tx, "record", record) if pid else None
        facts = status_facts(tx, pid) if row is not None else None
        if facts is not None and row is not None:
            verdict = status(facts, row["req"], now)
    return SignedNow(
        meaning=shown.shown.meaning.code,
        at=signed_at(office),
        record=record,
        name=shown.about.name if shown.about else "",
        code=shown.code,
        word=verdict.word if verdict else "",
        until=verdict.until if verdict else None,
        nouns=nouns,
        warning=warning,
    )


def signed_at(office: Office) -> Instant:
    """When the newest entry of this device was made, as it says itself."""
    with office.store.read() as tx:
        b = history.one(tx, office.tail.log, office.tail.n - 1)
    ts = read(b or b"").ts
    return Instant(ms=utc_ms(ts.utc), off=ts.off, zone=ts.zone)
