"""Signatures of people and devices: JWS compact, ES256 (RFC 7515, RFC 7518 §3.4; formats §1 and §6).

- Made with ECDSA P-256 and RFC 6979, so that the same words under the same key give the same token.
- The header is exactly `alg`, `kid`, `typ` in canonical form, the payload canonical bytes; anything else,
  another `typ` or another key is SigBad. Any s is accepted: a signature's identity is `sid` in the payload.
- (r, s) and (r, n − s) are equally valid, and who has one has the other without a key: what is named by a hash of its
  token (a batch) is made with the lower one.
- `kid` is the RFC 7638 thumbprint of the key; it is compared, never followed.
- An entry's digest is over its own bytes with `"sig":null`; nothing is serialised again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from app.base.codec import NotCanonical, b64u, pack, pack_checked, unb64u, unpack
from app.base.words import Json, Value
from app.proof.derive import ORDER

ESIG = "countersign-esig+jws"
SESSION = "countersign-session+jws"
ENROL = "countersign-enrol+jws"
POP = "countersign-pop+jws"
BATCH = "countersign-batch+jws"
RECEIPT = "countersign-receipt+jws"
TRUST = "countersign-trust+jws"
CENTRE = "countersign-centre+jws"
BACKUP = "countersign-backup+jws"

SIDE = 32
_SIGN = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_VERIFY = ec.ECDSA(hashes.SHA256())


class SigBad(Exception):
    """The token is misspelt, of another type or key, or its mathematics does not hold (finding SIG_BAD)."""


class Token(Value, frozen=True):
    """A token taken apart, not yet verified: `signed` is what the 64 bytes of `signature` (r ‖ s) cover."""

    kid: str
    typ: str
    payload: dict[str, Json]
    signed: bytes
    signature: bytes


class Parts(Value, frozen=True):
    """A token taken apart whose payload was not read yet: its bytes are `payload`."""

    kid: str
    typ: str
    payload: bytes
    signed: bytes
    signature: bytes


def jwk_of(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The JWK `{crv,kty,x,y}` of a P-256 key (RFC 7518 §6.2.1). Raises ValueError for another curve."""
    if not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    point = public.public_numbers()
    x, y = (b64u(number.to_bytes(SIDE, "big")) for number in (point.x, point.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def thumbprint(jwk: Mapping[str, Json]) -> str:
    """The RFC 7638 thumbprint, b64u SHA-256. Raises SigBad when `jwk` is no P-256 point in exact form."""
    return _known(*_coordinates(jwk))[1]


def public_of(jwk: Mapping[str, Json]) -> ec.EllipticCurvePublicKey:
    """The key that `jwk` spells. Raises SigBad when it is no P-256 point in exact form."""
    return _known(*_coordinates(jwk))[0]


def sign(payload: Mapping[str, Json], typ: str, key: ec.EllipticCurvePrivateKey, kid: str) -> str:
    """The token of `payload`, always the same for the same key. Raises NotCanonical for the payload."""
    header = b64u(pack_checked({"alg": "ES256", "kid": kid, "typ": typ}))
    signed = f"{header}.{b64u(pack(dict(payload)))}"
    r, s = decode_dss_signature(key.sign(signed.encode("ascii"), _SIGN))
    return f"{signed}.{b64u(r.to_bytes(SIDE, 'big') + s.to_bytes(SIDE, 'big'))}"


def is_low(signature: bytes) -> bool:
    """Whether the s of a signature (r ‖ s, 64 bytes) is n / 2 at most (formats §6 "Batch")."""
    return int.from_bytes(signature[SIDE:], "big") <= ORDER // 2


def twin(token: str) -> str:
    """The same token with n − s in place of s: it holds as well and has another hash. Raises SigBad for no token."""
    signature = split(token).signature
    s = int.from_bytes(signature[SIDE:], "big")
    if not 0 < s < ORDER:
        return token
    return f"{token.rpartition('.')[0]}.{b64u(signature[:SIDE] + (ORDER - s).to_bytes(SIDE, 'big'))}"


def low(token: str) -> str:
    """The token itself or its twin, whichever has the lower s. Raises SigBad for no token."""
    return token if is_low(split(token).signature) else twin(token)


def parse(token: str) -> Token:
    """The parts of `token`; raises SigBad unless each is in its one exact form."""
    parts = split(token)
    try:
        payload = unpack(parts.payload)
    except NotCanonical as error:
        raise SigBad(f"not in canonical form: {error}") from None
    if type(payload) is not dict:
        raise SigBad("not an object")
    return Token(kid=parts.kid, typ=parts.typ, payload=payload, signed=parts.signed, signature=parts.signature)


def split(token: str) -> Parts:
    """The parts of `token`, its payload as bytes that nobody has read yet; raises SigBad for another form."""
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        raise SigBad("not a compact JWS")
    kid, typ = _header(parts[0])
    try:
        payload, signature = unb64u(parts[1]), unb64u(parts[2])
    except NotCanonical as error:
        raise SigBad(f"not in canonical form: {error}") from None
    if len(signature) != 2 * SIDE:
        raise SigBad("not 64 bytes of signature")
    signed = token[: len(parts[0]) + 1 + len(parts[1])].encode("ascii")
    return Parts(kid=kid, typ=typ, payload=payload, signed=signed, signature=signature)


def holds(signed: bytes, signature: bytes, jwk: Mapping[str, Json]) -> bool:
    """Whether the key `jwk` made `signature` (r ‖ s) over `signed`; False for what is no key."""
    try:
        public = public_of(jwk)
        r, s = int.from_bytes(signature[:SIDE], "big"), int.from_bytes(signature[SIDE:], "big")
        public.verify(encode_dss_signature(r, s), signed, _VERIFY)
    except (SigBad, InvalidSignature):
        return False
    return True


def verify(token: Token | str, typ: str, jwk: Mapping[str, Json]) -> dict[str, Json]:
    """The payload, if `token` is of type `typ` and signed by the key `jwk`; else raises SigBad."""
    parts = parse(token) if isinstance(token, str) else token
    public, kid = _known(*_coordinates(jwk))
    if parts.typ != typ:
        raise SigBad(f"of type {parts.typ!r}, not {typ!r}")
    if parts.kid != kid:
        raise SigBad("signed by another key")
    r, s = parts.signature[:SIDE], parts.signature[SIDE:]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        public.verify(der, parts.signed, _VERIFY)
    except InvalidSignature:
        raise SigBad("the signature does not hold") from None
    return parts.payload


def entry_digest(entry: bytes, token: str) -> str:
    """b64u SHA-256 of `entry`'s bytes with `"sig":null` in place of `token` (formats §6, `entry`).

    Raises SigBad unless `"sig":"<token>"` occurs exactly once.
    """
    return draft_digest(with_null_sig(entry, token))


def with_null_sig(entry: bytes, token: str) -> bytes:
    """The bytes that the person signed: the one `"sig":"<token>"` replaced by `"sig":null`, else SigBad."""
    member = f'"sig":"{token}"'.encode()
    if entry.count(member) != 1:
        raise SigBad("the token does not occur exactly once in its entry")
    return entry.replace(member, b'"sig":null')


def draft_digest(draft: bytes) -> str:
    """b64u SHA-256 of an entry that is still unsigned (`"sig":null`): its `entry` member to be."""
    return b64u(sha256(draft).digest())


@lru_cache(maxsize=4096)
def _header(part: str) -> tuple[str, str]:
    """(kid, typ) of a header part. A site has few keys and types, so most tokens repeat one."""
    try:
        header = unpack(unb64u(part))
    except NotCanonical as error:
        raise SigBad(f"the header is not in canonical form: {error}") from None
    if type(header) is not dict or header.keys() != {"alg", "kid", "typ"} or header["alg"] != "ES256":
        raise SigBad("the header is not exactly alg ES256, kid, typ")
    kid, typ = header["kid"], header["typ"]
    if type(kid) is not str or type(typ) is not str:
        raise SigBad("kid and typ are not strings")
    return kid, typ


def _coordinates(jwk: Mapping[str, Json]) -> tuple[str, str]:
    if jwk.keys() != {"crv", "kty", "x", "y"} or jwk["crv"] != "P-256" or jwk["kty"] != "EC":
        raise SigBad("not a P-256 public key")
    x, y = jwk["x"], jwk["y"]
    if type(x) is not str or type(y) is not str:
        raise SigBad("the coordinates are not strings")
    return x, y


@lru_cache(maxsize=4096)
def _known(x: str, y: str) -> tuple[ec.EllipticCurvePublicKey, str]:
    """(public key, thumbprint) of a point; kept, because checking a point costs more than reading a token."""
    try:
        point = unb64u(x), unb64u(y)
        if {len(side) for side in point} != {SIDE}:
            raise SigBad("the coordinates are not 32 bytes long")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\4" + point[0] + point[1])
    except (NotCanonical, ValueError) as error:
        raise SigBad(f"not a point of P-256: {error}") from None
    members = pack_checked({"crv": "P-256", "kty": "EC", "x": x, "y": y})
    return public, b64u(sha256(members).digest())
