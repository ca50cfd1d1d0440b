"""Base45 (RFC 9285): bytes as the characters that a QR code holds most densely.

- Strict coming in: no other alphabet, no length of 3n + 1, no group beyond 65535 or 255.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes to three characters, a last single byte to two (§4)."""
    out: list[str] = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] << 8 | data[at + 1], 45)
        third, second = divmod(high, 45)
        out.append(ALPHABET[low] + ALPHABET[second] + ALPHABET[third])
    if len(data) % 2:
        second, low = divmod(data[-1], 45)
        out.append(ALPHABET[low] + ALPHABET[second])
    return "".join(out)


def decode(text: str) -> bytes:
    """The bytes; ValueError for anything that `encode` does not write."""
    if len(text) % 3 == 1:
        raise ValueError("not a length of base45")
    try:
        values = [_VALUE[letter] for letter in text]
    except KeyError:
        raise ValueError("a character outside base45") from None
    out = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        width = len(group) - 1
        if number >= 256**width:
            raise ValueError("a group of base45 out of range")
        out += number.to_bytes(width, "big")
    return bytes(out)
