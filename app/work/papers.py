"""What a device needs to seal paper: its certificate and the site's trust bundle, kept beside vault.json.

- Both are made with the site root key, which opens only for QA; neither is secret, and neither is believed when read:
  the bundle must be by the root that genesis names, the certificate for this device's key under that root.
- Founding makes them; a device that has none (an older site, another workstation) gets them from a QA manager.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.base.faults import Fault
from app.base.words import Done, Refused, Value
from app.proof import cert, trust
from app.proof.cert import CertBad, Chain
from app.proof.derive import private_of
from app.proof.device import Device
from app.proof.esign import SigBad
from app.proof.grants import GrantBad, open_root
from app.proof.trust import TrustBundle
from app.proof.vaultfile import replace_file
from app.store import vaults
from app.work.ceremony import signer_of_session
from app.work.office import Office
from app.work.unlock import Given, granted_keys, opened_slot

CERTIFICATE = "device.crt"
BUNDLE = "trust.jws"
EPOCH = 1


class Papers(Value, frozen=True):
    """Certificate chain, the bundle's token, and what it says."""

    chain: Chain
    token: str
    bundle: TrustBundle


def keep_papers(
    folder: Path, token: str, root: EllipticCurvePrivateKey, device: Device, *, id: str, now_ms: int
) -> None:
    """Write certificate and bundle into the data folder `folder`, in place of any before. Faults `disk.*`."""
    bundle = trust.read(token)
    made = cert.make(root, device.p256.public_key(), site=bundle.site, id=id, now_ms=now_ms)
    replace_file(folder / CERTIFICATE, made.pem())
    replace_file(folder / BUNDLE, token.encode("ascii") + b"\n")


def load_papers(office: Office) -> Papers | Refused:
    """Certificate and bundle of this device; refused `papers.missing`. Fault `papers.foreign` when they are another's."""
    try:
        pem = (office.folder / CERTIFICATE).read_bytes()
        token = (office.folder / BUNDLE).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return Refused("papers.missing")
    try:
        bundle, chain = trust.read(token), cert.read(pem)
        cert.check(chain, office.standing.genesis["root"], office.device.jwk, office.clock.now().instant.ms)
    except (SigBad, CertBad):
        raise Fault("papers.foreign") from None
    if (bundle.root, bundle.genesis) != (office.standing.genesis["root"], office.standing.genesis_hash):
        raise Fault("papers.foreign")
    return Papers(chain=chain, token=token, bundle=bundle)


def make_papers(office: Office, given: Given) -> Done | Refused:
    """A QA manager who is signed in gives this device its certificate, and renews the trust bundle.

    Refused as a signing is (`session.none`, `login.*`), and `papers.not_qa`. Faults `papers.no_root`, `disk.*`.
    """
    signer = signer_of_session(office, given)
    if isinstance(signer, Refused):
        return signer
    opened = opened_slot(office.vault, office.ds, given, uid=signer.uid)
    if opened is None:
        return Refused("login.failed")
    if not any(
        grant.k == "site" for slot in office.vault.slots if slot.uid == signer.uid for grant in slot.grants
    ):
        return Refused("papers.not_qa")
    with office.store.read() as tx:
        sealed = vaults.root_key(tx, EPOCH)
    try:
        k_site = granted_keys(office.vault, opened, "site")[0]
        root = private_of(open_root(k_site, sealed or b"", vault=office.vault.vault, epoch=EPOCH))
    except GrantBad:
        raise Fault("papers.no_root") from None
    now, id = office.clock.now().instant, office.tail.log.split("/")[2]
    keep_papers(office.folder, _bundle(office, root, now.utc), root, office.device, id=id, now_ms=now.ms)
    return Done(nouns=frozenset())


def _bundle(office: Office, root: EllipticCurvePrivateKey, now: str) -> str:
    """The bundle with every device that history knows; a revoked one is named up to now."""
    standing = office.standing
    devices = [
        trust.TrustedDevice(
            id=machine.id, jwk=dict(machine.jwk), ed25519=machine.ed25519, start=None,
            end=now if machine.id in standing.cut else None,
        )
        for machine in {machine.id: machine for machine in standing.machines}.values()
    ]  # fmt: skip
    return trust.make(
        site=office.site, domain=str(standing.genesis["domain"]), genesis=standing.genesis_hash,
        recovery=standing.recovery, devices=devices, centres=[], issued=now, key=root,
    )  # fmt: skip
