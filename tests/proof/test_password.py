"""From a typed password to key material."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.codec import b64u
from app.proof import password
from app.proof.password import Kdf, KdfFloor, prepare, read_kdf, stretch

SALT = b64u(bytes(16))
ARGON = {"id": "argon2id", "v": 19, "m": 65536, "t": 3, "p": 4, "salt": SALT}
PBKDF2 = {"id": "pbkdf2-sha256", "iter": 600_000, "salt": SALT}


@pytest.mark.req("R-SEC-02", "R-ACC-07")
def test_the_vector_passwords_stretch(vectors):
    for case in vectors("passwords")["stretch"]:
        kdf = read_kdf(case["kdf"])
        assert password.context(kdf, case["uid"], case["vault"]).decode() == case["x"]
        made = stretch(prepare(case["password"]), bytes.fromhex(case["ds"]), kdf, case["uid"], case["vault"])
        assert made.hex() == case["st"]


@pytest.mark.req("R-SEC-02")
@pytest.mark.parametrize("kdf", [Kdf(id="argon2id", salt=bytes(16)), Kdf(id="pbkdf2-sha256", salt=bytes(16))])
def test_device_secret_account_vault_and_salt_all_enter(kdf):
    word, ds = b"a long enough password", bytes(range(32))
    salted = Kdf(id=kdf.id, salt=b"\1" * 16)
    made = [
        stretch(word, ds, kdf, "u_1", "v"), stretch(word, ds[::-1], kdf, "u_1", "v"), stretch(word, ds, kdf, "u_2", "v"),
        stretch(word, ds, kdf, "u_1", "w"), stretch(word + b"x", ds, kdf, "u_1", "v"), stretch(word, ds, salted, "u_1", "v"),
    ]  # fmt: skip
    assert len(set(made)) == 6
    assert {len(each) for each in made} == {32}


# --- OpaqueString --------------------------------------------------------------------------------------------


@pytest.mark.req("R-ACC-07")
def test_the_examples_of_rfc_8265(vectors):
    for case in vectors("passwords")["opaque"]:
        if case["utf8"] is None:
            with pytest.raises(ValueError):
                prepare(case["typed"])
        else:
            assert prepare(case["typed"]).hex() == case["utf8"]


@pytest.mark.parametrize("space", "\u00a0\u1680\u2000\u2003\u2009\u202f\u205f\u3000")
def test_every_space_is_the_space_bar(space):
    assert prepare(f"a{space}b") == b"a b"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Zoe\u0308", "Zo\u00eb"), ("\u212b", "\u00c5"), ("ﬁ", "ﬁ"), ("Ａ", "Ａ"), ("ﬀ ½", "ﬀ ½"), ("ß", "ß"), ("SS", "SS"),
        (" blanks at both ends ", " blanks at both ends "), ("two  blanks", "two  blanks"), ("密码🔑", "密码🔑"),
        ("l\u00b7l", "l\u00b7l"), ("l\u0387l", "l\u00b7l"), ("\u0375\u03b1", "\u0375\u03b1"),
        ("\u05d0\u05f3", "\u05d0\u05f3"),
        ("\u05d0\u05f4", "\u05d0\u05f4"), ("\u30fb\u30ab", "\u30fb\u30ab"), ("\u0660\u0661", "\u0660\u0661"),
        ("\u06f0\u06f1", "\u06f0\u06f1"), ("\u0915\u094d\u200d", "\u0915\u094d\u200d"), ("\u3007", "\u3007"),
    ],
)  # fmt: skip
def test_what_the_freeform_class_takes_is_kept(typed, text):
    assert prepare(typed) == text.encode()


@pytest.mark.parametrize(
    "typed",
    [
        "a\0", "a\n", "a\t", "a\x7f", "a\x85", "a\u00ad", "a\u200b", "a\u200c", "a\u200d", "\u200da", "a\u202e", "a\u2066",
        "a\u2028", "a\u2029", "a\ufeff", "a\ue000", "a\ufff9", "a\uffff", "a\ud800", "a\u0378", "a\u0640",
        "a\u07fa", "a\u302e",
        "a\u303b", "a\u3031", "\u1100\u1161x\u11ff", "a\u034f", "a\u115f", "a\u3164", "a\uffa0", "a\ufe0f",
        "a\U000e0100", "a\u17b4",
        "\u00b7", "l\u00b7L", "a\u00b7l", "l\u00b7", "\u0375a", "\u0375", "a\u05f3", "\u05f4", "\u30fb", "a\u30fbb",
        "\u0660\u06f1", "\u06f1\u0660", "a\u0387b",
    ],
)  # fmt: skip
def test_what_the_freeform_class_refuses_is_refused(typed):
    with pytest.raises(ValueError):
        prepare(typed)


@settings(max_examples=300)
@given(st.text(max_size=30))
def test_preparing_is_stable(typed):
    """RFC 8264 §7: a second preparation changes nothing."""
    try:
        once = prepare(typed)
    except ValueError:
        return
    assert prepare(once.decode()) == once
    assert b"\0" not in once


def test_a_long_password_is_not_cut():
    """R-ACC-07: at least 64 characters count."""
    assert prepare("x" * 1000) == b"x" * 1000
    kdf = Kdf(id="pbkdf2-sha256", salt=bytes(16))
    made = {stretch(b"x" * 200 + end, bytes(32), kdf, "u", "v") for end in (b"", b"y", b"z")}
    assert len(made) == 3


# --- floors --------------------------------------------------------------------------------------------------


def test_parameters_are_read_as_written():
    for members in (ARGON, PBKDF2, {**ARGON, "m": 262144, "t": 5, "p": 1}, {**PBKDF2, "iter": 10**6}):
        assert read_kdf(members).members() == members


@pytest.mark.req("R-SEC-02", "R-SEC-06")
@pytest.mark.parametrize(
    "members",
    [
        {**ARGON, "m": 65535}, {**ARGON, "m": 8}, {**ARGON, "t": 2}, {**ARGON, "t": 0}, {**ARGON, "p": 0}, {**ARGON, "p": -1},
        {**ARGON, "v": 16}, {**ARGON, "v": 20}, {**ARGON, "id": "argon2i"}, {**ARGON, "id": "none"}, {**ARGON, "id": ""},
        {**ARGON, "id": None}, {**ARGON, "m": "65536"}, {**ARGON, "m": True}, {**ARGON, "t": None}, {**ARGON, "p": True},
        {**ARGON, "more": 1}, {**ARGON, "iter": 600_000}, {**ARGON, "salt": b64u(bytes(15))},
        {**ARGON, "salt": b64u(bytes(17))},
        {**ARGON, "salt": ""}, {**ARGON, "salt": SALT + "="}, {**ARGON, "salt": None}, {**ARGON, "salt": 5},
        {n: v for n, v in ARGON.items() if n != "m"}, {n: v for n, v in ARGON.items() if n != "salt"}, {},
        {**PBKDF2, "iter": 599_999}, {**PBKDF2, "iter": True}, {**PBKDF2, "iter": "600000"}, {**PBKDF2, "m": 65536},
        {**PBKDF2, "id": "pbkdf2-sha1"}, {"id": "pbkdf2-sha256", "salt": SALT}, {**PBKDF2, "t": 3},
    ],
)  # fmt: skip
def test_a_weakened_or_unknown_slot_is_refused(members):
    with pytest.raises(KdfFloor):
        read_kdf(members)


@pytest.mark.parametrize(
    "kdf",
    [Kdf(id="argon2id", salt=bytes(16), m=65535), Kdf(id="argon2id", salt=bytes(16), t=2), Kdf(id="md5", salt=bytes(16)),
     Kdf(id="pbkdf2-sha256", salt=bytes(16), iter=1000), Kdf(id="argon2id", salt=bytes(8))],
)  # fmt: skip
def test_nothing_is_stretched_below_the_floor(kdf):
    with pytest.raises(KdfFloor):
        stretch(b"password", bytes(32), kdf, "u", "v")


def test_fresh_parameters_have_a_fresh_salt(random):
    one, two = password.new_kdf(random), password.new_kdf(random)
    assert one.salt != two.salt
    assert one.members() == {**ARGON, "salt": b64u(one.salt)}
    assert password.new_kdf(random, "pbkdf2-sha256").members().keys() == PBKDF2.keys()
    for wrong in ({"m": 1024}, {"t": 1}, {"id": "scrypt"}):
        with pytest.raises(KdfFloor):
            password.new_kdf(random, **wrong)
