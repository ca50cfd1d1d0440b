"""Signed things: the RFC 6962 tree, C2SP notes and cosignatures, JWS tokens. Bytes in, verdicts out.

Clauses followed (formats.md):
- §1 JWS: header exactly alg, kid, typ in JCS; payload in JCS bytes; ES256 as r‖s; kid is RFC 7638;
- §5 checkpoints (Ed25519, note type 0x01); §6 shapes of the payloads, the cosignature (type 0x04).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from opening import Json, b64u, jcs, parse, point_of, sha256, unb64u


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


class Tree:
    """RFC 6962 root of a growing list of leaves."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        self.peaks.append((1, leaf))
        while len(self.peaks) > 1 and self.peaks[-1][0] == self.peaks[-2][0]:
            (size, right), (_, left) = self.peaks.pop(), self.peaks.pop()
            self.peaks.append((2 * size, node(left, right)))

    def root(self) -> bytes:
        if not self.peaks:
            return sha256(b"")
        result = self.peaks[-1][1]
        for _, left in self.peaks[-2::-1]:
            result = node(left, result)
        return result


@dataclass
class Note:
    """A signed checkpoint: `text` is what was signed, `lines` are (name, key id, signature)."""

    text: bytes
    origin: str
    size: int
    root: bytes
    lines: list[tuple[str, bytes, bytes]]


def read_lines(text: str) -> list[tuple[str, bytes, bytes]]:
    result = []
    for line in text.splitlines():
        dash, name, box = line.split(" ")
        raw = base64.b64decode(box, validate=True)
        if dash != "—" or len(raw) < 5:
            raise ValueError("signature line")
        result.append((name, raw[:4], raw[4:]))
    return result


def read_note(raw: bytes | str) -> Note:
    text, _, signatures = (raw.decode() if isinstance(raw, bytes) else raw).partition("\n\n")
    origin, size, root, *_ = text.split("\n")
    if str(int(size)) != size:
        raise ValueError("size")
    signed = (text + "\n").encode()
    return Note(signed, origin, int(size), base64.b64decode(root, validate=True), read_lines(signatures))


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def note_holds(note: Note, name: str, public: bytes) -> bool:
    """One line of this name and key whose Ed25519 signature (type 0x01) over the text holds."""
    mine = (name, key_id(name, 1, public))
    return any((who, key) == mine and ed25519_holds(public, sig, note.text) for who, key, sig in note.lines)


def ed25519_holds(public: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def cosignature_holds(line: str, name: str, public: bytes, note: Note) -> bool:
    """The one `— name …` line, cosignature/v1: key id, 8 bytes of time, Ed25519 over time and text."""
    lines = read_lines(line)
    if len(lines) != 1:
        return False
    who, key, box = lines[0]
    when = int.from_bytes(box[:8], "big")
    signed = f"cosignature/v1\ntime {when}\n".encode() + note.text
    return (who, key) == (name, key_id(name, 4, public)) and ed25519_holds(public, box[8:], signed)


# --- shapes and tokens ------------------------------------------------------------------------------------

H32 = re.compile(r"[A-Za-z0-9_-]{43}")
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
OFF = re.compile(r"[+-]\d\d:\d\d")
ANY = object()
MEANING = {"code": str, "tpl": re.compile(r"[^@]+@\d+"), "lang": str}
DISP = {"k": str, "m": H32, "text": dict}
HEAD = {"n": int, "h": H32}
ESIG = {
    "v": int,
    "sid": str,
    "log": str,
    "head": HEAD,
    "entry": H32,
    "with": int,
    "signer": {"uid": str, "name": dict},
    "meaning": MEANING,
    "utc": UTC,
    "off": OFF,
    "subj": {"t": str, "id": str, "row": (H32,), "doc": ({"id": str, "ver": ANY, "sha256": str},)},
    "disp": DISP,
    "auth": {"lvl": re.compile("full|password"), "sess": (str,), "k": int},
    "sheet": ({"id": str, "i": int, "n": int, "root": H32, "opened": ANY},),
}
AUTH0 = {"lvl": re.compile("full"), "sess": (str,), "k": int}
SESSION = {
    "v": int,
    "sid": str,
    "log": str,
    "head": HEAD,
    "entry": H32,
    "signer": {"uid": str},
    "utc": UTC,
    "off": OFF,
    "sess": str,
    "auth": AUTH0,
}
ENROL = {
    "v": int,
    "sid": str,
    "log": str,
    "act": str,
    "body": H32,
    "signer": {"uid": str, "name": dict},
    "meaning": MEANING,
    "utc": UTC,
    "off": OFF,
    "disp": DISP,
    "auth": AUTH0,
}
POP = {"v": int, "log": str, "act": str, "body": H32}
BATCH = {
    "v": int,
    "id": str,
    "log": str,
    "from": int,
    "to": int,
    "prev": H32,
    "sha256": H32,
    "cp": str,
    "rcpt": (int,),
    "cons": ANY,
    "ccp": ANY,
    "region": ANY,
}
RECEIPT = {
    "v": int,
    "site": str,
    "log": str,
    "from": int,
    "to": int,
    "tail": H32,
    "batch": str,
    "pos": int,
    "at": str,
    "inc": ANY,
    "prov": ANY,
    "cosig": str,
}
SHAPES = {"esig": ESIG, "session": SESSION, "enrol": ENROL, "pop": POP, "batch": BATCH, "receipt": RECEIPT}


def fits(value: Json, spec: Any) -> bool:
    """Whether a value has this shape: dict = exactly these members, (x,) = x or null, pattern = a string."""
    if spec is ANY:
        return True
    if isinstance(spec, tuple):
        return value is None or fits(value, spec[0])
    if isinstance(spec, dict):
        return (
            isinstance(value, dict)
            and set(value) == set(spec)
            and all(fits(value[name], inner) for name, inner in spec.items())
        )
    if isinstance(spec, re.Pattern):
        return isinstance(value, str) and spec.fullmatch(value) is not None
    return type(value) is spec


@dataclass
class Token:
    kid: str
    payload: dict[str, Json]
    signed: bytes
    signature: bytes


def read_token(text: Json, kind: str) -> Token:
    """A token of type `countersign-<kind>+jws`; ValueError unless header and payload are in form."""
    if not isinstance(text, str) or text.count(".") != 2:
        raise ValueError("not a compact JWS")
    head, body, signature = (unb64u(part) for part in text.split("."))
    header, payload = parse(head), parse(body)
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("not objects")
    expected = {"alg": "ES256", "kid": header.get("kid"), "typ": f"countersign-{kind}+jws"}
    if head != jcs(expected) or body != jcs(payload) or len(signature) != 64:
        raise ValueError("header, payload or signature is not in its form")
    if not fits(payload, SHAPES.get(kind, ANY)) or payload.get("v") != 1 or not fits(header["kid"], H32):
        raise ValueError("members of the payload")
    return Token(header["kid"], payload, text.rpartition(".")[0].encode(), signature)


def thumbprint(jwk: dict[str, Json]) -> str:
    return b64u(sha256(jcs({name: jwk[name] for name in ("crv", "kty", "x", "y")})))


def jwk_of(scalar: bytes) -> dict[str, str]:
    """Public JWK of a P-256 private scalar."""
    point = point_of(scalar)
    return {"crv": "P-256", "kty": "EC", "x": b64u(point[1:33]), "y": b64u(point[33:])}


def jwk_point(jwk: dict[str, Json]) -> ec.EllipticCurvePublicKey:
    """The P-256 public key that a JWK names; ValueError where it names none."""
    if (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
        raise ValueError("not a P-256 key")
    x, y = (int.from_bytes(unb64u(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def es256_holds(jwk: dict[str, Json], signature: bytes, signed: bytes) -> bool:
    """Whether this P-256 key made the 64 bytes r‖s over `signed`."""
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        jwk_point(jwk).verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return len(signature) == 64


def token_holds(token: Token, jwk: dict[str, Json]) -> bool:
    """Whether this P-256 key made the token; `kid` must be its thumbprint."""
    try:
        mine = thumbprint(jwk) == token.kid
    except (KeyError, TypeError):
        return False
    return mine and es256_holds(jwk, token.signature, token.signed)
