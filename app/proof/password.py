"""From a typed password to key material (formats §1 "Password"; trust §1).

- Prepared by OpaqueString (RFC 8265 §4.2): every Unicode space becomes U+0020, then NFC, nothing is cut or folded.
- Stretched by Argon2id with the device secret as K and the slot's own description as X, so that neither the
  folder nor the password alone can be tried, and a slot's parameters can't be moved to another slot.
- Floors are enforced whenever parameters are read; a slot made weaker by an edit is refused, never tried.
- The PBKDF2 profile is for sites that must use approved primitives only; the device secret enters by HMAC.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from app.base.codec import NotCanonical, b64u, pack, unb64u
from app.base.ids import Random
from app.base.words import Json, Value

ARGON2ID = "argon2id"
PBKDF2 = "pbkdf2-sha256"
VERSION = 19
MEMORY_FLOOR = 65536
PASSES_FLOOR = 3
LANES = 4
ITERATIONS_FLOOR = 600_000
SALT = 16

VIRAMA = 9
MIDDLE_DOT, KERAIA, GERESH, GERSHAYIM, KATAKANA_DOT = 0x00B7, 0x0375, 0x05F3, 0x05F4, 0x30FB
JOINERS = (0x200C, 0x200D)
ARABIC_DIGITS = range(0x0660, 0x066A)
EXTENDED_DIGITS = range(0x06F0, 0x06FA)
EXCEPTIONS = (0x0640, 0x07FA, 0x302E, 0x302F, *range(0x3031, 0x3036), 0x303B)
OLD_JAMO = (*range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7C7), *range(0xD7CB, 0xD7FC))
IGNORABLE = (0x034F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0)
SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
REFUSED = frozenset(EXCEPTIONS + OLD_JAMO + IGNORABLE + SELECTORS)
"""Refused although letters, marks or signs (RFC 8264 §9.6, §9.9, §9.13)."""


class KdfFloor(ValueError):
    """The parameters of a slot lie below the floors, or name a function that this program doesn't know."""


class Kdf(Value, frozen=True):
    """How one slot stretches: `id`, a 16-byte salt, and the parameters of that function (m in KiB)."""

    id: str
    salt: bytes
    v: int = VERSION
    m: int = MEMORY_FLOOR
    t: int = PASSES_FLOOR
    p: int = LANES
    iter: int = ITERATIONS_FLOOR

    def members(self) -> dict[str, Json]:
        """The `kdf` object of formats §3; the PBKDF2 profile has `id, iter, salt`."""
        if self.id == PBKDF2:
            return {"id": self.id, "iter": self.iter, "salt": b64u(self.salt)}
        return {"id": self.id, "v": self.v, "m": self.m, "t": self.t, "p": self.p, "salt": b64u(self.salt)}


def new_kdf(random: Random, id: str = ARGON2ID, *, m: int = MEMORY_FLOOR, t: int = PASSES_FLOOR) -> Kdf:
    """Fresh parameters with a new salt; KdfFloor below the floors."""
    kdf = Kdf(id=id, salt=random(SALT), m=m, t=t)
    check_floor(kdf)
    return kdf


def read_kdf(members: Mapping[str, Json]) -> Kdf:
    """The parameters written in a slot. Raises KdfFloor for weak, unknown, missing or surplus ones."""
    kdf = parse_kdf(members)
    check_floor(kdf)
    return kdf


def parse_kdf(members: Mapping[str, Json]) -> Kdf:
    """The parameters written in a slot, however weak. Raises KdfFloor for missing or surplus ones."""
    try:
        kdf = Kdf(**{**members, "salt": unb64u(members["salt"])})
    except (KeyError, TypeError, NotCanonical) as error:
        raise KdfFloor(f"unreadable parameters: {error}") from None
    if kdf.members() != dict(members):
        raise KdfFloor("not exactly the parameters of this function")
    return kdf


def check_floor(kdf: Kdf) -> None:
    """Raise KdfFloor unless `kdf` is at least as strong as formats §1 asks."""
    numbers = (kdf.iter,) if kdf.id == PBKDF2 else (kdf.v, kdf.m, kdf.t, kdf.p)
    if any(type(number) is not int for number in numbers) or len(kdf.salt) != SALT:
        raise KdfFloor("parameters of the wrong kind")
    if kdf.id == PBKDF2:
        strong = kdf.iter >= ITERATIONS_FLOOR
    else:
        strong = kdf.id == ARGON2ID and kdf.v == VERSION and kdf.m >= MEMORY_FLOOR and kdf.t >= PASSES_FLOOR
    if not strong or kdf.p < 1:
        raise KdfFloor(f"below the floor: {kdf.id}")


def context(kdf: Kdf, uid: str, vault: str) -> bytes:
    """X: the canonical bytes that bind a slot to its parameters, its account and its vault."""
    return pack({"kdf": kdf.members(), "uid": uid, "vault": vault})


def stretch(password: bytes, ds: bytes, kdf: Kdf, uid: str, vault: str) -> bytes:
    """32 bytes from a prepared password and the device secret (RFC 9106 §3.1). Slow by design; KdfFloor."""
    check_floor(kdf)
    x = context(kdf, uid, vault)
    if kdf.id == PBKDF2:
        stretched = PBKDF2HMAC(SHA256(), 32, kdf.salt, kdf.iter).derive(password)
        return hmac.new(ds, stretched + x, sha256).digest()
    return Argon2id(
        salt=kdf.salt, length=32, iterations=kdf.t, lanes=kdf.p, memory_cost=kdf.m, ad=x, secret=ds
    ).derive(password)


def prepare(password: str) -> bytes:
    """The UTF-8 bytes of a password after OpaqueString (RFC 8265 §4.2.2).

    ValueError when it is empty or holds what the FreeformClass refuses: controls, unassigned or private code
    points, invisible ones. The class is checked after NFC, so that both spellings of one text fare alike.
    """
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    text = unicodedata.normalize("NFC", spaced)
    if not text:
        raise ValueError("a password can't be empty")
    for index, char in enumerate(text):
        if not _allowed(text, index, ord(char)):
            raise ValueError(f"a password can't hold U+{ord(char):04X} here")
    return text.encode("utf-8")


def _allowed(text: str, index: int, point: int) -> bool:
    """Whether FreeformClass (RFC 8264 §4.3, §8) takes the code point at its place."""
    if point in JOINERS:
        # The further joining rule of RFC 5892 §A.1 needs tables; without them such a text is refused, not changed.
        return index > 0 and unicodedata.combining(text[index - 1]) == VIRAMA
    if point in (MIDDLE_DOT, KERAIA, GERESH, GERSHAYIM, KATAKANA_DOT):
        return _placed(text, index, point)
    if point in ARABIC_DIGITS:
        return not any(ord(char) in EXTENDED_DIGITS for char in text)
    if point in EXTENDED_DIGITS:
        return not any(ord(char) in ARABIC_DIGITS for char in text)
    category = unicodedata.category(text[index])
    return point not in REFUSED and (category[0] in "LNMPS" or category == "Zs")


def _placed(text: str, index: int, point: int) -> bool:
    """The neighbours that a few signs need (RFC 5892 §A.3 to §A.7)."""
    before = text[index - 1] if index else ""
    after = text[index + 1 : index + 2]
    if point == MIDDLE_DOT:
        return before == "l" and after == "l"
    if point == KERAIA:
        return _named(after, "GREEK")
    if point in (GERESH, GERSHAYIM):
        return _named(before, "HEBREW")
    return any(_named(char, "HIRAGANA") or _named(char, "KATAKANA") or _named(char, "CJK") for char in text)


def _named(char: str, script: str) -> bool:
    """Whether a letter belongs to a script; its Unicode name begins with it."""
    return bool(char) and ord(char) != KATAKANA_DOT and unicodedata.name(char, "").startswith(script)
