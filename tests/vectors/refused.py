"""Codes of pages that must not be believed (formats §7), and some that must: text → findings, or undecided.

Device-sealed cases are what whoever holds the device's key could print; the others need no key. `codes` null:
unreadable, or of a device that the bundle does not name, so nothing can be decided (exit 2).
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from typing import Any

from byhand import ecdsa, jkt
from chained import LOG, SITE, Members, story
from named import number, secret
from papered import REPORT, base45, cbor, head, page
from tokens import trust_bundle

KEY = "device"
AAD = b"countersign/page/v1"
ROW = ["SOP-0047", "3.0", 20780, 10, [[0, 1, 1795412660]], secret("post")[:6]]


def payload(**changed: Any) -> Members:
    """A sound page's members; `m8=…` replaces member 8."""
    made: Members = {
        1: 1, 2: SITE, 3: REPORT, 4: [1, 2], 5: 1795412700, 6: ["Ada Okoye", "K-17"], 7: ["Ada Okoye"], 8: [ROW],
        9: [9, secret("root of a page")], 10: "dev1",
    }  # fmt: skip
    return {**made, **{int(name[1:]): value for name, value in changed.items()}}


def row(at: int, value: Any) -> str:
    """A page whose one row has another item."""
    return sealed(payload(m8=[[*ROW[:at], value, *ROW[at + 1 :]]]))


def kid(key: str) -> bytes:
    return base64.urlsafe_b64decode(jkt(number(key)) + "=")[:8]


def sealed(told: Members | bytes, key: str = KEY, protected: bytes | None = None, aad: bytes = AAD) -> str:
    """The text of a code; `told` as bytes is a payload in another spelling."""
    return text_of(cose(told, key, protected, aad))


def cose(told: Members | bytes, key: str = KEY, protected: bytes | None = None, aad: bytes = AAD) -> bytes:
    body = told if isinstance(told, bytes) else cbor(told)
    header = cbor({1: -7, 4: kid(key)}) if protected is None else protected
    r, s = ecdsa(number(key), cbor(["Signature1", header, aad, body]))
    return b"\xd2" + cbor([header, {}, body, r.to_bytes(32, "big") + s.to_bytes(32, "big")])


def text_of(raw: bytes) -> str:
    return "CSG1:" + base45(zlib.compress(raw, 0))


def edited(old: bytes, new: bytes) -> str:
    """The sound code with some of its bytes exchanged, under the old seal."""
    raw = cose(payload())
    assert raw.count(old) == 1
    assert len(old) == len(new)
    return text_of(raw.replace(old, new))


def sound() -> Iterator[tuple[str, str, list[str] | None]]:
    yield "a page of two", page()["code"], []
    yield "a page about nobody", sealed(payload(m6=None)), []
    yield "a person without a number", sealed(payload(m6=["Ada Okoye", None])), []
    yield "a page without rows", sealed(payload(m7=[], m8=[])), []
    yield "twelve rows", sealed(payload(m8=[ROW] * 12)), []
    yield "a row that is not valid", row(2, None), []
    yield "text in another compression", "CSG1:" + base45(zlib.compress(cose(payload()), 9)), []


def without_a_key() -> Iterator[tuple[str, str, list[str] | None]]:
    """What anybody can print."""
    raw = cose(payload())
    yield "another status", edited(b"\x0a\x81\x83", b"\x0b\x81\x83"), ["SIG_BAD"]
    yield "another document", edited(b"SOP-0047", b"SOP-0048"), ["SIG_BAD"]
    yield "another post", edited(ROW[5], bytes(6)), ["SIG_BAD"]
    yield "a bit of the seal", text_of(raw[:-1] + bytes([raw[-1] ^ 1])), ["SIG_BAD"]
    yield "sealed by another key", sealed(payload(), "device 2"), ["SIG_BAD"]
    yield (
        "sealed by another key under the device's name",
        sealed(payload(), "device 2", cbor({1: -7, 4: kid(KEY)})),
        ["SIG_BAD"],
    )
    yield (
        "a meaning that there is not, by a stranger",
        sealed(payload(m8=[[*ROW[:4], [[0, 16, 1]], ROW[5]]]), "device 2"),
        None,
    )
    yield "of a device that nobody named", sealed(payload(m10="dev9"), "device 2"), None
    yield "bytes behind the COSE", text_of(raw + b"\0"), None
    yield "bytes behind the zlib", "CSG1:" + base45(zlib.compress(raw, 0) + b"\0"), None
    yield "cut short", "CSG1:" + base45(zlib.compress(raw, 0)[:-5]), None
    yield "more than 16 KiB", "CSG1:" + base45(zlib.compress(raw + bytes(16384), 9)), None
    yield "without its tag", text_of(raw[1:]), None
    yield "another tag", text_of(b"\xd1" + raw[1:]), None
    yield "a list without an end", text_of(b"\xd2\x9f" + raw[2:] + b"\xff"), None
    yield "another version", "CSG2" + page()["code"][4:], None
    yield "small letters", page()["code"].lower(), None
    yield "nothing behind the prefix", "CSG1:", None
    yield "no base45", "CSG1:ABC_", None
    yield "a group of base45 out of range", "CSG1::::" + page()["code"][8:], None
    yield "a length that base45 does not have", page()["code"] + "0", None
    yield "a pile of lists", text_of(b"\x81" * 12_000 + b"\x80"), None


def other_headers() -> Iterator[tuple[str, str, list[str] | None]]:
    """Headers that the device's key sealed."""
    yield (
        "the device's key under another name",
        sealed(payload(), protected=cbor({1: -7, 4: bytes(8)})),
        ["SIG_BAD"],
    )
    yield "without external_aad", sealed(payload(), aad=b""), ["SIG_BAD"]
    yield "another external_aad", sealed(payload(), aad=b"countersign/page/v2"), ["SIG_BAD"]
    yield "another algorithm", sealed(payload(), protected=cbor({1: -8, 4: kid(KEY)})), None
    yield "a header more", sealed(payload(), protected=cbor({1: -7, 4: kid(KEY), 5: 0})), None
    yield "no key name", sealed(payload(), protected=cbor({1: -7})), None
    yield "a key name of seven bytes", sealed(payload(), protected=cbor({1: -7, 4: kid(KEY)[:7]})), None
    yield "a key name in text", sealed(payload(), protected=cbor({1: -7, 4: "12345678"})), None
    yield "a header twice", sealed(payload(), protected=b"\xa3\x01\x26\x01\x26\x04\x48" + kid(KEY)), None
    raw = cose(payload())
    yield "an unprotected header", text_of(raw.replace(b"\xa0\x58", b"\xa1\x04\x00\x58", 1)), None
    yield "a seal of 63 bytes", text_of(raw.replace(b"\x58\x40", b"\x58\x3f")[:-1]), None


def other_spellings() -> Iterator[tuple[str, str, list[str] | None]]:
    """The same members in other bytes, sealed by the device."""
    body = cbor(payload())
    yield "a key twice", sealed(head(5, 11) + b"\x01\x01" + body[1:]), None
    yield "the last key twice", sealed(head(5, 11) + body[1:] + cbor(10) + cbor("dev1")), None
    yield "keys in another order", sealed(b"\xaa" + body[3:] + b"\x01\x01"), None
    yield "a number in a longer form", sealed(body.replace(b"\x01\x01\x02", b"\x01\x18\x01\x02", 1)), None
    yield "text in a longer form", sealed(body.replace(b"\x65kilda", b"\x78\x05kilda")), None
    yield "a map without an end", sealed(b"\xbf" + body[1:] + b"\xff"), None
    yield "a float for the version", sealed(body.replace(b"\x01\x01\x02", b"\x01\xf9\x3c\x00\x02", 1)), None
    yield "true for the version", sealed(body.replace(b"\x01\x01\x02", b"\x01\xf5\x02", 1)), None
    yield "text that is no UTF-8", sealed(body.replace(b"kilda", b"kil\xffa")), None
    yield "bytes behind the payload", sealed(body + b"\0"), None
    yield "undefined for null", sealed(cbor(payload(m6=None)).replace(b"\x06\xf6", b"\x06\xf7")), None


def other_members() -> Iterator[tuple[str, str, list[str] | None]]:
    """Sealed by the device, in the one spelling, and still no page."""
    yield "another site", sealed(payload(m2="hirta")), ["CP_MISMATCH"]
    for name, told in {
        "version 2": payload(m1=2), "a site in bytes": payload(m2=b"kilda"), "a report of 7 bytes": payload(m3=bytes(7)),
        "page 0": payload(m4=[0, 2]), "page 3 of 2": payload(m4=[3, 2]), "one page number": payload(m4=[1]),
        "a time before 1970": payload(m5=-1), "a time beyond the year 9999": payload(m5=1 << 60),
        "a person in text": payload(m6="Ada"), "a person of three": payload(m6=["Ada", "K-17", "QA"]),
        "a number for an employee number": payload(m6=["Ada", 17]), "names in bytes": payload(m7=[b"Ada"]),
        "thirteen rows": payload(m8=[ROW] * 13), "a row of five": payload(m8=[ROW[:5]]),
        "a root of 31 bytes": payload(m9=[9, bytes(31)]),
        "a negative size": payload(m9=[-1, bytes(32)]), "a device in bytes": payload(m10=b"dev1"),
        "a member more": payload(m11=0), "a member missing": {k: v for k, v in payload().items() if k != 9},
    }.items():  # fmt: skip
        yield name, sealed(told), None
    for name, at, value in (
        ("a day before 1970", 2, -1), ("a day beyond the year 9999", 2, 1 << 40), ("a status that there is not", 3, 16),
        ("a signer that is not named", 4, [[1, 1, 1]]), ("a meaning that there is not", 4, [[0, 16, 1]]),
        ("a signing beyond the year 9999", 4, [[0, 1, 1 << 60]]), ("a signing of two", 4, [[0, 1]]),
        ("a post of five bytes", 5, bytes(5)), ("a post in text", 5, "123456"), ("no version text", 1, None),
    ):  # fmt: skip
        yield name, row(at, value), None


def code_vectors() -> Members:
    parts = (sound, without_a_key, other_headers, other_spellings, other_members)
    cases = [{"name": name, "code": code, "codes": codes} for part in parts for name, code, codes in part()]
    return {"clause": "§7", "log": LOG, "trust": trust_bundle(story()[0])["token"], "cases": cases}
