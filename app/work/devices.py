"""A second device of a site: what it shows of itself, its enrolment by QA, and its first session (formats §5; trust §5).

- A device makes its own keys and proves that it holds both; they never leave it.
- QA enrols it on a device of the site, under a signature and a reason, and only with the fingerprint that the new device
  showed: the application travels, and whoever exchanges it on its way would be given the site's device secret.
- It then takes the site's folder over from there, and begins its own log with a session that has seen all others.
- Vault file and device secret are the site's: people sign in on it as they do elsewhere. What else is kept apart on each
  device (used codes, lock-outs) does not travel; the manual says so. Data keys of persons are carried (handing.py).
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.base.codec import NotCanonical, b64u, pack, unb64u
from app.base.faults import Fault
from app.base.ids import Random, new_id
from app.base.moment import Clock
from app.base.words import Done, Json, Refused, Value
from app.domain.rights import ORDER
from app.domain.wire import Act
from app.proof import approvals
from app.proof.chain import ZERO
from app.proof.device import Device
from app.proof.esign import SigBad, thumbprint
from app.proof.vault import Opened
from app.proof.vaultfile import NAME, PREVIOUS
from app.store.lock import WriterLock
from app.work.centres import qa_hand, signed
from app.work.ceremony import Keyed, burn, check_code
from app.work.glance import read_glance, write_glance
from app.work.office import Office
from app.work.opening import MAIN, PERSONS, open_office
from app.work.recording import recording
from app.work.scribe import Draft, Hand, Reason, Scribe
from app.work.secrets import DeviceSecrets, load_anchor, load_ds
from app.work.sign import Meaning, Signer, sign_session
from app.work.unlock import Given, door_of, opened_slot

ACT = "device.enrol"
PART = re.compile(r"[a-z0-9][a-z0-9._-]*")
PRINT, GROUP = 32, 4
"""Hex digits of a fingerprint, and of each of its groups."""
TAKEN_OVER = (NAME, PREVIOUS, MAIN, PERSONS)


class Application(Value, frozen=True):
    """What a new device shows: its name, its log, its public keys, and proofs for the log it is to be enrolled in."""

    id: str
    log: str
    jwk: dict[str, str]
    ed25519: str
    pop: tuple[str, str]

    @property
    def fingerprint(self) -> str:
        """What people compare: 16 bytes of the P-256 key's RFC 7638 thumbprint, in hex. SigBad for a key that is none.

        That key has signed all of the application, so its fingerprint stands for the rest of it too.
        """
        digits = unb64u(thumbprint(self.jwk)).hex()[:PRINT]
        return "-".join(digits[at : at + GROUP] for at in range(0, PRINT, GROUP))

    @property
    def body(self) -> dict[str, Json]:
        """The body of `device.enrol` (formats §5)."""
        return {
            "id": self.id,
            "log": self.log,
            "jwk": dict(self.jwk),
            "ed25519": self.ed25519,
            "pop": list(self.pop),
        }


def apply_with(device: Device, id: str, at: str) -> Application:
    """The application of a new `device` called `id`, to be enrolled in the log `at` (an origin of the site)."""
    begin = at.rsplit("/", 2)[0]
    body: dict[str, Json] = {
        "id": id,
        "log": f"{begin}/{id}/0",
        "jwk": device.jwk,
        "ed25519": b64u(device.notes_raw),
    }
    token = approvals.sign_pop(body, act=ACT, log=at, key=device.p256, kid=device.jkt)
    edsig = approvals.sign_device_pop(body, device.ed25519)
    return Application(**body, pop=(token, edsig))


def unlike(told: Application, typed: str) -> Refused | None:
    """Refused `device.fingerprint` unless `typed` is the application's, however it is spaced; `device.pop` for no key."""
    try:
        own = told.fingerprint
    except SigBad:
        return Refused("device.pop")
    same = re.sub(r"[\s-]", "", typed).lower() == own.replace("-", "")
    return None if same else Refused("device.fingerprint", {"id": told.id})


def enrol_device(
    office: Office, told: Application, typed: str, signer: Signer, why: str = "NEW"
) -> Done | Refused:
    """Enrol a device in QA's name; `typed` is the fingerprint that the new device showed to a person.

    Refused as `unlike`, `role.may_not`, `device.id`, `device.taken`, `device.pop`, `signature.again`.
    """
    refused = unlike(told, typed) or _unfit(office, told)
    if refused is not None:
        return refused
    hand = qa_hand(office, signer, ACT)
    if isinstance(hand, Refused):
        return hand
    meaning = Meaning(code="APPROVED", tpl="device@1", about={"name": told.id})
    act = Act(ACT=ACT, NOUN="device", id=told.id, body=told.body)
    return signed(office, act, hand, signer, meaning, Reason(code=why, pid=signer.pid))


def _unfit(office: Office, told: Application) -> Refused | None:
    begin = office.tail.log.rsplit("/", 2)[0]
    if not PART.fullmatch(told.id) or told.log != f"{begin}/{told.id}/0":
        return Refused("device.id", {"id": told.id})
    if any(told.id == machine.id or told.jwk == machine.jwk for machine in office.standing.machines):
        return Refused("device.taken", {"id": told.id})
    try:
        approvals.check_pop(told.pop[0], told.jwk, body=told.body, act=ACT, log=office.tail.log)
        key = Ed25519PublicKey.from_public_bytes(unb64u(told.ed25519))
        approvals.check_device_pop(told.pop[1], key, told.body)
    except (SigBad, NotCanonical, ValueError):
        return Refused("device.pop")
    return None


def take_over(source: Path, folder: Path, id: str, log: str, secrets: DeviceSecrets) -> None:
    """Copy a site's closed folder for the device `id` that writes `log`; `secrets` holds its own keys and the site's secret.

    Faults `site.exists`, `store.in_use`, `disk.*`. Nothing of the source changes.
    """
    if folder.exists():
        raise Fault("site.exists", folder=folder.name)
    lock = WriterLock(source)
    try:
        folder.mkdir(parents=True, mode=0o700)
        for name in TAKEN_OVER:
            if (source / name).is_file():
                shutil.copyfile(source / name, folder / name)
        if (source / "files").is_dir():
            shutil.copytree(source / "files", folder / "files")
    finally:
        lock.release()
    ds = load_ds(secrets)
    write_glance(folder, ds, {**read_glance(source, ds), "device": id})
    # Nothing was recorded here yet; from now on the anchor knows it.
    anchor: dict[str, Json] = {"v": 1, "log": log, "n": 0, "h": b64u(ZERO), "w": 0, "er": 0, "pd": 0, "vg": 0}
    secrets.write("anchor", pack(anchor).decode("ascii"))


def join_site(
    folder: Path, secrets: DeviceSecrets, clock: Clock, random: Random, given: Given, zone: str
) -> Done | Refused:
    """Begin this device's own log: one person opens and closes its first session, which has seen every log held.

    Refused `login.failed`. Faults `device.not_joined`, also when it has begun its log: what follows isn't counted, so
    it must not tell a password twice; `store.*`.
    """
    anchor = load_anchor(secrets)
    if anchor is None or anchor["n"]:
        raise Fault("device.not_joined")
    door, lock = door_of(folder, secrets, clock, random, zone), WriterLock(folder)
    try:
        opened = opened_slot(door.vault, door.ds, given)
        if opened is None:
            return Refused("login.failed")
        office = open_office(door, opened, lock)
        try:
            return _begin(office, opened, given)
        finally:
            office.leave()
    finally:
        lock.release()


def _begin(office: Office, opened: Opened, given: Given) -> Done | Refused:
    here, reading = (office.tail.log, office.tail.n), office.clock.now()
    if office.tail.n or not office.seen:
        raise Fault("device.not_joined")
    keyed = check_code(office, opened, given.code, reading, sess=None, k=0)
    held = office.standing.roles.held(opened.uid, here, reading.instant.utc)
    role = next((role for role in ORDER if role in held), None)
    if keyed is None or role is None:
        return Refused("login.failed")
    _open_and_close(office, opened, keyed, role)
    return Done(nouns=frozenset({"session"}), result=2)


def _open_and_close(office: Office, opened: Opened, keyed: Keyed, role: str) -> None:
    sess = new_id("s", office.random)
    hand = Hand(uid=opened.uid, sess=sess, role=role)

    def sign(scribe: Scribe, _covered: int, b: bytes, _of: Draft) -> str:
        return sign_session(keyed.signer, sess, scribe, b)

    with recording(office) as made:
        body: dict[str, Json] = {"sess": sess, "seen": office.seen, "ccp": None}
        made.act(hand, Act(ACT="session.open", NOUN="session", id=sess, body=body), sign=sign)
        closing: dict[str, Json] = {"sess": sess, "reason": "joined"}
        made.act(hand, Act(ACT="session.close", NOUN="session", id=sess, body=closing))
        made.note()
        burn(office, made.tx, opened, keyed)
