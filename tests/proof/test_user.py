"""What only a person's own vault key opens."""

from __future__ import annotations

import re

import pytest

from app.base.codec import b64u, pack
from app.proof import user
from app.proof.derive import ORDER
from app.proof.user import BlobBad, Totp

UVK = bytes(range(32))


@pytest.fixture
def vector(vectors):
    return vectors("user_vault")


@pytest.mark.req("R-ACC-12", "R-SIG-10")
def test_the_vector_blobs_open(vector):
    uvk, place = bytes.fromhex(vector["uvk"]), (vector["uid"], vector["gen"])
    blobs = {kind: bytes.fromhex(text) for kind, text in vector["blobs"].items()}
    assert user.open_signing_key(uvk, *place, blobs["sig"]).hex() == vector["sig"]
    found = user.open_totp(uvk, *place, blobs["totp"])
    assert (found.seed.hex(), found.step) == (vector["totp"]["seed"], vector["totp"]["step"])
    assert user.open_codes(uvk, *place, blobs["rc"]) == vector["rc"]["tags"]
    assert [user.code_tag(uvk, code) for code in vector["rc"]["codes"]] == vector["rc"]["tags"]


def test_the_vector_blobs_are_made(vector):
    uvk, place = bytes.fromhex(vector["uvk"]), (vector["uid"], vector["gen"])
    blobs = {kind: bytes.fromhex(text) for kind, text in vector["blobs"].items()}

    def nonce(kind):
        return lambda count: blobs[kind][:count]

    assert user.seal_signing_key(uvk, *place, bytes.fromhex(vector["sig"]), nonce("sig")) == blobs["sig"]
    totp = Totp(seed=bytes.fromhex(vector["totp"]["seed"]), step=vector["totp"]["step"])
    assert user.seal_totp(uvk, *place, totp, nonce("totp")) == blobs["totp"]
    assert user.seal_codes(uvk, *place, vector["rc"]["tags"], nonce("rc")) == blobs["rc"]


@pytest.mark.req("R-SIG-10")
@pytest.mark.parametrize("kind", ["sig", "totp", "rc"])
def test_a_blob_opens_in_its_place_only(random, kind):
    blob = user.seal_blob(UVK, kind, "u_1", 4, b"data", random)
    assert user.open_blob(UVK, kind, "u_1", 4, blob) == b"data"
    others = {"sig", "totp", "rc"} - {kind}
    places = [(UVK[::-1], kind, "u_1", 4), (UVK, kind, "u_2", 4), (UVK, kind, "u_1", 3), (UVK, kind, "u_1", 5)]
    for uvk, named, uid, gen in places + [(UVK, other, "u_1", 4) for other in others]:
        with pytest.raises(BlobBad):
            user.open_blob(uvk, named, uid, gen, blob)


def test_no_byte_of_a_blob_may_change(random):
    blob = user.seal_signing_key(UVK, "u_1", 1, bytes(range(1, 33)), random)
    wrong = [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in range(len(blob))] + [
        b"",
        blob[:20],
        blob + b"x",
    ]
    for changed in wrong:
        with pytest.raises(BlobBad):
            user.open_signing_key(UVK, "u_1", 1, changed)


def test_only_a_scalar_is_kept_as_a_signing_key(random):
    for wrong in (b"", bytes(32), ORDER.to_bytes(32), bytes(33)):
        with pytest.raises(ValueError):
            user.seal_signing_key(UVK, "u_1", 1, wrong, random)


def test_an_unknown_kind_or_a_short_key_is_a_bug(random):
    with pytest.raises(ValueError):
        user.seal_blob(UVK, "pin", "u_1", 1, b"", random)
    with pytest.raises(ValueError):
        user.seal_blob(UVK[:16], "sig", "u_1", 1, b"", random)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", pack({"seed": "x=", "step": 1}), pack({"seed": "AA"}), pack({"seed": 5, "step": 1}),
             pack({"seed": "AA", "step": "x"}), pack({"seed": "AA", "step": None}), b'{"seed": "AA","step":1}'],
)  # fmt: skip
def test_a_blob_that_holds_something_else_is_bad(random, data):
    with pytest.raises(BlobBad):
        user.open_totp(UVK, "u_1", 1, user.seal_blob(UVK, "totp", "u_1", 1, data, random))


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b"[1]", b'["a",null]', b'["a" ]'])
def test_a_blob_that_holds_no_codes_is_bad(random, data):
    with pytest.raises(BlobBad):
        user.open_codes(UVK, "u_1", 1, user.seal_blob(UVK, "rc", "u_1", 1, data, random))


# --- recovery codes ------------------------------------------------------------------------------------------


def test_ten_codes_of_fifty_bits(random):
    codes = user.new_codes(random)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes)
    assert user.new_codes(lambda count: b"\xff" * count)[0] == "ZZZZZ-ZZZZZ"
    assert user.new_codes(lambda count: b"\xfc" + bytes(count - 1))[0] == "00000-00000"


@pytest.mark.parametrize(
    "typed",
    [
        "01ABC-DEFGH",
        "01abcdefgh",
        " 0 1abc defgh ",
        "O1ABC-DEFGH",
        "oIabc-defgh",
        "0labcdefgh",
        "01-AB-CD-EF-GH",
    ],
)
def test_a_code_is_read_as_people_type_it(typed):
    assert user.code_tag(UVK, typed) == user.code_tag(UVK, "01ABCDEFGH")


@pytest.mark.req("R-ACC-11")
def test_a_code_opens_once(random):
    codes = user.new_codes(random)
    tags = [user.code_tag(UVK, code) for code in codes]
    left = user.use_code(UVK, tags, codes[3])
    assert left == tags[:3] + tags[4:]
    assert user.use_code(UVK, left, codes[3]) is None
    assert user.use_code(UVK, left, codes[4]) == tags[:3] + tags[5:]


@pytest.mark.parametrize(
    "typed", ["", "-", "00000-00000", "01ABC-DEFG", "01ABC-DEFGHH", "\ud800", "０１ABCDEFGH"]
)
def test_what_is_no_code_opens_nothing(typed):
    assert user.use_code(UVK, [user.code_tag(UVK, "01ABCDEFGH")], typed) is None


def test_a_code_is_kept_under_the_persons_key_and_never_in_clear(random):
    code = user.new_codes(random)[0]
    assert user.code_tag(UVK, code) != user.code_tag(UVK[::-1], code)
    blob = user.seal_codes(UVK, "u_1", 1, [user.code_tag(UVK, code)], random)
    assert code.encode() not in blob and b64u(code.encode()).encode() not in blob
