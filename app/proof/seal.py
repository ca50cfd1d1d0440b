"""The seal on a printed page: the page's rows under the device's signature, in a QR code (formats §7).

- `CSG1:` + base45 of zlib of COSE_Sign1 (RFC 9052, tag 18), deterministic CBOR; ES256 with deterministic nonces.
- Coming in nothing is believed before its size: 16 KiB inflated, depth 8, one spelling, no trailing bytes.
- Names and other words longer than 64 characters are cut to 63 and an ellipsis; the page shows them whole.
- At most 12 rows a page; a page without records still says which page of which report it is.
"""

from __future__ import annotations

import zlib
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from app.base.codec import unb64u
from app.base.words import Json, Value
from app.proof import base45, cbor, esign
from app.proof.cbor import NotCbor, Tag

PREFIX = "CSG1:"
AAD = b"countersign/page/v1"
SIGN1 = 18
ES256 = -7
KID = 8
SIDE = 32
CAP = 16 * 1024
ROWS = 12
LONGEST = 64
MEANINGS, STATUSES, POST = 16, 16, 6
DAYS, SECONDS = 2_932_897, 253_402_300_800
"""Days and seconds from 1970 to the end of the year 9999: what lies beyond is no day and no time."""
_ALG = ec.ECDSA(SHA256(), deterministic_signing=True)


class SealBad(Exception):
    """It is no sealed page, or the seal does not hold."""


class Line(Value, frozen=True):
    """One record: document number and version, days since 1970 of `valid_from` (None if it isn't valid), index of the
    status word, (index of the signer, of the meaning, epoch s) of each signature, first 6 bytes of the row's seal."""

    doc: str
    ver: str
    day: int | None
    status: int
    signed: tuple[tuple[int, int, int], ...]
    post: bytes


class Page(Value, frozen=True):
    """What a page's code says. `report` is 8 bytes, `issued` epoch s, `person` name and employee number; `size` and `root`
    are the history's."""

    site: str
    report: bytes
    page: int
    pages: int
    issued: int
    person: tuple[str, str | None] | None
    signers: tuple[str, ...]
    rows: tuple[Line, ...]
    size: int
    root: bytes
    device: str


class Sealed(Value, frozen=True):
    """A page with the seal that nobody verified yet; `kid` are 8 bytes."""

    kid: bytes
    page: Page
    signed: bytes
    signature: bytes


def seal_page(page: Page, key: ec.EllipticCurvePrivateKey) -> str:
    """The text of the page's code, always the same for the same key."""
    kid = unb64u(esign.thumbprint(esign.jwk_of(key.public_key())))[:KID]
    protected, payload = cbor.pack({1: ES256, 4: kid}), cbor.pack(_members(page))
    r, s = decode_dss_signature(key.sign(_to_be_signed(protected, payload), _ALG))
    return _text(protected, payload, r.to_bytes(SIDE, "big") + s.to_bytes(SIDE, "big"))


def length_of(page: Page) -> int:
    """How long the code's text will be, give or take two characters: for laying pages out before they are sealed."""
    payload = cbor.pack(_members(page))
    # Where the seal will stand, something that does not shrink either.
    stand_in = sha256(payload).digest() + sha256(payload[::-1]).digest()
    return len(_text(cbor.pack({1: ES256, 4: bytes(KID)}), payload, stand_in))


def open_page(text: str) -> Sealed:
    """What the code of a page says, unverified. Raises SealBad for what is not exactly in form."""
    try:
        item = cbor.unpack(_inflated(text))
        if type(item) is not Tag or item.number != SIGN1 or type(item.item) is not list:
            raise SealBad("not a COSE_Sign1")
        protected, unprotected, payload, signature = item.item
        header, members = cbor.unpack(protected), cbor.unpack(payload)
        if type(header) is not dict or header.keys() != {1, 4} or header[1] != ES256 or unprotected != {}:
            raise SealBad("not exactly the headers of a page")
        if len(_a(bytes, header[4])) != KID or len(_a(bytes, signature)) != 2 * SIDE:
            raise SealBad("key name or signature has another length")
        page = _page(members)
    except (NotCbor, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SealBad(f"not in form: {error}") from None
    return Sealed(kid=header[4], page=page, signed=_to_be_signed(protected, payload), signature=signature)


def verify_page(sealed: Sealed, jwk: dict[str, str]) -> Page:
    """The page, if the key `jwk` sealed it; else raises SealBad."""
    if unb64u(esign.thumbprint(jwk))[:KID] != sealed.kid:
        raise SealBad("sealed by another key")
    r, s = int.from_bytes(sealed.signature[:SIDE], "big"), int.from_bytes(sealed.signature[SIDE:], "big")
    try:
        esign.public_of(jwk).verify(encode_dss_signature(r, s), sealed.signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise SealBad("the seal does not hold") from None
    return sealed.page


def _text(protected: bytes, payload: bytes, signature: bytes) -> str:
    sealed = cbor.pack(Tag(number=SIGN1, item=[protected, {}, payload, signature]))
    return PREFIX + base45.encode(zlib.compress(sealed, 9))


def _inflated(text: str) -> bytes:
    if not text.startswith(PREFIX):
        raise SealBad("not the code of a page")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(base45.decode(text.removeprefix(PREFIX)), CAP)
    except zlib.error as error:
        raise SealBad(f"not in form: {error}") from None
    if not inflater.eof or inflater.unused_data:
        raise SealBad("too large, cut short, or followed by something")
    return data


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure (RFC 9052 §4.4)."""
    return cbor.pack(["Signature1", protected, AAD, payload])


def _members(page: Page) -> dict[int, Json]:
    person = None if page.person is None else [short(page.person[0]), page.person[1] and short(page.person[1])]
    rows = [
        [short(row.doc), short(row.ver), row.day, row.status, [list(one) for one in row.signed], row.post]
        for row in page.rows
    ]
    return {
        1: 1,
        2: short(page.site),
        3: page.report,
        4: [page.page, page.pages],
        5: page.issued,
        6: person,
        7: [short(name) for name in page.signers],
        8: rows,
        9: [page.size, page.root],
        10: page.device,
    }


def short(text: str) -> str:
    """A text as a code holds it: longer than 64 characters it is cut to 63 and an ellipsis (formats §7)."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _page(members: dict[int, Json]) -> Page:
    """Raises SealBad unless every member is there and of its kind; ValueError and the like for other shapes."""
    if type(members) is not dict or members.keys() != set(range(1, 11)) or members[1] != 1:
        raise SealBad("not exactly the members of a page of version 1")
    (page, pages), (size, root) = members[4], members[9]
    made = Page(
        site=_a(str, members[2]), report=_a(bytes, members[3]), page=_a(int, page), pages=_a(int, pages),
        issued=_under(SECONDS, members[5]), person=_person(members[6]),
        signers=tuple(_a(str, name) for name in members[7]), rows=tuple(_line(row) for row in members[8]),
        size=_a(int, size), root=_a(bytes, root), device=_a(str, members[10]),
    )  # fmt: skip
    if len(made.report) != KID or len(made.root) != SIDE or not 1 <= made.page <= made.pages:
        raise SealBad("report, root or page number out of form")
    if len(made.rows) > ROWS or any(one[0] >= len(made.signers) for row in made.rows for one in row.signed):
        raise SealBad("too many rows, or a signer that is not named")
    return made


def _line(row: Json) -> Line:
    doc, ver, day, status, signed, post = row
    if len(_a(bytes, post)) != POST:
        raise SealBad("a row's seal has another length")
    return Line(
        doc=_a(str, doc), ver=_a(str, ver), day=None if day is None else _under(DAYS, day),
        status=_under(STATUSES, status), post=post,
        signed=tuple((_a(int, who), _under(MEANINGS, what), _under(SECONDS, when)) for who, what, when in signed),
    )  # fmt: skip


def _person(value: Json) -> tuple[str, str | None] | None:
    if value is None:
        return None
    name, number = value
    return _a(str, name), None if number is None else _a(str, number)


def _under(end: int, value: Json) -> int:
    if _a(int, value) >= end:
        raise SealBad(f"{value} where a number below {end} belongs")
    return int(value)


def _a(kind: type, value: Json) -> Json:
    if type(value) is not kind or (type(value) is int and value < 0):
        raise SealBad(f"not a {kind.__name__} where one belongs")
    return value
