"""The tokens in entries, read for judging (formats §6): exact members, canonical bytes, nothing believed yet.

- Header, payload and members in their one form, else None: the entry is then as good as unsigned (SIG_BAD).
- Whose key it is and whether the mathematics holds is asked apart, so that every fault is told.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from app.audit.shape import H32, OFF
from app.base.codec import pack_checked, reader
from app.base.moment import UTC_TEXT
from app.base.words import Json, Value
from app.proof import esign
from app.proof.approvals import Approval, Display, Meaning, Signer

P = TypeVar("P", bound="_Part")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    pass


class Head(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Size and leaf of the entry before."""

    n: int
    h: str


class Auth(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """How the signer proved to be there: level, session, number of the ceremony."""

    lvl: str
    sess: str | None
    k: int


class Doc(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The version of a document that was signed for."""

    id: str
    ver: Json
    sha256: str


class Subject(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """What was signed: entity, digest of its row before, document."""

    t: str
    id: str
    row: str | None
    doc: Doc | None


class Sheet(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The place of a signature among those of one ceremony."""

    id: str
    i: int
    n: int
    root: str
    opened: Json


class Esig(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payload of `countersign-esig+jws`."""

    v: int
    sid: str
    log: str
    head: Head
    entry: str
    covers: int = msgspec.field(name="with")
    signer: Signer
    meaning: Meaning
    utc: str
    off: str
    subj: Subject
    disp: Display
    auth: Auth
    sheet: Sheet | None


class Account(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The signer of a session."""

    uid: str


class Opening(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The payload of `countersign-session+jws`."""

    v: int
    sid: str
    log: str
    head: Head
    entry: str
    signer: Account
    utc: str
    off: str
    sess: str
    auth: Auth


class Signed(Value, frozen=True):
    """A token in its form: who it says signed (`kid`), what, and what the key has to answer for."""

    kid: str
    payload: Esig | Opening
    signed: bytes
    signature: bytes

    def holds(self, jwk: dict[str, Json]) -> bool:
        """Whether that key made it."""
        return esign.holds(self.signed, self.signature, jwk)


_esig = reader(Esig).decode
_opening = reader(Opening).decode


def read_signature(token: str, *, session: bool) -> Signed | None:
    """The token of an entry, or None when it is not in its form."""
    try:
        parts = esign.split(token)
        if parts.typ != (esign.SESSION if session else esign.ESIG):
            return None
        payload = _opening(parts.payload) if session else _esig(parts.payload)
    except (esign.SigBad, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # Reading straight into the struct refuses other members; packing it again refuses other spellings.
    if pack_checked(payload) != parts.payload or not _formed(payload) or not H32.fullmatch(parts.kid):
        return None
    return Signed(kid=parts.kid, payload=payload, signed=parts.signed, signature=parts.signature)


def _formed(p: Esig | Opening) -> bool:
    if p.v != 1 or p.auth.lvl not in ("full", "password") or not H32.fullmatch(p.entry):
        return False
    if not UTC_TEXT.fullmatch(p.utc) or not OFF.fullmatch(p.off):
        return False
    return isinstance(p, Opening) or (p.covers >= 0 and "@" in p.meaning.tpl)


def approval_of(token: Json) -> tuple[esign.Token, Approval] | None:
    """An approval of a two-person act, taken apart and not yet checked; None when it is not in its form."""
    if type(token) is not str:
        return None
    try:
        parts = esign.parse(token)
        return parts, msgspec.convert(parts.payload, Approval, strict=True)
    except (esign.SigBad, msgspec.ValidationError):
        return None
