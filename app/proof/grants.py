"""Keys handed to a person or to the recovery kit (formats §1 "HPKE", §3; trust §1).

- HPKE base mode, one shot: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180 §6.1), AAD empty.
- The info names vault, account, kind and epoch; a grant pasted elsewhere or relabelled does not open.
- Rotation needs only public keys, so nobody's password; those keys come from history, not from vault.json.
- The sender's ephemeral key is drawn by the library (no seam for an injected source): sealing is never repeatable.
"""

from __future__ import annotations

from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from app.base.codec import b64u, pack
from app.base.ids import Random
from app.proof.derive import (
    KEY,
    POINT,
    TAG,
    WrapBad,
    new_scalar,
    point_of,
    private_of,
    public_of,
    unwrap,
    wrap,
)

LABEL = "cs/grant/v1"
ROOT_LABEL = "cs/site-root/v1"
RECOVERY = "recovery"
"""Stands for the uid where a grant is sealed to the recovery key."""
KINDS = frozenset({"db", "pk", "site"})
LENGTH = POINT + KEY + TAG
FINGERPRINT = 8

_suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class GrantBad(Exception):
    """A grant does not open with this key for this place. Never says why."""


def new_pair(random: Random) -> tuple[bytes, bytes]:
    """A fresh HPKE key: (32-byte scalar, 65-byte point)."""
    scalar = new_scalar(random)
    return scalar, point_of(private_of(scalar))


def seal(point: bytes, key: bytes, *, vault: str, uid: str, kind: str, epoch: int) -> bytes:
    """113 bytes, enc ‖ ct ‖ tag, that give the 32-byte `key` to the holder of `point` (RFC 9180 §6.1).

    ValueError for another key size, an unknown kind, or a point off the curve.
    """
    if len(key) != KEY or kind not in KINDS:
        raise ValueError("a grant carries a 32-byte key of kind db, pk or site")
    return _suite.encrypt(key, public_of(point), info=_info(vault, uid, kind, epoch))


def open_grant(scalar: bytes, ct: bytes, *, vault: str, uid: str, kind: str, epoch: int) -> bytes:
    """The 32-byte key of a grant; GrantBad for any other key, place or bytes."""
    if len(ct) != LENGTH:
        raise GrantBad("not the length of a grant")
    try:
        return _suite.decrypt(ct, private_of(scalar), info=_info(vault, uid, kind, epoch))
    except InvalidTag:
        raise GrantBad("does not open") from None


def fingerprint(point: bytes) -> str:
    """`fpr`: b64u of the first 8 bytes of SHA-256 over the point."""
    return b64u(sha256(point).digest()[:FINGERPRINT])


def seal_root(k_site: bytes, scalar: bytes, *, vault: str, epoch: int, random: Random) -> bytes:
    """`site_key.ct`: the site root's 32-byte scalar under K_site (formats §3)."""
    private_of(scalar)
    return wrap(k_site, scalar, _root_place(vault, epoch), random)


def open_root(k_site: bytes, ct: bytes, *, vault: str, epoch: int) -> bytes:
    """The site root's scalar; GrantBad for any other key, vault, epoch or bytes."""
    try:
        return unwrap(k_site, ct, _root_place(vault, epoch))
    except WrapBad:
        raise GrantBad("the site root does not open") from None


def _info(vault: str, uid: str, kind: str, epoch: int) -> bytes:
    return pack({"e": epoch, "k": kind, "t": LABEL, "uid": uid, "vault": vault})


def _root_place(vault: str, epoch: int) -> bytes:
    return f"{ROOT_LABEL}|{vault}|{epoch}".encode("ascii")
