"""A workstation's own keys (formats §1 "People and devices", §2 "Device secrets"; trust §1).

- P-256 signs batches and paper, Ed25519 signs checkpoints; both live outside the data folder.
- They are kept and moved as 32-byte values: the P-256 scalar, and the Ed25519 seed (RFC 8032 §5.1.5).
- A key's name is its RFC 7638 thumbprint.
"""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.base.codec import b64u, pack
from app.base.ids import Random
from app.proof.derive import KEY, new_scalar, point_of, private_of


class Device:
    """One workstation: `p256` and `ed25519` private keys, and the names that others know them by."""

    def __init__(self, p256: bytes, ed25519: bytes) -> None:
        """From the two 32-byte values; ValueError for a scalar outside 1 … n − 1 or another length."""
        if len(ed25519) != KEY:
            raise ValueError("an Ed25519 seed has 32 bytes")
        self.p256: EllipticCurvePrivateKey = private_of(p256)
        self.ed25519 = Ed25519PrivateKey.from_private_bytes(ed25519)

    @property
    def scalars(self) -> tuple[bytes, bytes]:
        """(P-256 scalar, Ed25519 seed), 32 bytes each: secret."""
        number = self.p256.private_numbers().private_value
        return number.to_bytes(KEY), self.ed25519.private_bytes_raw()

    @property
    def jwk(self) -> dict[str, str]:
        """The public P-256 key as a JWK of exactly `crv, kty, x, y` (RFC 7518 §6.2)."""
        point = point_of(self.p256)
        return {"crv": "P-256", "kty": "EC", "x": b64u(point[1:33]), "y": b64u(point[33:])}

    @property
    def jkt(self) -> str:
        """The P-256 key's name: b64u SHA-256 over the canonical JWK (RFC 7638 §3)."""
        return b64u(sha256(pack(self.jwk)).digest())

    @property
    def notes_public(self) -> Ed25519PublicKey:
        """The public key that checkpoints are verified with."""
        return self.ed25519.public_key()

    @property
    def notes_raw(self) -> bytes:
        """The 32 bytes of `notes_public`."""
        return self.notes_public.public_bytes_raw()

    def __repr__(self) -> str:
        return f"Device({self.jkt})"


def new_device(random: Random) -> Device:
    """A workstation with fresh keys."""
    return Device(new_scalar(random), random(KEY))
