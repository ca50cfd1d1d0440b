"""From what a person types to a signer that is good for one command (decision 12; R-SIG-01..04, R-ACC-06).

- The first signing of a period, and every signing of a second person, takes user name, password and one-time code.
- Later ones take the password, typed for that act.
- A used code is burned before anything is signed with it; a failure is counted before the slow check, and recorded.
- The signing key exists in memory from here to the end of the command, and nowhere else.
"""

from __future__ import annotations

from app.base.moment import Reading
from app.base.words import Refused, Value
from app.domain.settings import value_of
from app.domain.wire import Act
from app.proof import totp, user
from app.proof.derive import private_of
from app.proof.esign import jwk_of, thumbprint
from app.proof.vault import Opened, slot_id
from app.proof.vaultfile import Vault
from app.store import state, vaults
from app.store.known import settings_in_force
from app.store.tx import Tx
from app.work.office import Office
from app.work.period import keep_up
from app.work.recording import recording
from app.work.scribe import SYS
from app.work.sign import Signer
from app.work.statements import named
from app.work.unlock import ANSWER_MS, Given, answered_late, opened_slot
from app.work.unread import no_key


class Keyed(Value, frozen=True):
    """A right code: the signing key that it allows, and the step that it burned."""

    signer: Signer
    gen: int
    burned: user.Totp

    def __repr__(self) -> str:
        return "Keyed()"


def needs_all(office: Office) -> bool:
    """Whether the next signing of the person who is signed in asks for everything (decision 12)."""
    session = office.session
    with office.store.read() as tx:
        settings = settings_in_force(tx)
    first = session is None or (session.fresh and not value_of(settings, "login_first"))
    return first or (session is not None and session.doubted)


def signer_of_session(office: Office, given: Given) -> Signer | Refused:
    """The signer for the next signing of the person who is signed in, or `session.none`, `login.failed`, `login.wait`."""
    keep_up(office)
    session = office.session
    if session is None:
        return Refused("session.none")
    k = session.k + 1
    if not needs_all(office):
        return _signer(office, given, uid=session.uid, lvl="password", sess=session.id, k=k)
    return _signer(office, given, uid=session.uid, lvl="full", sess=session.id, k=k)


def signer_beside(office: Office, given: Given) -> Signer | Refused:
    """The signer for one signing of a second person at the workstation: everything is asked, no session is opened."""
    return _signer(office, given, uid=None, lvl="full", sess=None, k=1)


def proven(office: Office, given: Given) -> Opened | Refused:
    """The slot that user name and password open, counted and answered as a signing is: `login.failed`, `login.wait`."""
    sid, reading = slot_id(office.ds, given.user), office.clock.now()
    wait = office.gate.wait_ms(sid, reading)
    if wait:
        return Refused("login.wait", {"minutes": -(-wait // 60_000)})
    with answered_late(ANSWER_MS) as late:
        office.gate.failed(sid, reading)
        opened = opened_slot(office.vault, office.ds, given)
        if opened is not None:
            office.gate.succeeded(sid)
            return opened
        late.append(sid)
        _record_failure(office, sid, reading, "auth.password")
    return Refused("login.failed")


def _signer(
    office: Office, given: Given, *, uid: str | None, lvl: str, sess: str | None, k: int
) -> Signer | Refused:
    """`uid` is the person who must be the one that typed; None for a second person, whoever it is."""
    full = lvl == "full"
    sid = slot_id(office.ds, given.user) if full else _slot_of(office.vault, uid)
    reading = office.clock.now()
    wait = office.gate.wait_ms(sid, reading)
    if wait:
        return Refused("login.wait", {"minutes": -(-wait // 60_000)})
    with answered_late(ANSWER_MS) as late:
        office.gate.failed(sid, reading)
        opened = opened_slot(office.vault, office.ds, given, uid=None if full else uid)
        if opened is not None and (uid is None or opened.uid == uid):
            signer = _unwrapped(office, opened, given, reading, lvl=lvl, sess=sess, k=k)
            if signer is not None:
                office.gate.succeeded(sid)
                # The signer's name is sealed into the signature: without the key there is none.
                return signer if office.ring.has(signer.pid) else no_key(office, signer.pid)
        late.append(sid)
        _record_failure(office, sid, reading, "auth.sign")
    return Refused("login.failed")


def _unwrapped(
    office: Office, opened: Opened, given: Given, reading: Reading, *, lvl: str, sess: str | None, k: int
) -> Signer | None:
    if lvl == "password":
        return unwrap_signer(office, opened, lvl=lvl, sess=sess, k=k)
    keyed = check_code(office, opened, given.code, reading, sess=sess, k=k)
    if keyed is None:
        return None
    with office.store.write() as tx:
        burn(office, tx, opened, keyed)
    return keyed.signer


def check_code(
    office: Office, opened: Opened, code: str, reading: Reading, *, sess: str | None, k: int
) -> Keyed | None:
    """The signer and the burned step, if `code` is good now and was not used before; None otherwise."""
    signer = unwrap_signer(office, opened, lvl="full", sess=sess, k=k)
    with office.store.read() as tx:
        found = vaults.blob(tx, opened.uid, "totp")
    if signer is None or found is None:
        return None
    gen, blob = found
    held = user.open_totp(opened.uvk, opened.uid, gen, blob)
    step = totp.accept(held.seed, code, reading.instant.ms, held.step)
    return None if step is None else Keyed(signer=signer, gen=gen + 1, burned=user.Totp(held.seed, step))


def burn(office: Office, tx: Tx, opened: Opened, keyed: Keyed) -> None:
    """Write down that the code's step was used."""
    sealed = user.seal_totp(opened.uvk, opened.uid, keyed.gen, keyed.burned, office.random)
    vaults.put_blob(tx, opened.uid, "totp", keyed.gen, sealed)


def unwrap_signer(office: Office, opened: Opened, *, lvl: str, sess: str | None, k: int) -> Signer | None:
    """The person's signing key for one command; None when the account has none that is registered and live."""
    with office.store.read() as tx:
        found = vaults.blob(tx, opened.uid, "sig")
        here = (office.tail.log, office.tail.n)
        # By the newest word of somebody who might say so: a row that is in doubt lets nobody in and locks nobody out.
        if found is None or office.standing.disabled(opened.uid, here):
            return None
        pid = office.standing.keys.person(opened.uid)
        row = state.row(tx, "person", pid)
    key = private_of(user.open_signing_key(opened.uvk, opened.uid, *found))
    kid = thumbprint(jwk_of(key.public_key()))
    if kid not in {live.jkt for live in office.standing.keys.all_live(opened.uid, here)}:
        return None
    # Until the first person has been entered, the founders have no name but their id.
    name = pid if row is None else str(office.ring.opened("person", named(row)).get("name", pid))
    return Signer(
        uid=opened.uid, pid=pid, name=name, key=key, kid=kid, lvl=lvl, sess=sess, k=k, nonce=office.random(16)
    )


def _slot_of(vault: Vault, uid: str | None) -> str:
    slot = vault.slot_of(uid or "")
    return "0" * 32 if slot is None else slot.sid


def account_of(vault: Vault, slot: str) -> str:
    """The account of a slot that exists, else the slot's own id: nobody's typed name stands in the chain."""
    return next((held.uid for held in vault.slots if held.sid == slot), slot)


def _record_failure(office: Office, sid: str, reading: Reading, kind: str) -> None:
    body = {"slot": sid, "kind": kind, "utc": reading.instant.utc, "up": reading.up}
    with recording(office) as made:
        made.act(SYS, Act(ACT="auth.fail", NOUN="account", id=account_of(office.vault, sid), body=body))
