"""What a device needs to seal paper: its certificate and the site's trust bundle, kept beside vault.json.

- Both are made with the site root key, which opens only for QA; neither is secret, and neither is believed when read:
  the bundle must be by the root that genesis names, the certificate for this device's key under that root.
- Founding makes them; a device that has none (another workstation) gets them from a QA manager, and so does each
  device when a centre was recorded: the bundle names it.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.base.faults import Fault
from app.base.words import Done, Refused, Value
from app.proof import cert, trust
from app.proof.cert import CertBad, Chain
from app.proof.device import Device
from app.proof.esign import SigBad
from app.proof.trust import TrustBundle
from app.proof.vaultfile import replace_file
from app.work.centres import site_root, trust_bundle
from app.work.ceremony import signer_of_session
from app.work.office import Office
from app.work.unlock import Given

CERTIFICATE = "device.crt"
BUNDLE = "trust.jws"


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

    Refused as a signing is (`session.none`, `login.*`), and as `renew_papers`. Faults `disk.*`.
    """
    signer = signer_of_session(office, given)
    if isinstance(signer, Refused):
        return signer
    made = renew_papers(office, signer.uid, given)
    return made if isinstance(made, Refused) else Done(nouns=frozenset())


def renew_papers(office: Office, uid: str, given: Given) -> str | Refused:
    """Certificate and trust bundle of this device anew, as history stands now; returns the bundle's token.

    `given` holds the password of the account `uid`, typed for this act. Refused `login.failed`, `papers.not_qa`.
    CannotDecide `vault.no_grant` for a root key that does not open; Faults `disk.*`.
    """
    if not any(grant.k == "site" for slot in office.vault.slots if slot.uid == uid for grant in slot.grants):
        return Refused("papers.not_qa")
    root = site_root(office, uid, given)
    if isinstance(root, Refused):
        return root
    token, now, id = trust_bundle(office, root), office.clock.now().instant, office.tail.log.split("/")[2]
    keep_papers(office.folder, token, root, office.device, id=id, now_ms=now.ms)
    return token
