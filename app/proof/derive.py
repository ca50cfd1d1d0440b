"""Keys from keys, and keys wrapped under keys (formats §1 "Derivations", §3).

- A derivation is HKDF-Expand over SHA-256 without Extract: every input is a uniform 256-bit key.
- One label, one purpose; the label is the whole info.
- A wrap is nonce12 ‖ AES-256-GCM; the nonce comes from the injected source, the AAD names the place.
- A P-256 key is held and moved as its 32-byte scalar, 1 ≤ d < n; a public key as 65 bytes of SEC1.
- A tag is the hex HMAC-SHA256 over the canonical bytes of all members but `mac`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from app.base.codec import pack
from app.base.ids import Random
from app.base.words import Json

KEY = 32
NONCE = 12
TAG = 16
POINT = 65
WIDE = 48
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order n of P-256 (SP 800-186 §3.2.1.3)."""


class WrapBad(Exception):
    """A wrap does not open: another key, another place, or changed bytes. Never says which."""


def expand(key: bytes, label: str, length: int = KEY) -> bytes:
    """`length` bytes derived from a uniform 32-byte `key` (RFC 5869 §2.3). ValueError for another key size."""
    if len(key) != KEY:
        raise ValueError("a key has 32 bytes")
    return HKDFExpand(SHA256(), length, label.encode("ascii")).derive(key)


def wrap(key: bytes, data: bytes, aad: bytes, random: Random) -> bytes:
    """nonce12 ‖ AES-256-GCM of `data` under a 32-byte `key`, bound to `aad`."""
    nonce = random(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, aad)


def unwrap(key: bytes, blob: bytes, aad: bytes) -> bytes:
    """What `wrap` took; raises WrapBad for any other key, aad or bytes."""
    if len(blob) < NONCE + TAG:
        raise WrapBad("too short")
    try:
        return AESGCM(key).decrypt(blob[:NONCE], blob[NONCE:], aad)
    except InvalidTag:
        raise WrapBad("does not open") from None


def scalar_from(wide: bytes) -> bytes:
    """A P-256 scalar from 48 uniform bytes: mod (n − 1) + 1 (FIPS 186-5 §A.2.1)."""
    if len(wide) != WIDE:
        raise ValueError("48 bytes make a scalar")
    return (int.from_bytes(wide) % (ORDER - 1) + 1).to_bytes(KEY)


def new_scalar(random: Random) -> bytes:
    """A fresh P-256 scalar."""
    return scalar_from(random(WIDE))


def private_of(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key of a 32-byte scalar; ValueError outside 1 … n − 1."""
    number = int.from_bytes(scalar)
    if len(scalar) != KEY or not 0 < number < ORDER:
        raise ValueError("not a P-256 scalar")
    return ec.derive_private_key(number, ec.SECP256R1())


def public_of(point: bytes) -> ec.EllipticCurvePublicKey:
    """The public key of an uncompressed SEC1 point (65 bytes); ValueError off the curve or in another form."""
    if len(point) != POINT or point[0] != 4:
        raise ValueError("not an uncompressed P-256 point")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def point_of(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> bytes:
    """The 65 bytes of a key's uncompressed SEC1 point (SEC 1 §2.3.3)."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    # From the numbers: the library's serialization module would load OpenSSH's formats before the first paint.
    numbers = public.public_numbers()
    return b"\4" + numbers.x.to_bytes(KEY) + numbers.y.to_bytes(KEY)


def tag(key: bytes, members: Mapping[str, Json]) -> str:
    """Lower-case hex HMAC-SHA256 over the canonical bytes of `members` without `mac`."""
    covered = {name: value for name, value in members.items() if name != "mac"}
    return hmac.new(key, pack(covered), sha256).hexdigest()


def tag_holds(key: bytes, members: Mapping[str, Json]) -> bool:
    """Whether `members["mac"]` is the tag of all the others; compared in constant time."""
    mac = members.get("mac")
    return isinstance(mac, str) and hmac.compare_digest(mac.encode(), tag(key, members).encode())
