"""Giving a person an account and a signing key (trust §1.4; R-ACC-01..03).

- The account is opened by somebody who may; the key is enrolled by two approvers; the person types the password.
- The vault's slot waits as `temp` without grants until history holds the key: at every moment both agree.
- Grants are sealed to the point that history names.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.base.codec import b64u, unb64u
from app.base.ids import AccountId, PersonId, new_id
from app.base.words import Json, Refused, Value
from app.domain.accounts import OpenAccount, folded
from app.domain.passwords import refuse_password
from app.domain.wire import Act
from app.proof import approvals, user, vaultfile
from app.proof.derive import new_scalar, private_of
from app.proof.esign import jwk_of, thumbprint
from app.proof.totp import new_seed
from app.proof.vault import Opened, granted, slot_id, with_new_slot
from app.store import state
from app.work.approve import approved, approver_hand, name_of, refuse_approvers, spend
from app.work.blocklist import common_passwords
from app.work.ceremony import proven
from app.work.found import Person, put_blobs
from app.work.office import Office
from app.work.perform import perform
from app.work.recording import recording
from app.work.sign import Signer
from app.work.unlock import Given, granted_keys


class Enrolment(Value, frozen=True):
    """Whom to enrol: person, user name and password as typed, how the identity was checked."""

    pid: str
    username: str
    password: str
    idv: str

    def __repr__(self) -> str:
        return f"Enrolment({self.pid})"


class StoreKeys(Value, frozen=True):
    """The store keys to hand on: those that the person at the workstation has opened."""

    db: bytes
    pk: bytes

    def __repr__(self) -> str:
        return "StoreKeys()"


def store_keys(office: Office, given: Given) -> StoreKeys | Refused:
    """The store keys that somebody who has them hands on, opened with what that person types. Refused as `proven`."""
    opened = proven(office, given)
    if isinstance(opened, Refused):
        return opened
    db, pk = (granted_keys(office.vault, opened, kind)[0] for kind in ("db", "pk"))
    return StoreKeys(db=db, pk=pk)


def enrol(office: Office, plan: Enrolment, keys: StoreKeys, approvers: Sequence[Signer]) -> Person | Refused:
    """Open an account in the session of whoever is signed in, then enrol its key under two approvals.

    One that was cut short before (the program ended in between) is taken up with the same person and name.
    """
    taken, begun = slot_id(office.ds, plan.username), _begun(office, plan)
    if begun is None and any(slot.sid == taken for slot in office.vault.slots):
        return Refused("account.name_taken", {"name": plan.username})
    refused = refuse_approvers(office, approvers, frozenset({plan.pid})) or _weak(office, plan)
    if refused is not None:
        return refused
    if begun is not None:
        return enrol_key(office, begun, plan, keys, approvers)
    uid = new_id("u", office.random)
    command = OpenAccount(id=AccountId(uid), pid=PersonId(plan.pid), name=folded(plan.username))
    answer = perform(office, command)
    return answer if isinstance(answer, Refused) else enrol_key(office, uid, plan, keys, approvers)


def _begun(office: Office, plan: Enrolment) -> str | None:
    """The account of this person and name that never came to its grants: nobody has ever signed in with it."""
    with office.store.read() as tx:
        held = [
            office.ring.opened("account", item.row) for item in state.held_by(tx, "account", "pid", plan.pid)
        ]
    for account in held:
        slot = office.vault.slot_of(account["id"])
        cut = slot is None or (slot.st == "temp" and not slot.grants)
        if cut and account.get("state") == "active" and folded(account["name"]) == folded(plan.username):
            return str(account["id"])
    return None


def _weak(office: Office, plan: Enrolment) -> Refused | None:
    """Why the password can't be taken, or None: also what is known of the person counts (R-ACC-07)."""
    with office.store.read() as tx:
        row = state.row(tx, "person", plan.pid)
    known = {} if row is None else office.ring.opened("person", row)
    own = [str(known[name]) for name in ("name", "number", "mail", "login") if known.get(name)]
    return refuse_password(plan.password, common_passwords(), (*own, plan.username, office.site))


def enrol_key(
    office: Office, uid: str, plan: Enrolment, keys: StoreKeys, approvers: Sequence[Signer]
) -> Person:
    """Slot, signing key and grants of an account that is open. Faults of vault file and store."""
    # What an enrolment that was cut short left opens nothing; its key in history ends with the new one.
    slots = tuple(slot for slot in office.vault.slots if slot.uid != uid)
    vault, opened = with_new_slot(
        replace(office.vault, slots=slots),
        office.ds,
        uid,
        plan.username,
        plan.password,
        office.random,
        st="temp",
    )
    office.vault = vaultfile.write(office.folder, vault, office.ds)
    scalar = new_scalar(office.random)
    person = Person(uid, plan.pid, new_seed(office.random), tuple(user.new_codes(office.random)))
    body = _key_body(office, opened, plan, scalar, approvers)
    act = Act(ACT="key.enrol", NOUN="key", id=body["jkt"], body=body)
    with recording(office) as made:
        made.act(approver_hand(office, approvers[0]), act)
        put_blobs(made.tx, opened, scalar, person.seed, person.codes, office.random)
    spend(office, approvers)
    point = unb64u(office.standing.keys.hpk[uid])
    vault = granted(_active(office.vault, uid), uid, point, "db", office.vault.epoch("db"), keys.db)
    vault = granted(vault, uid, point, "pk", office.vault.epoch("pk"), keys.pk)
    office.vault = vaultfile.write(office.folder, vault, office.ds)
    office.write_anchor()
    return person


def _key_body(
    office: Office, opened: Opened, plan: Enrolment, scalar: bytes, approvers: Sequence[Signer]
) -> dict[str, Json]:
    key = private_of(scalar)
    jwk = jwk_of(key.public_key())
    kid = thumbprint(jwk)
    body: dict[str, Json] = {
        "uid": opened.uid,
        "pid": plan.pid,
        "jwk": jwk,
        "jkt": kid,
        "hpk": b64u(opened.hpk),
        "idv": plan.idv,
        "from": office.clock.now().instant.utc,
    }
    about = {"name": name_of(office, plan.pid), "idv": plan.idv}
    full = approved(office, body, approvers, act="key.enrol", tpl="approve.key@1", about=about)
    return {**full, "pop": approvals.sign_pop(body, act="key.enrol", log=office.tail.log, key=key, kid=kid)}


def _active(vault: vaultfile.Vault, uid: str) -> vaultfile.Vault:
    slots = tuple(replace(slot, st="active") if slot.uid == uid else slot for slot in vault.slots)
    return replace(vault, slots=slots)
