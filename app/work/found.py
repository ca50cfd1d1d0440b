"""Founding a site: the genesis by two QA managers and a site manager (formats §5 "Genesis"; trust §1.4).

- Everything is made beside the data folder's name and put there whole: a founding that was cut leaves no site,
  and a note by which the next one knows the secrets that it may replace.
- The device's secrets are kept and read back before the first byte is written.
- The three prove that they hold their keys and approve each other's; the recovery key is sealed to from the start.
- What is shown once and kept nowhere: the recovery shares, the one-time-code seeds, the recovery codes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from app.base.codec import b64u
from app.base.faults import Fault
from app.base.ids import SITE_PERSON, Random, new_id
from app.base.moment import Clock, instant_at
from app.base.words import Json, Value
from app.domain.people import full_name
from app.domain.standing import Standing
from app.domain.wire import Act
from app.proof import approvals, grants, trust, user, vaultfile
from app.proof.derive import new_scalar, private_of
from app.proof.device import Device, new_device
from app.proof.esign import jwk_of, thumbprint
from app.proof.recovery import new_recovery
from app.proof.totp import NEVER, new_seed
from app.proof.vault import Opened, granted, new_vault, recovery_granted, with_new_slot
from app.proof.vaultfile import Vault
from app.store import pkeys, vaults
from app.store import vault as engine
from app.store.engines import found_main, found_pkeys, sqlcipher_store
from app.store.lock import WriterLock
from app.store.tx import Store, Tx
from app.work.approve import approval
from app.work.glance import write_glance
from app.work.lockout import Lockout
from app.work.office import Office
from app.work.opening import MAIN, PERSONS
from app.work.papers import keep_papers
from app.work.pending import Pending
from app.work.recording import recording, site_act
from app.work.ring import Ring, commitment
from app.work.scribe import SYS
from app.work.secretfile import note_founding
from app.work.secrets import DeviceSecrets, load_device, load_ds
from app.work.sign import Signer
from app.work.tail import new_tail

PART = re.compile(r"[a-z0-9][a-z0-9._-]*")
FOUNDERS = ("qa", "qa", "manager")
KINDS = ("db", "pk", "site")

Keep = Callable[[str, bytes, Device], DeviceSecrets]
"""Vault id, device secret and device keys to the place that keeps them, outside the data folder."""


class Founder(Value, frozen=True):
    """One of the three: user name and password as typed, name parts, employee number, how identity was checked."""

    username: str
    password: str
    given: str
    prefix: str | None
    family: str
    number: str
    idv: str = "known"

    def __repr__(self) -> str:
        return "Founder()"


class Plan(Value, frozen=True):
    """What is to be founded: names of formats §5 "origin", the IANA zone, two QA managers and a site manager; `contact` is
    whom to call, shown to everybody before sign-in, so no personal value."""

    site: str
    domain: str
    device: str
    zone: str
    founders: tuple[Founder, Founder, Founder]
    contact: str = ""


class Person(Value, frozen=True):
    """What a founder gets: account, person, one-time-code seed and recovery codes."""

    uid: str
    pid: str
    seed: bytes
    codes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Person({self.uid})"


class Founded(Value, frozen=True):
    """What the founding shows once: hashes for the Site Trust Sheet, and the secrets to hand over."""

    vault: str
    genesis: str
    root: str
    recovery: str
    shares: tuple[str, ...]
    threshold: int
    people: tuple[Person, ...]
    trust: str

    def __repr__(self) -> str:
        return f"Founded({self.vault})"


class _Candidate(Value, frozen=True):
    """A founder with all keys."""

    founder: Founder
    opened: Opened
    pid: str
    role: str
    scalar: bytes
    person: Person

    def __repr__(self) -> str:
        return f"_Candidate({self.pid})"

    @property
    def signer(self) -> Signer:
        key = private_of(self.scalar)
        kid = thumbprint(jwk_of(key.public_key()))
        name = full_name({name: getattr(self.founder, name) for name in ("given", "prefix", "family")})
        return Signer(
            uid=self.opened.uid, pid=self.pid, name=name, key=key, kid=kid, lvl="full", sess=None, k=0
        )


def check_names(site: str, domain: str, device: str, zone: str) -> None:
    """An origin (formats §5) can be made of the names, and times told in the zone; else Fault `site.names`, `site.zone`."""
    wrong = next((name for name in (site, domain, device) if not PART.fullmatch(name)), None)
    if wrong is not None:
        raise Fault("site.names", name=wrong)
    try:
        instant_at(0, zone)
    except (KeyError, ValueError, OSError):
        raise Fault("site.zone", zone=zone) from None


def found_site(folder: Path, plan: Plan, keep: Keep, clock: Clock, random: Random) -> Founded:
    """Make a new site in `folder`, which must not exist yet.

    Faults `site.exists`, `site.names`, `site.zone`, `keyring.*`, `secret_file.*`, `disk.*`; then nothing is there afterwards.
    """
    check_names(plan.site, plan.domain, plan.device, plan.zone)
    if folder.exists():
        raise Fault("site.exists", folder=folder.name)
    partial = folder.with_name(folder.name + ".new")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        vault = new_vault(random)
        note = note_founding(folder, vault.vault)
        founded = _found(partial, plan, keep, clock, random, vault)
        partial.rename(folder)
        note.unlink()
        vaultfile.flush_folder(folder.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return founded


def _found(folder: Path, plan: Plan, keep: Keep, clock: Clock, random: Random, vault: Vault) -> Founded:
    ds, device = random(32), new_device(random)
    secrets = keep(vault.vault, ds, device)
    if load_ds(secrets) != ds or load_device(secrets).scalars != device.scalars:
        raise Fault("keyring.lost")
    keys = {kind: random(32) for kind in KINDS}
    root, (recovery, shares) = new_scalar(random), new_recovery(random)
    vault, people = _candidates(vault, ds, plan, random)
    vault = _all_granted(vault, people, recovery, keys)
    lock = WriterLock(folder)
    main = _new_store(folder / MAIN, keys["db"], "main", plan.site)
    persons = _new_store(folder / PERSONS, keys["pk"], "pkeys", plan.site)
    try:
        office = Office(
            folder=folder, vault=vaultfile.write(folder, vault, ds), ds=ds, site=plan.site, zone=plan.zone,
            store=main, persons=persons, lock=lock, secrets=secrets, device=device, clock=clock, random=random,
            ring=Ring([], random), standing=Standing(), gate=Lockout(folder, secrets, ds),
            tail=new_tail(f"countersign.{plan.domain}/{plan.site}/{plan.device}/0"),
            pending=Pending(folder, ds),
        )  # fmt: skip
        _write_genesis(office, plan, people, root, recovery, keys["site"])
        told: dict[str, Json] = {"contact": plan.contact} if plan.contact else {}
        write_glance(folder, ds, {"site": plan.site, "device": plan.device, "zone": plan.zone, **told})
        return _founded(office, plan, people, root, recovery, shares)
    finally:
        main.close()
        persons.close()
        lock.release()


def _candidates(vault: Vault, ds: bytes, plan: Plan, random: Random) -> tuple[Vault, list[_Candidate]]:
    people = []
    for founder, role in zip(plan.founders, FOUNDERS, strict=True):
        vault, opened = with_new_slot(
            vault, ds, new_id("u", random), founder.username, founder.password, random, st="active"
        )
        pid = new_id("p", random)
        person = Person(opened.uid, pid, new_seed(random), tuple(user.new_codes(random)))
        people.append(_Candidate(founder, opened, pid, role, new_scalar(random), person))
    return vault, people


def _all_granted(vault: Vault, people: Sequence[_Candidate], recovery: bytes, keys: dict[str, bytes]) -> Vault:
    """Everybody gets the stores, QA the site's root too, and the recovery kit all of it."""
    for kind in KINDS:
        vault = recovery_granted(vault, recovery, kind, 1, keys[kind])
        for who in people:
            if kind != "site" or who.role == "qa":
                vault = granted(vault, who.opened.uid, who.opened.hpk, kind, 1, keys[kind])
    return vault


def _new_store(path: Path, key: bytes, kind: str, site: str) -> Store:
    store = sqlcipher_store(engine.connect(path, key, kind=kind, create=True), site)
    (found_main if kind == "main" else found_pkeys)(store)
    return store


def _write_genesis(
    office: Office, plan: Plan, people: Sequence[_Candidate], root: bytes, recovery: bytes, k_site: bytes
) -> None:
    """Entry 0, the commitments to the first person keys, and every blob, in one transaction."""
    deks = [office.ring.make(pid) for pid in (SITE_PERSON, *(who.pid for who in people))]
    with office.persons.write() as tx:
        pkeys.add(tx, deks)
    office.ring.learn(deks)
    with recording(office) as made:
        body = _genesis(office, plan, people, root, recovery)
        made.act(SYS, site_act("site.genesis", plan.site, body))
        for key in deks:
            made.act(SYS, Act(ACT="person.key", NOUN="person", id=key[0], body=commitment(key)))
        made.note()
        for who in people:
            put_blobs(made.tx, who.opened, who.scalar, who.person.seed, who.person.codes, office.random)
        sealed = grants.seal_root(k_site, root, vault=office.vault.vault, epoch=1, random=office.random)
        vaults.put_root_key(made.tx, 1, sealed)


def put_blobs(tx: Tx, opened: Opened, scalar: bytes, seed: bytes, codes: Sequence[str], random: Random) -> None:
    """What only this person's password opens: signing key, one-time-code seed, recovery codes; in place of any before."""
    gen = (vaults.blob(tx, opened.uid, "sig") or (0, b""))[0] + 1
    tags = [user.code_tag(opened.uvk, code) for code in codes]
    never = user.Totp(seed, NEVER)
    uid = opened.uid
    vaults.put_blob(tx, uid, "sig", gen, user.seal_signing_key(opened.uvk, uid, gen, scalar, random))
    vaults.put_blob(tx, uid, "totp", gen, user.seal_totp(opened.uvk, uid, gen, never, random))
    vaults.put_blob(tx, uid, "rc", gen, user.seal_codes(opened.uvk, uid, gen, tags, random))


def _genesis(
    office: Office, plan: Plan, people: Sequence[_Candidate], root: bytes, recovery: bytes
) -> dict[str, Json]:
    now, act, log = office.clock.now().instant, "site.genesis", office.tail.log
    device = office.device
    body: dict[str, Json] = {
        "site": plan.site,
        "domain": plan.domain,
        "vault": office.vault.vault,
        "root": jwk_of(private_of(root).public_key()),
        "recovery": b64u(recovery),
        "device": {"id": plan.device, "jwk": device.jwk, "ed25519": b64u(device.notes_raw)},
        "people": [_enrolled(who, now.utc) for who in people],
    }
    signers = [who.signer for who in people]
    pops = [approvals.sign_pop(body, act=act, log=log, key=signer.key, kid=signer.kid) for signer in signers]
    about = {"site": plan.site}
    appr = [
        approval(
            body, signer, act=act, log=log, tpl="approve.genesis@1", about=about, now=now, ring=office.ring,
            random=office.random,
        )
        for signer in signers
    ]  # fmt: skip
    return {**body, "pop": pops, "appr": appr}


def _enrolled(who: _Candidate, utc: str) -> dict[str, Json]:
    jwk = jwk_of(private_of(who.scalar).public_key())
    return {
        "uid": who.opened.uid,
        "pid": who.pid,
        "role": who.role,
        "jwk": jwk,
        "jkt": thumbprint(jwk),
        "hpk": b64u(who.opened.hpk),
        "idv": who.founder.idv,
        "from": utc,
    }


def _founded(
    office: Office,
    plan: Plan,
    people: Sequence[_Candidate],
    root: bytes,
    recovery: bytes,
    shares: Sequence[str],
) -> Founded:
    key = private_of(root)
    now = office.clock.now().instant.utc
    device = trust.TrustedDevice(
        id=plan.device, jwk=office.device.jwk, ed25519=b64u(office.device.notes_raw), start=now, end=None
    )
    bundle = trust.make(
        site=plan.site, domain=plan.domain, genesis=office.standing.genesis_hash, recovery=b64u(recovery),
        devices=[device], centres=[], issued=now, key=key,
    )  # fmt: skip
    keep_papers(office.folder, bundle, key, office.device, id=plan.device, now_ms=office.clock.now().instant.ms)
    return Founded(
        vault=office.vault.vault,
        genesis=office.standing.genesis_hash,
        root=thumbprint(jwk_of(key.public_key())),
        recovery=grants.fingerprint(recovery),
        shares=tuple(shares),
        threshold=2,
        people=tuple(who.person for who in people),
        trust=bundle,
    )
