"""The code of a printed page (formats.md §7): read from text or from a picture, checked with a trust bundle.

`CSG1:` + base45 of zlib of COSE_Sign1. What is not exactly in form is a CannotDecideError, and so is a device
that the bundle does not name; a seal that does not hold is SIG_BAD, another site CP_MISMATCH, a time outside the
device's SIG_KEY_RETIRED.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor
import zxingcpp
from bundles import Bundle, device_of, in_time
from opening import CannotDecideError, Findings, unb64u
from PIL import Image, UnidentifiedImageError
from signed import es256_holds, thumbprint

PREFIX = "CSG1:"
AAD = b"countersign/page/v1"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
CAP = 16 * 1024
ROWS, MEANINGS, STATUSES, DAYS, SECONDS = 12, 16, 16, 2_932_897, 253_402_300_800
"""The two last: days and seconds from 1970 to the end of the year 9999."""


@dataclass
class Page:
    """What a code says, and the seal over it."""

    kid: bytes
    d: dict[int, Any]
    signed: bytes
    signature: bytes

    @property
    def report(self) -> str:
        """The report's id as in the evidence file."""
        return bytes(self.d[3]).hex()


def base45(text: str) -> bytes:
    """RFC 9285 §4, coming in."""
    made = b""
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        number = sum(ALPHABET.index(c) * 45**place for place, c in enumerate(group))
        if len(group) == 1 or number >= 256 ** (len(group) - 1):
            raise ValueError("not base45")
        made += number.to_bytes(len(group) - 1, "big")
    return made


def inflated(data: bytes) -> bytes:
    """RFC 1950, at most 16 KiB and nothing behind it."""
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(data, CAP)
    except zlib.error as bad:
        raise ValueError("zlib") from bad
    if not inflater.eof or inflater.unused_data:
        raise ValueError("too large, cut short, or followed by something")
    return raw


def read_page(text: str) -> Page:
    """The page in form, not believed yet; ValueError otherwise."""
    if not text.startswith(PREFIX):
        raise ValueError("not the code of a page")
    cose = cbor.decode(inflated(base45(text.removeprefix(PREFIX))))
    if not isinstance(cose, cbor.Tagged) or cose.number != 18 or not isinstance(cose.item, list):
        raise ValueError("not a COSE_Sign1")
    protected, unprotected, payload, signature = cose.item
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)) or unprotected != {}:
        raise ValueError("not the four parts of a COSE_Sign1")
    header, d = cbor.decode(protected), cbor.decode(payload)
    if not isinstance(header, dict) or header.keys() != {1, 4} or header[1] != -7 or len(signature) != 64:
        raise ValueError("not exactly the headers of a page")
    if not is_bytes(header[4], 8) or not is_page(d):
        raise ValueError("members of the page")
    return Page(header[4], d, sig_structure(protected, payload), signature)


def sig_structure(protected: bytes, payload: bytes) -> bytes:
    """RFC 9052 §4.4: ["Signature1", protected, external_aad, payload]."""
    parts = b"".join(_bytes(part) for part in (protected, AAD, payload))
    return b"\x84\x6aSignature1" + parts


def _bytes(data: bytes) -> bytes:
    size = len(data)
    width = next(n for n in (0, 1, 2, 4) if size < (24 if n == 0 else 256**n))
    head = {0: 0x40 + size, 1: 0x58, 2: 0x59, 4: 0x5A}[width]
    return bytes([head]) + (size.to_bytes(width, "big") if width else b"") + data


# --- the form ---------------------------------------------------------------------------------------------


def is_bytes(value: Any, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def is_below(value: Any, end: int) -> bool:
    return type(value) is int and 0 <= value < end


def is_page(d: Any) -> bool:
    """Exactly the ten members, each of its kind."""
    if not isinstance(d, dict) or d.keys() != set(range(1, 11)) or d[1] != 1:
        return False
    plain = isinstance(d[2], str) and is_bytes(d[3], 8) and is_below(d[5], SECONDS) and isinstance(d[10], str)
    pages = isinstance(d[4], list) and len(d[4]) == 2 and all(is_below(n, 1 << 53) for n in d[4])
    history = isinstance(d[9], list) and len(d[9]) == 2 and is_below(d[9][0], 1 << 53) and is_bytes(d[9][1], 32)
    names = isinstance(d[7], list) and all(isinstance(name, str) for name in d[7])
    if not (plain and pages and history and names and 1 <= d[4][0] <= d[4][1] and is_person(d[6])):
        return False
    return isinstance(d[8], list) and len(d[8]) <= ROWS and all(is_row(row, len(d[7])) for row in d[8])


def is_person(value: Any) -> bool:
    """null, or [name, employee number or null]."""
    pair = isinstance(value, list) and len(value) == 2
    return value is None or (pair and isinstance(value[0], str) and isinstance(value[1], str | None))


def is_row(row: Any, signers: int) -> bool:
    """[doc, ver, day or null, status, [[signer, meaning, time], …], 6 bytes]."""
    if not isinstance(row, list) or len(row) != 6:
        return False
    doc, ver, day, status, made, post = row
    plain = isinstance(doc, str) and isinstance(ver, str) and (day is None or is_below(day, DAYS))
    ends = (signers, MEANINGS, SECONDS)
    signed = isinstance(made, list) and all(
        isinstance(one, list) and len(one) == 3 and all(map(is_below, one, ends)) for one in made
    )
    return plain and signed and is_below(status, STATUSES) and is_bytes(post, 6)


# --- the check --------------------------------------------------------------------------------------------


def check_page(text: str, bundle: Bundle, found: Findings) -> Page:
    """SIG_BAD unless the bundle's device of that name sealed the page, SIG_KEY_RETIRED outside its time; CP_MISMATCH
    for another site's."""
    try:
        page = read_page(text)
    except (ValueError, IndexError, TypeError) as bad:
        raise CannotDecideError(f"not the code of a page: {bad}") from bad
    device = device_of(bundle, page.d[10])
    if device is None:
        raise CannotDecideError("the bundle does not name this device")
    mine = unb64u(thumbprint(device["jwk"]))[:8] == page.kid
    if not (mine and es256_holds(device["jwk"], page.signature, page.signed)):
        found.add("SIG_BAD", note="page")
    if page.d[2] != cut(bundle["site"]):
        found.add("CP_MISMATCH", note="another site")
    if not in_time(device, datetime.fromtimestamp(page.d[5], UTC).strftime("%Y-%m-%dT%H:%M:%S")):
        found.add("SIG_KEY_RETIRED", note="a page of before or after the device's time")
    return page


def cut(text: str) -> str:
    """Longer than 64 characters: the first 63 and an ellipsis."""
    return text if len(text) <= 64 else text[:63] + "…"


def codes_in(path: Path) -> list[str]:
    """The texts of the page codes in a picture, or in a text file that a scanner wrote."""
    raw = path.read_bytes()
    if raw.startswith(PREFIX.encode()):
        return [raw.decode("ascii", "replace").strip("\r\n")]
    try:
        with Image.open(path) as picture:
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError):
        return []
    kind = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [one.text for one in zxingcpp.read_barcodes(grey, formats=kind) if one.text.startswith(PREFIX)]
