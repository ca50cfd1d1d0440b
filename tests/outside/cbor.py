"""Deterministic CBOR (RFC 8949 §4.2.1), coming in: whole numbers, bytes, text, lists, maps, null, tags.

Anything spelt otherwise is a ValueError: longer heads, indefinite lengths, keys out of order or twice, other
types, a depth over 8, bytes behind the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DEEPEST = 8
SHORTEST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


@dataclass(frozen=True)
class Tagged:
    number: int
    item: Any


def decode(raw: bytes) -> Any:
    """The one item in `raw`."""
    item, end = _item(raw, 0, 1)
    if end != len(raw):
        raise ValueError("bytes behind the item")
    return item


def _item(raw: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    kind, value, at = _head(raw, at)
    if kind in (0, 1):
        return value if kind == 0 else -1 - value, at
    if kind in (2, 3):
        data = raw[at : at + value]
        if len(data) != value:
            raise ValueError("cut short")
        return data if kind == 2 else data.decode(), at + value
    if kind == 4:
        return _list(raw, at, value, depth)
    if kind == 5:
        return _map(raw, at, value, depth)
    if kind == 6:
        item, at = _item(raw, at, depth + 1)
        return Tagged(value, item), at
    return None, at


def _head(raw: bytes, at: int) -> tuple[int, int, int]:
    first = raw[at : at + 1]
    if not first:
        raise ValueError("cut short")
    kind, value = first[0] >> 5, first[0] & 31
    if kind == 7 and first != b"\xf6":
        raise ValueError("neither null nor a whole number")
    if kind == 7 or value < 24:
        return kind, value, at + 1
    if value not in SHORTEST:
        raise ValueError("an indefinite length")
    width = 1 << value - 24
    data = raw[at + 1 : at + 1 + width]
    number = int.from_bytes(data, "big")
    if len(data) != width or number < SHORTEST[value]:
        raise ValueError("cut short, or not the shortest form")
    return kind, number, at + 1 + width


def _list(raw: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    made = []
    for _ in range(min(count, len(raw))):
        item, at = _item(raw, at, depth + 1)
        made.append(item)
    if len(made) != count:
        raise ValueError("cut short")
    return made, at


def _map(raw: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    made: dict[Any, Any] = {}
    last = b""
    for _ in range(min(count, len(raw))):
        key, end = _item(raw, at, depth + 1)
        if raw[at:end] <= last or not isinstance(key, (int, str, bytes)):
            raise ValueError("keys out of order, twice, or of another kind")
        last = raw[at:end]
        made[key], at = _item(raw, end, depth + 1)
    if len(made) != count:
        raise ValueError("cut short")
    return made, at
