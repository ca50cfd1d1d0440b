"""Deterministic CBOR (RFC 8949 §4.2.1), as much of it as paper needs: whole numbers, bytes, text, lists, maps, null, tags.

- One spelling for each value: shortest heads, definite lengths, map keys in bytewise order and once.
- Coming in, anything else is refused: other types, floats, indefinite lengths, trailing bytes, depth over 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from app.base.words import Value

Item: TypeAlias = Any
"""None, int, bytes, str, list, dict, Tag."""

DEPTH = 8
NULL = b"\xf6"
_WIDTHS = ((24, 1, 0x100), (25, 2, 0x10000), (26, 4, 0x100000000), (27, 8, 1 << 64))


class NotCbor(ValueError):
    """Not one deterministic item of the kinds that paper uses."""


class Tag(Value, frozen=True):
    """A tagged item (§3.4)."""

    number: int
    item: Item


def pack(item: Item) -> bytes:
    """The bytes of an item; TypeError for other kinds."""
    if item is None:
        return NULL
    if type(item) is int:
        return _head(0, item) if item >= 0 else _head(1, -1 - item)
    if isinstance(item, bytes):
        return _head(2, len(item)) + item
    if isinstance(item, str):
        data = item.encode("utf-8")
        return _head(3, len(data)) + data
    if isinstance(item, Tag):
        return _head(6, item.number) + pack(item.item)
    return _pack_many(item)


def _pack_many(item: Item) -> bytes:
    if isinstance(item, list | tuple):
        return _head(4, len(item)) + b"".join(pack(member) for member in item)
    if isinstance(item, Mapping):
        members = sorted((pack(key), pack(value)) for key, value in item.items())
        return _head(5, len(members)) + b"".join(key + value for key, value in members)
    raise TypeError(f"not a kind of item that paper uses: {type(item).__name__}")


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    for extra, width, limit in _WIDTHS:
        if value < limit:
            return bytes([major << 5 | extra]) + value.to_bytes(width, "big")
    raise TypeError("a number of more than 64 bits")


def unpack(data: bytes) -> Item:
    """The one item that `data` spells; raises NotCbor."""
    reader = _Reader(data)
    item = reader.item(1)
    if reader.at != len(data):
        raise NotCbor("trailing bytes")
    return item


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def item(self, depth: int) -> Item:
        if depth > DEPTH:
            raise NotCbor("nested too deep")
        major, value = self._read_head()
        if major < 2:
            return value if major == 0 else -1 - value
        if major == 2:
            return self._take(value)
        if major == 3:
            return self._text(value)
        if major == 6:
            return Tag(number=value, item=self.item(depth + 1))
        if major == 7:
            return None
        return self._list(value, depth) if major == 4 else self._map(value, depth)

    def _list(self, count: int, depth: int) -> list[Item]:
        self._enough(count)
        return [self.item(depth + 1) for _ in range(count)]

    def _map(self, count: int, depth: int) -> dict[Item, Item]:
        self._enough(2 * count)
        found: dict[Item, Item] = {}
        last = b""
        for _ in range(count):
            start = self.at
            key = self.item(depth + 1)
            spelt = self.data[start : self.at]
            if spelt <= last or type(key) not in (int, str, bytes):
                raise NotCbor("map keys out of order, repeated, or of another kind")
            last = spelt
            found[key] = self.item(depth + 1)
        return found

    def _read_head(self) -> tuple[int, int]:
        first = self._take(1)[0]
        major, value = first >> 5, first & 31
        if major == 7:
            if first != NULL[0]:
                raise NotCbor("a simple value or a float")
            return major, 0
        if value < 24:
            return major, value
        if value > 27:
            raise NotCbor("an indefinite or reserved length")
        number = int.from_bytes(self._take(1 << value - 24), "big")
        if _head(major, number)[0] != first:
            raise NotCbor("a number is not in its shortest form")
        return major, number

    def _text(self, length: int) -> str:
        try:
            return self._take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise NotCbor("text is not UTF-8") from None

    def _enough(self, count: int) -> None:
        """Every member takes a byte at least, so a count beyond the end is refused before any memory is."""
        if count > len(self.data) - self.at:
            raise NotCbor("it ends in the middle")

    def _take(self, length: int) -> bytes:
        self._enough(length)
        self.at += length
        return self.data[self.at - length : self.at]
