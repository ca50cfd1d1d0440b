"""What only a person's own vault key opens (formats §3 "user_vault blobs"; trust §1, §1.3).

- Kinds: `sig` the signing scalar, `totp` the seed and the last burned step, `rc` the recovery codes left.
- Each kind has its own key under the vault key; the AAD names account, kind and generation, so that a blob of
  another person, another kind or an older generation relabelled does not open.
- Of a recovery code only an HMAC is kept; a code opens once and replaces the one-time code, never the password.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

from app.base.codec import NotCanonical, b64u, pack, unb64u, unpack
from app.base.ids import ALPHABET, Random
from app.base.words import Value
from app.proof.derive import KEY, WrapBad, expand, private_of, unwrap, wrap

KINDS = frozenset({"sig", "totp", "rc"})
CODES = 10
CODE_LENGTH = 10
CODE_BITS = 5 * CODE_LENGTH
LOOK_ALIKES = str.maketrans("OIL", "011", "- ")


class BlobBad(Exception):
    """A blob does not open, or does not hold what its kind holds. Never says which."""


class Totp(Value, frozen=True):
    """The one-time code's seed (20 bytes) and the last step that was used; −1 when none was."""

    seed: bytes
    step: int

    def __repr__(self) -> str:
        return "Totp()"


def seal_blob(uvk: bytes, kind: str, uid: str, gen: int, data: bytes, random: Random) -> bytes:
    """The stored bytes of one blob: nonce12 ‖ AES-256-GCM. ValueError for an unknown kind."""
    return wrap(_key(uvk, kind), data, _place(kind, uid, gen), random)


def open_blob(uvk: bytes, kind: str, uid: str, gen: int, blob: bytes) -> bytes:
    """The data of one blob; BlobBad for any other key, account, kind, generation or bytes."""
    try:
        return unwrap(_key(uvk, kind), blob, _place(kind, uid, gen))
    except WrapBad:
        raise BlobBad(kind) from None


def seal_signing_key(uvk: bytes, uid: str, gen: int, scalar: bytes, random: Random) -> bytes:
    """The blob `sig` of a 32-byte P-256 scalar; ValueError if it is none."""
    private_of(scalar)
    return seal_blob(uvk, "sig", uid, gen, scalar, random)


def open_signing_key(uvk: bytes, uid: str, gen: int, blob: bytes) -> bytes:
    """The 32-byte signing scalar; BlobBad."""
    return open_blob(uvk, "sig", uid, gen, blob)


def seal_totp(uvk: bytes, uid: str, gen: int, totp: Totp, random: Random) -> bytes:
    """The blob `totp`."""
    return seal_blob(uvk, "totp", uid, gen, pack({"seed": b64u(totp.seed), "step": totp.step}), random)


def open_totp(uvk: bytes, uid: str, gen: int, blob: bytes) -> Totp:
    """Seed and last burned step; BlobBad."""
    data = open_blob(uvk, "totp", uid, gen, blob)
    try:
        members = unpack(data)
        return Totp(seed=unb64u(members["seed"]), step=int(members["step"]))
    except (ValueError, KeyError, TypeError):
        raise BlobBad("totp") from None


def new_codes(random: Random) -> list[str]:
    """Ten one-time recovery codes, `XXXXX-XXXXX`, 50 bits each in Crockford base32; shown once, never kept."""
    return [_code(random) for _ in range(CODES)]


def seal_codes(uvk: bytes, uid: str, gen: int, tags: Sequence[str], random: Random) -> bytes:
    """The blob `rc` of the codes' tags (see `code_tag`)."""
    return seal_blob(uvk, "rc", uid, gen, pack(list(tags)), random)


def open_codes(uvk: bytes, uid: str, gen: int, blob: bytes) -> list[str]:
    """The tags of the codes that are left; BlobBad."""
    data = open_blob(uvk, "rc", uid, gen, blob)
    try:
        tags = unpack(data)
    except NotCanonical:
        raise BlobBad("rc") from None
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise BlobBad("rc")
    return tags


def code_tag(uvk: bytes, code: str) -> str:
    """What is kept of a recovery code: b64u HMAC-SHA256 over the code in upper case without separators.

    Typed look-alikes count as what Crockford's alphabet has for them: O as 0, I and L as 1.
    """
    plain = code.upper().translate(LOOK_ALIKES)
    return b64u(hmac.new(_key(uvk, "rc"), plain.encode("utf-8", "surrogatepass"), sha256).digest())


def use_code(uvk: bytes, tags: Sequence[str], code: str) -> list[str] | None:
    """The tags that are left when `code` is one of them, else None; every tag is compared."""
    mine = code_tag(uvk, code)
    left = [tag for tag in tags if not hmac.compare_digest(tag, mine)]
    return left if len(left) < len(tags) else None


def _code(random: Random) -> str:
    number = int.from_bytes(random(7)) & ((1 << CODE_BITS) - 1)
    text = "".join(ALPHABET[(number >> shift) & 31] for shift in range(CODE_BITS - 5, -1, -5)).upper()
    return f"{text[:5]}-{text[5:]}"


def _key(uvk: bytes, kind: str) -> bytes:
    # formats §1 has one label for `rc`: it keys the blob's cipher and the codes' HMAC alike.
    if kind not in KINDS or len(uvk) != KEY:
        raise ValueError(f"not a vault key and a kind of blob: {kind}")
    return expand(uvk, f"cs/uv/{kind}/v1")


def _place(kind: str, uid: str, gen: int) -> bytes:
    return f"{uid}|{kind}|{gen}".encode("ascii")
