"""Identifiers (formats §1, "Ids").

- prefix, underscore, 16 characters of lower-case Crockford base32: 80 random bits.
- Signature ids are UUIDv7 (RFC 9562 §5.7).
- Randomness comes from an injected source, so that a test can repeat a site byte for byte.
- Identifiers are never reused and never hold `|`, `/` or a blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NewType

PersonId = NewType("PersonId", str)
AccountId = NewType("AccountId", str)
DocumentId = NewType("DocumentId", str)
RequirementId = NewType("RequirementId", str)
CurriculumId = NewType("CurriculumId", str)
RecordId = NewType("RecordId", str)

Random = Callable[[int], bytes]
"""Takes a count of bytes, returns that many random bytes."""

SITE_PERSON = PersonId("p_site")
"""The pseudo-person that files about nobody belong to (formats §4)."""

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID = re.compile(r"[a-z]{1,4}_[0-9a-hjkmnp-tv-z]{16,26}|p_site")


def new_id(prefix: str, random: Random) -> str:
    """A fresh identifier such as `p_7f3k2m9q0c4d5e6f`."""
    number = int.from_bytes(random(10))
    return f"{prefix}_" + "".join(ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))


def new_sid(ms: int, random: Random) -> str:
    """A UUIDv7 for a signature made at `ms` milliseconds since 1970 (RFC 9562 §5.7)."""
    tail = int.from_bytes(random(10))
    high = (ms & ((1 << 48) - 1)) << 16 | 0x7000 | (tail >> 68 & 0xFFF)
    low = 0x8000000000000000 | (tail & ((1 << 62) - 1))
    text = f"{high << 64 | low:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Whether `text` has the form of an identifier of formats §1."""
    return ID.fullmatch(text) is not None
