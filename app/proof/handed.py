"""Data keys on their way from one device of a site to another (formats §12).

- Sealed under the device secret and the key of pkeys.db together: a thief of the file needs both.
- Bound to site, vault, epoch and this version of the format; what was made for another opens nowhere.
- Bytes in, keys out; whether history commits to a key, the caller asks.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from cryptography.exceptions import InvalidTag

from app.base.codec import NotCanonical, b64u, pack, unb64u, unpack
from app.base.words import Json, Value
from app.proof.derive import KEY, NONCE, TAG, expand
from app.proof.envelope import CIPHERS, GCM_SIV

LABEL = "cs/keys-handed/v1"
KIND = "countersign-keys"
LIMIT = 16 * 1024 * 1024
HEAD_LIMIT = 1024
MEMBERS = {"v", "t", "site", "vault", "pk", "e", "n"}

DataKey = tuple[str, int, bytes]
"""Person, version, 32-byte key."""


class HandedBad(Exception):
    """Not a keys file, or it does not open under these keys: changed, cut short, or made with others. Never says which."""


class OtherVersion(HandedBad):
    """A keys file of a version that this program doesn't know."""


class Head(Value, frozen=True):
    """For which site, vault and epoch of K_pk a file was made, and its cipher; `line` is the exact bytes that say so."""

    site: str
    vault: str
    pk: int
    e: int
    nonce: bytes
    line: bytes


def seal(
    keys: Iterable[DataKey], *, site: str, vault: str, pk: int, ds: bytes, k_pk: bytes, nonce: bytes,
    alg: int = GCM_SIV,
) -> bytes:  # fmt: skip
    """The bytes of a keys file; `ds` and `k_pk` are 32 bytes, `nonce` 12 fresh ones. ValueError when it grows over 16 MiB."""
    line = pack({"v": 1, "t": KIND, "site": site, "vault": vault, "pk": pk, "e": alg, "n": b64u(nonce)})
    plain = pack([[pid, ver, b64u(dek)] for pid, ver, dek in sorted(keys)])
    data = line + b"\n" + CIPHERS[alg](_key(ds, k_pk)).encrypt(nonce, plain, _place(line))
    if len(data) > LIMIT:
        raise ValueError("a keys file has at most 16 MiB")
    return data


def head_of(data: bytes) -> Head:
    """What the first line of a file says; nothing of it is proven yet. HandedBad, OtherVersion."""
    line, mark, _ = data[: HEAD_LIMIT + 1].partition(b"\n")
    try:
        told = unpack(line)
        if not mark or type(told) is not dict or told.get("t") != KIND:
            raise HandedBad("no keys file")
        if told.get("v") != 1 or type(told["v"]) is not int:
            raise OtherVersion("another version")
        nonce = unb64u(told["n"])
        texts = type(told["site"]) is str and type(told["vault"]) is str
        whole = type(told["pk"]) is int and type(told["e"]) is int and told["e"] in CIPHERS
        if not (texts and whole and told.keys() == MEMBERS and len(nonce) == NONCE):
            raise HandedBad("the first line is not that of a keys file")
    except (NotCanonical, KeyError, TypeError, AttributeError):
        raise HandedBad("the first line can't be read") from None
    return Head(site=told["site"], vault=told["vault"], pk=told["pk"], e=told["e"], nonce=nonce, line=line)


def open_sealed(data: bytes, head: Head, *, ds: bytes, k_pk: bytes) -> list[DataKey]:
    """The keys of a file whose `head` was read from the same bytes. HandedBad."""
    sealed = data[len(head.line) + 1 :]
    if len(data) > LIMIT or len(sealed) < TAG:
        raise HandedBad("too long or cut short")
    try:
        plain = CIPHERS[head.e](_key(ds, k_pk)).decrypt(head.nonce, sealed, _place(head.line))
        return _keys(unpack(plain))
    except (InvalidTag, NotCanonical, ValueError, TypeError):
        raise HandedBad("it does not open under these keys") from None


def _keys(told: Json) -> list[DataKey]:
    keys: list[DataKey] = []
    for pid, ver, text in told:
        dek = unb64u(text)
        if type(pid) is not str or type(ver) is not int or ver < 1 or len(dek) != KEY:
            raise ValueError("no data key")
        keys.append((pid, ver, dek))
    places = [key[:2] for key in keys]
    if sorted(set(places)) != places:
        raise ValueError("out of order, or one twice")
    return keys


def _key(ds: bytes, k_pk: bytes) -> bytes:
    """HKDF with the device secret as salt: HMAC of the one under the other is its Extract (RFC 5869 §2.2)."""
    if len(ds) != KEY or len(k_pk) != KEY:
        raise ValueError("a key has 32 bytes")
    return expand(hmac.digest(ds, k_pk, sha256), LABEL)


def _place(line: bytes) -> bytes:
    return LABEL.encode("ascii") + b"|" + line
