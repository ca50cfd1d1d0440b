"""Which centres a site trusts, and where its records may go (trust §5 "Residency gate"; R-SYN-01).

- A centre is known once QA recorded its descriptor: signed by the person, and inside by the site's root.
- The site root's key is opened with the password that is typed for this act, used once and forgotten.
- A site that names regions sends to no centre elsewhere; the attempt is an entry (`sync.blocked`), nothing leaves.
- The trust bundle tells the same to whoever verifies from outside: devices and centres, signed by the root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import UNSET

from app.audit.shape import CODE
from app.base.entry import Entry, read
from app.base.faults import CannotDecide
from app.base.words import Done, Json, Refused
from app.domain.wire import Act, Change, Text
from app.proof import descriptor as descriptors
from app.proof import grants, trust
from app.proof.derive import private_of
from app.proof.descriptor import Descriptor
from app.proof.esign import SigBad
from app.proof.grants import GrantBad
from app.store import history, vaults
from app.store.known import settings_in_force
from app.store.tx import Tx
from app.work.office import Office
from app.work.recording import Item, recording, site_act
from app.work.scribe import SYS, Draft, Hand, Reason, Scribe
from app.work.sign import Meaning, Signer, esign_entry
from app.work.unlock import Given, granted_keys, opened_slot

REGIONS = "regions"
"""The setting whose text lists the regions that records may go to, with commas; without it every recorded centre may."""

DAY = 10
"""A blocked attempt is recorded once a day: the first ten characters of `utc` tell them apart."""


class RegionsSet(Change, frozen=True, kw_only=True):
    """The regions that records may go to."""

    ACT: ClassVar[str] = "setting.set"
    NOUN: ClassVar[str] = "setting"

    text: Text = UNSET


COUNTRY = re.compile(r"[A-Z]{2}")
"""ISO 3166-1 alpha-2, as laws name countries."""
REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
HTTPS = "https://"


def refuse_descriptor(told: Descriptor) -> Refused | None:
    """Why a centre can't be recorded as it is described: `trust.country`, `trust.no_region`, `trust.plain`; else None."""
    if COUNTRY.fullmatch(told.jurisdiction) is None:
        return Refused("trust.country", {"text": told.jurisdiction})
    plain = [address for address in told.urls if not address.startswith(HTTPS)]
    return Refused("trust.plain", {"address": plain[0]}) if plain else refuse_regions((told.region,))


def refuse_regions(regions: tuple[str, ...]) -> Refused | None:
    """`trust.no_region` for the first that is no name of a region; else None."""
    odd = [one for one in regions if REGION.fullmatch(one) is None]
    return Refused("trust.no_region", {"text": odd[0]}) if odd else None


def known_centres(office: Office) -> dict[str, Descriptor]:
    """The centres whose descriptors the site's root signed, by name; of one name the newest."""
    root: Mapping[str, Json] = office.standing.genesis["root"]
    known: dict[str, Descriptor] = {}
    for entry in _acts(office, "centre.descriptor"):
        if (entry.log, entry.seq) in office.standing.refused:
            continue
        try:
            told = descriptors.read(str((entry.body or {})["jws"]), root)
        except (SigBad, KeyError):
            continue
        known[told.name] = told
    return known


def record_centre(office: Office, told: Descriptor, signer: Signer, given: Given) -> Done | Refused:
    """Record a centre's descriptor in QA's name; `given` holds the password that opens the site root's key.

    Refused as `refuse_descriptor`, `role.may_not`, `login.failed`, `centre.descriptor`. CannotDecide `vault.no_grant`
    for who has no root key.
    """
    refused = refuse_descriptor(told)
    hand = refused or qa_hand(office, signer, "centre.descriptor")
    if isinstance(hand, Refused):
        return hand
    root = site_root(office, signer.uid, given)
    if isinstance(root, Refused):
        return root
    try:
        jws = descriptors.make(told, root)
    except SigBad:
        return Refused("centre.descriptor", {"name": told.name})
    place = told.name.replace("/", ".")
    meaning = Meaning(
        code="APPROVED",
        tpl="centre@1",
        about={"name": told.name, "region": told.region, "jurisdiction": told.jurisdiction},
    )
    act = Act(ACT="centre.descriptor", NOUN="centre", id=place, body={"jws": jws})
    return signed(office, act, hand, signer, meaning, None)


def allow_regions(office: Office, regions: tuple[str, ...], signer: Signer, why: str) -> Done | Refused:
    """Name the regions that records may go to; none named: nowhere. Refused `role.may_not`, `trust.no_region`."""
    hand = refuse_regions(regions) or qa_hand(office, signer, RegionsSet.ACT)
    if isinstance(hand, Refused):
        return hand
    words = ",".join(sorted(regions)) or "-"
    meaning = Meaning(code="APPROVED", tpl="regions@1", about={"regions": words})
    return signed(
        office, RegionsSet(id=REGIONS, text=words), hand, signer, meaning, Reason(code=why, pid=signer.pid)
    )


def signed(
    office: Office, item: Item, hand: Hand, signer: Signer, meaning: Meaning, reason: Reason | None
) -> Done | Refused:
    """One entry under one person's signature; none when it would change nothing. Refused `signature.again` for a signer
    of another ceremony, `why.code` for a reason whose code is none (formats §6 `why`)."""
    if reason is not None and not CODE.fullmatch(reason.code):
        return Refused("why.code", {"code": reason.code})
    session = office.session
    if signer.sess is not None and (session is None or (session.id, session.k + 1) != (signer.sess, signer.k)):
        return Refused("signature.again")

    def sign(scribe: Scribe, covered: int, b: bytes, of: Draft) -> str:
        return esign_entry(signer, meaning, scribe, covered, None, b, of)

    with recording(office) as made:
        drafts = made.drafts([item])
        if drafts:
            made.write(hand, drafts, reason, sign)
    return Done(nouns=frozenset({item.NOUN}), result=len(drafts))


def qa_hand(office: Office, signer: Signer, act: str) -> Hand | Refused:
    """In whose name QA's entry is written; for anybody else Refused `role.may_not`, and recorded."""
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    if not office.standing.roles.holds(signer.uid, "qa", here, now.utc, office.site, None):
        with recording(office) as made:
            body: dict[str, Json] = {"act": act, "code": "role.may_not"}
            made.act(SYS, Act(ACT="rbac.denied", NOUN="account", id=signer.uid, body=body))
        return Refused("role.may_not", {"act": act})
    return Hand(uid=signer.uid, sess=signer.sess, role="qa")


def site_root(office: Office, uid: str, given: Given) -> ec.EllipticCurvePrivateKey | Refused:
    """The site's root key, opened with the password of `uid`. Refused `login.failed`; CannotDecide `vault.no_grant`."""
    opened = opened_slot(office.vault, office.ds, given, uid=uid)
    if opened is None:
        return Refused("login.failed")
    epoch = office.vault.epoch("site")
    with office.store.read() as tx:
        ct = vaults.root_key(tx, epoch)
    for key in granted_keys(office.vault, opened, "site"):
        try:
            scalar = grants.open_root(key, ct or b"", vault=office.vault.vault, epoch=epoch)
        except GrantBad:
            continue
        return private_of(scalar)
    raise CannotDecide("vault.no_grant")


def trust_bundle(office: Office, root: ec.EllipticCurvePrivateKey) -> str:
    """What an outside verifier and a centre are given: every device and centre of the site, signed by its root.

    A revoked device is named up to now.
    """
    standing, now = office.standing, office.clock.now().instant.utc
    devices = {
        machine.id: trust.TrustedDevice(
            id=machine.id,
            jwk=dict(machine.jwk),
            ed25519=machine.ed25519,
            start=None,
            end=now if machine.id in standing.cut else None,
        )
        for machine in standing.machines
    }
    return trust.make(
        site=office.site,
        domain=str(standing.genesis["domain"]),
        genesis=standing.genesis_hash,
        recovery=standing.recovery,
        devices=list(devices.values()),
        centres=[told.keys for told in known_centres(office).values()],
        issued=now,
        key=root,
    )


def regions(tx: Tx) -> frozenset[str] | None:
    """The regions that the site allows; None when it names none."""
    row = settings_in_force(tx).get(REGIONS)
    return None if row is None else frozenset(str(row.get("text", "-")).split(","))


def refuse_region(office: Office, told: Descriptor) -> Refused | None:
    """Why nothing may go to this centre, or None. The refusal is recorded, once a day. Faults of the store."""
    with office.store.read() as tx:
        allowed = regions(tx)
    if allowed is None or told.region in allowed:
        return None
    block(office, told.name, "region")
    return Refused("sync.region", {"centre": told.name, "region": told.region})


def block(office: Office, centre: str, code: str) -> None:
    """Record that nothing was sent to, or believed of, a centre, and why; the same once a day. Faults of the store."""
    body: dict[str, Json] = {"centre": centre, "code": code}
    today = office.clock.now().instant.utc[:DAY]
    # What another device tells of its own meetings says nothing of this one's.
    mine = (entry for entry in _acts(office, "sync.blocked") if entry.log == office.tail.log)
    before = [entry for entry in mine if entry.body == body]
    if not any(entry.ts.utc[:DAY] == today for entry in before):
        with recording(office) as made:
            made.act(SYS, site_act("sync.blocked", office.site, body))


def _acts(office: Office, act: str) -> Iterator[Entry]:
    with office.store.read() as tx:
        found = [read(b) for _log, _seq, b in history.landmarks(tx)]
    return (entry for entry in found if entry.act == act)
