"""The descriptor of a centre (formats §5 `centre.descriptor`): what the site's root vouches for.

- JWS `countersign-centre+jws` by the site root; exactly the members of formats §5.
- It names the keys of receipts and cosignatures, where the centre stands, and the addresses it may be reached at.
- A descriptor that the root did not sign is none: no key of it is ever used.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.base.codec import NotCanonical, unb64u
from app.base.words import Json
from app.proof import esign
from app.proof.esign import SigBad
from app.proof.trust import TrustedCentre


class Descriptor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payload. `jwk` signs receipts, `ed25519` (b64u) cosigns checkpoints; `urls` may be empty: any address."""

    v: int
    name: str
    jwk: dict[str, str]
    ed25519: str
    region: str
    jurisdiction: str
    urls: list[str]

    @property
    def keys(self) -> TrustedCentre:
        """What receipts are verified with."""
        return TrustedCentre(name=self.name, jwk=self.jwk, ed25519=self.ed25519)


def make(descriptor: Descriptor, key: ec.EllipticCurvePrivateKey) -> str:
    """The token of a descriptor, signed by the site root `key`. Raises SigBad for keys that are none."""
    _check(descriptor)
    return esign.sign(
        msgspec.to_builtins(descriptor), esign.CENTRE, key, esign.thumbprint(esign.jwk_of(key.public_key()))
    )


def read(token: str, root: Mapping[str, Json]) -> Descriptor:
    """What a descriptor says, if the site root `root` (a JWK) signed it; else raises SigBad."""
    try:
        descriptor = msgspec.convert(esign.verify(token, esign.CENTRE, root), Descriptor, strict=True)
    except msgspec.ValidationError as error:
        raise SigBad(f"not a centre's descriptor: {error}") from None
    _check(descriptor)
    return descriptor


def _check(descriptor: Descriptor) -> None:
    if descriptor.v != 1:
        raise SigBad("a descriptor of an unknown version")
    if not descriptor.name or not descriptor.region or any(blank in descriptor.name for blank in " \n+"):
        raise SigBad("a centre has a name and a region")
    esign.thumbprint(descriptor.jwk)
    try:
        Ed25519PublicKey.from_public_bytes(unb64u(descriptor.ed25519))
    except (NotCanonical, ValueError) as error:
        raise SigBad(f"not an Ed25519 key: {error}") from None
