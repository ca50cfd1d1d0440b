"""The trust bundle: what an outside verifier is given by the site, signed by the site root (formats §6).

- JWS `countersign-trust+jws`; `root` is the public key that signed it, and its RFC 7638 thumbprint is the
  root fingerprint on the Site Trust Sheet.
- A bundle proves only itself; it is worth what its fingerprint is. Without one, trust is "first use".
- Where bundle and chain differ the bundle wins: another genesis is CP_MISMATCH; a device that it does
  not name leaves paper and PDF undecided.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.base.codec import NotCanonical, unb64u
from app.base.moment import utc_ms
from app.proof import esign
from app.proof.esign import SigBad

Jwk = dict[str, str]
SECOND = 1000
"""Milliseconds."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class TrustedDevice(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device and its keys; `start` and `end` (members `from`, `to`) are UTC, None where open."""

    id: str
    jwk: Jwk
    ed25519: str
    start: str | None = msgspec.field(name="from")
    end: str | None = msgspec.field(name="to")

    def holds_at(self, ms: int) -> bool:
        """Whether the bundle vouches for the device at that time: from ≤ t < to, to the second, as paper tells it."""
        start, end = (None if told is None else utc_ms(told) // SECOND for told in (self.start, self.end))
        at = ms // SECOND
        return (start is None or start <= at) and (end is None or at < end)

    def note_key(self) -> Ed25519PublicKey:
        """The key of its checkpoints."""
        return _note_key(self.ed25519)


class TrustedCentre(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A centre and its keys: P-256 for receipts, Ed25519 for cosignatures."""

    name: str
    jwk: Jwk
    ed25519: str

    def note_key(self) -> Ed25519PublicKey:
        """The key of its cosignatures."""
        return _note_key(self.ed25519)


class TrustBundle(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payload. `genesis` is the leaf of entry 0 (b64u), `recovery` a SEC1 point (b64u), `issued` UTC."""

    v: int
    site: str
    domain: str
    root: Jwk
    genesis: str
    recovery: str
    devices: list[TrustedDevice]
    centres: list[TrustedCentre]
    issued: str

    @property
    def fingerprint(self) -> str:
        """The thumbprint of the site root."""
        return esign.thumbprint(self.root)

    def device(self, id: str) -> TrustedDevice | None:
        """The device of that id, or None: then paper and PDF can't be decided."""
        return next((device for device in self.devices if device.id == id), None)


def make(
    *, site: str, domain: str, genesis: str, recovery: str, devices: Sequence[TrustedDevice],
    centres: Sequence[TrustedCentre], issued: str, key: ec.EllipticCurvePrivateKey,
) -> str:  # fmt: skip
    """The token of a bundle signed by the site root `key`. Raises SigBad for keys that are none."""
    root = esign.jwk_of(key.public_key())
    bundle = TrustBundle(
        v=1, site=site, domain=domain, root=root, genesis=genesis, recovery=recovery,
        devices=list(devices), centres=list(centres), issued=issued,
    )  # fmt: skip
    _check(bundle)
    return esign.sign(msgspec.to_builtins(bundle), esign.TRUST, key, esign.thumbprint(root))


def read(token: str, root: str | None = None) -> TrustBundle:
    """The bundle, if it is signed by its own root and, where `root` is given, has that fingerprint.

    Raises SigBad otherwise. `root` is the RFC 7638 thumbprint from the Site Trust Sheet.
    """
    parts = esign.parse(token.removesuffix("\n"))
    try:
        bundle = msgspec.convert(parts.payload, TrustBundle, strict=True)
    except msgspec.ValidationError as error:
        raise SigBad(f"not a trust bundle: {error}") from None
    esign.verify(parts, esign.TRUST, bundle.root)
    if root is not None and bundle.fingerprint != root:
        raise SigBad("signed by another site root")
    _check(bundle)
    return bundle


def _check(bundle: TrustBundle) -> None:
    """Every key is a key, every hash a hash, every time a time, every name stands once; else SigBad."""
    if bundle.v != 1:
        raise SigBad("a trust bundle of an unknown version")
    for names in ([d.id for d in bundle.devices], [c.name for c in bundle.centres]):
        if len(set(names)) != len(names):
            raise SigBad("a device or a centre is named twice")
    _of_length(bundle.genesis, 32)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _of_length(bundle.recovery, 65))
        ends = [end for d in bundle.devices for end in (d.start, d.end) if end is not None]
        for moment in (bundle.issued, *ends):
            utc_ms(moment)
    except ValueError as error:
        raise SigBad(f"recovery point or a time: {error}") from None
    keys = [(d.jwk, d.ed25519) for d in bundle.devices] + [(c.jwk, c.ed25519) for c in bundle.centres]
    for jwk, ed25519 in keys:
        esign.thumbprint(jwk)
        _note_key(ed25519)


def _note_key(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(_of_length(text, 32))


def _of_length(text: str, length: int) -> bytes:
    try:
        data = unb64u(text)
    except NotCanonical as error:
        raise SigBad(str(error)) from None
    if len(data) != length:
        raise SigBad(f"{len(data)} bytes where {length} belong")
    return data
