"""Canonical bytes in and out: the subset of RFC 8785 that entries use (formats §1 and §5).

- Members sorted, no blanks, UTF-8; proved equal to the `rfc8785` package by a property test.
- Refused going out: floats, integers of 2^53 and more, bytes, member names outside ASCII, depth over 16.
- Refused coming in: the same, and any bytes that are not exactly what going out would make
  (so duplicate members, blanks and other spellings of a number never pass).
- The only importer of msgspec's encoders.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from app.base.words import Json

T = TypeVar("T")

LIMIT = 2**53
_URL = bytes.maketrans(b"+/", b"-_")
DEPTH = 16

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder().decode


class NotCanonical(ValueError):
    """The value or the bytes lie outside the subset; says what and where."""


def pack(value: Json) -> bytes:
    """The canonical bytes of `value`. Raises NotCanonical outside the subset."""
    check(value)
    try:
        return _encode(value)
    except UnicodeEncodeError as error:
        raise NotCanonical(f"not text: {error.reason}") from None


def pack_checked(value: Json) -> bytes:
    """As `pack`, for a value whose parts were checked or unpacked before."""
    return _encode(value)


def unpack(data: bytes) -> Json:
    """The value whose canonical bytes are exactly `data`, or NotCanonical."""
    value = _read(data)
    if _encode(value) != data:
        raise NotCanonical("the bytes are not in canonical form")
    return value


def parse(data: bytes | str) -> Json:
    """The value of some JSON in the subset, however it is spelt. Raises NotCanonical, also for a name twice."""
    value = _read(data)
    if _encode(value) != (data.encode() if isinstance(data, str) else data):
        # Only another spelling can hold a name twice, and only this slower reader tells.
        json.loads(data, object_pairs_hook=_names_once)
    return value


def _names_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonical("a member stands twice")
    return members


def _read(data: bytes | str) -> Json:
    try:
        value = _decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from None
    check(value)
    return value


def peek(data: bytes | str) -> Json:
    """The value of canonical bytes that were made here and are judged elsewhere. Raises NotCanonical for other JSON."""
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from None


def reader(kind: type[T]) -> msgspec.json.Decoder[T]:
    """A decoder that reads JSON straight into the struct `kind`."""
    return msgspec.json.Decoder(kind, strict=True)


def check(value: Json, depth: int = 1) -> None:
    """Raise NotCanonical unless `value` lies in the subset."""
    kind = type(value)
    if kind is dict:
        for name in value:
            if type(name) is not str or not name.isascii():
                raise NotCanonical(f"member name outside ASCII: {name!r}")
        _check_all(value.values(), depth)
    elif kind is list or kind is tuple:
        _check_all(value, depth)
    elif kind is int:
        if not -LIMIT < value < LIMIT:
            raise NotCanonical(f"integer out of range: {value}")
    elif kind is not str and value is not None and kind is not bool:
        raise NotCanonical(f"not a JSON value of the subset: {kind.__name__}")


def _check_all(members: Iterable[Json], depth: int) -> None:
    _check_depth(depth)
    for member in members:
        # Most members are text: looked at here, they cost no call.
        if type(member) is not str and member is not None:
            check(member, depth + 1)


def _check_depth(depth: int) -> None:
    if depth > DEPTH:
        raise NotCanonical(f"nested deeper than {DEPTH}")


def b64u(data: bytes) -> str:
    """base64url without padding (RFC 4648 §5)."""
    return binascii.b2a_base64(data, newline=False).translate(_URL, b"=").decode("ascii")


def unb64u(text: str) -> bytes:
    """The bytes of unpadded base64url; raises NotCanonical for any other spelling of them."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise NotCanonical(str(error)) from None
    if b64u(data) != text:
        raise NotCanonical("not canonical base64url")
    return data
