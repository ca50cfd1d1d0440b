"""The seal on a page: what goes in comes out, whatever is changed breaks it, and bombs do no harm."""

from __future__ import annotations

import zlib

import pytest
from msgspec.structs import replace

from app.proof import base45, cbor, derive, esign, seal
from app.proof.seal import CAP, PREFIX, Line, Page, SealBad, length_of, open_page, seal_page, verify_page

KEY, OTHER = (derive.private_of(bytes(31) + bytes([number])) for number in (7, 8))
JWK = esign.jwk_of(KEY.public_key())
LINE = Line(
    doc="SOP-0047",
    ver="3.0",
    day=20777,
    status=10,
    signed=((0, 1, 1_795_608_000), (1, 3, 1_795_608_030)),
    post=bytes(6),
)
PAGE = Page(
    site="kilda", report=bytes(range(8)), page=1, pages=3, issued=1_795_608_000, person=("Ada Okoye", "HB10032"),
    signers=("Ada Okoye", "Mara Ito"), rows=(LINE,), size=10, root=bytes(range(32)), device="dev1",
)  # fmt: skip


def members(**changed):
    """The code of a payload of one's own, sealed by the device's key."""
    told = {**seal._members(PAGE), **{int(name[1:]): value for name, value in changed.items()}}
    return seal._text(cbor.pack({1: -7, 4: bytes(8)}), cbor.pack(told), bytes(64))


@pytest.mark.req("R-REP-05")
def test_a_page_comes_out_as_it_went_in():
    assert verify_page(open_page(seal_page(PAGE, KEY)), JWK) == PAGE
    assert seal_page(PAGE, KEY) == seal_page(PAGE, KEY)


def test_the_vector_is_read_and_made(vectors):
    case = vectors("paper")["page"]
    sealed = open_page(case["code"])
    page = verify_page(sealed, case["key"])
    assert cbor.pack(seal._members(page)).hex() == case["payload"] and sealed.signed.hex() == case["signed"]
    assert page.signers == ("Ada Okoye", "Bea Nørgård") and page.rows[1].day is None
    made = seal_page(page, derive.private_of(bytes.fromhex(vectors("device")["p256"])))
    assert zlib.decompress(base45.decode(made.removeprefix(PREFIX))).hex() == case["cose"]


def test_another_key_and_another_person_are_seen():
    with pytest.raises(SealBad, match="another key"):
        verify_page(open_page(seal_page(PAGE, OTHER)), JWK)
    honest, other = open_page(seal_page(PAGE, KEY)), open_page(seal_page(replace(PAGE, page=2), KEY))
    with pytest.raises(SealBad, match="not hold"):
        verify_page(replace(honest, signed=other.signed), JWK)


def test_every_character_that_is_changed_breaks_it():
    text = seal_page(PAGE, KEY)
    for at in range(len(text)):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(SealBad):
            verify_page(open_page(changed), JWK)


def test_words_too_long_for_a_code_are_cut_and_say_so():
    page = replace(PAGE, person=("x" * 300, None), signers=("y" * 64, "z" * 65))
    read = open_page(seal_page(page, KEY)).page
    assert read.person == ("x" * 63 + "…", None) and read.signers == ("y" * 64, "z" * 63 + "…")


def test_the_length_is_known_before_sealing():
    full = replace(PAGE, rows=(LINE,) * 12)
    assert abs(length_of(full) - len(seal_page(full, KEY))) <= 12
    assert len(seal_page(full, KEY)) < 1000


@pytest.mark.parametrize(
    "changed",
    [
        {"_1": 2}, {"_2": 5}, {"_3": bytes(7)}, {"_4": [0, 1]}, {"_4": [2, 1]}, {"_4": [1]}, {"_5": -1}, {"_7": [1]},
        {"_8": [[1]]}, {"_8": [["a", "b", 1, 1, [[9, 0, 0]], b""]]}, {"_8": [["a", "b", 1, 1, [], b""]] * 13},
        {"_9": [1, bytes(31)]}, {"_10": None}, {"_11": 1}, {"_6": [1, 2]},
    ],
)  # fmt: skip
def test_members_out_of_form_are_refused(changed):
    with pytest.raises(SealBad):
        open_page(members(**changed))


@pytest.mark.parametrize("data", [b"", b"\x00", zlib.compress(b""), zlib.compress(bytes(CAP + 1)),
                                  zlib.compress(cbor.pack({1: 2})),
                                  zlib.compress(cbor.pack([1])) + b"x", zlib.compress(bytes(10**7), 9)])  # fmt: skip
def test_bombs_and_scraps_are_refused(data):
    with pytest.raises(SealBad):
        open_page(PREFIX + base45.encode(data))


@pytest.mark.parametrize("text", ["", "CSG1:", "HC1:ABC", "CSG1:é", "CSG1:A"])
def test_other_texts_are_refused(text):
    with pytest.raises(SealBad):
        open_page(text)
