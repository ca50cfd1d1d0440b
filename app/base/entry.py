"""The shape of one history entry (formats §5): exactly these members, null where empty.

- Both the rules and the proofs read entries through this one struct; decoding refuses unknown and missing members.
- A decoded entry is for reading. The bytes it came from are what is hashed, signed and stored.
"""

from __future__ import annotations

import msgspec

from app.base.codec import reader
from app.base.words import Json


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Stamp(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When: see formats §1, "Times"."""

    utc: str
    off: str
    zone: str
    hlc: str
    boot: str
    up: int
    clk: str


class Actor(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who: a person's account, session and the role acted in, or `sys` / `centre`."""

    uid: str
    sess: str | None
    role: str


class Scope(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where: the site, and the department of the row or null."""

    site: str
    dept: str | None


class Entity(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What it is about, and the leaves of the entity's heads before this entry."""

    t: str
    id: str
    base: list[str]


class Why(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The reason: a code from the site's list and, sealed, the person's own words."""

    code: str
    text: Json


class Entry(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of history."""

    v: int
    log: str
    seq: int
    prev: str
    ts: Stamp
    by: Actor
    scope: Scope
    act: str
    ent: Entity
    chg: list[tuple[str, Json, Json]]
    post: str | None
    body: dict[str, Json] | None
    why: Why | None
    sig: str | None
    app: str
    sch: int


read = reader(Entry).decode
"""Bytes to Entry; raises msgspec.ValidationError or DecodeError."""
