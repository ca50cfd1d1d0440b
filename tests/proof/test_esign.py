"""Tokens: one form, one type, one key; every changed character is refused."""

from __future__ import annotations

import json
import string

import byhand
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.base.codec import NotCanonical, b64u, pack, unb64u
from app.proof import derive, esign
from app.proof.derive import ORDER
from app.proof.esign import ESIG, SigBad

SCALAR = bytes(range(1, 33))
KEY = derive.private_of(SCALAR)
JWK = esign.jwk_of(KEY.public_key())
KID = esign.thumbprint(JWK)
PAYLOAD = {"v": 1, "sid": "x", "text": "Zoë", "n": [1, None]}
TOKEN = esign.sign(PAYLOAD, ESIG, KEY, KID)
URLSAFE = string.ascii_letters + string.digits + "-_"
OTHER = esign.jwk_of(derive.private_of(SCALAR[::-1]).public_key())


def signed(header: object, payload: object, *, spell=pack) -> str:
    """A token with any header and payload, its mathematics right."""
    text = f"{b64u(spell(header))}.{b64u(spell(payload))}"
    r, s = byhand.ecdsa(int.from_bytes(SCALAR), text.encode())
    return f"{text}.{b64u(r.to_bytes(32) + s.to_bytes(32))}"


def header(**members: object) -> dict[str, object]:
    return {"alg": "ES256", "kid": KID, "typ": ESIG, **members}


def refused(token: str, typ: str = ESIG, jwk: dict[str, str] = JWK) -> bool:
    try:
        esign.verify(token, typ, jwk)
    except SigBad:
        return True
    return False


# --- vectors -------------------------------------------------------------------------------------------------


@pytest.mark.req("R-SIG-09")
@pytest.mark.parametrize("name", ["esig", "session"])
def test_the_vector_signatures_are_made_and_read(vectors, name):
    vector = vectors("tokens")
    key, case = derive.private_of(bytes.fromhex(vector["key"]["scalar"])), vector[name]
    assert esign.jwk_of(key.public_key()) == vector["key"]["jwk"]
    payload = esign.verify(case["token"], f"countersign-{name}+jws", vector["key"]["jwk"])
    assert esign.sign(payload, f"countersign-{name}+jws", key, vector["key"]["kid"]) == case["token"]
    assert payload["entry"] == case["digest"] == esign.draft_digest(case["draft"].encode())


@pytest.mark.parametrize("name", ["approval", "pop", "trust", "batch", "receipt"])
def test_the_other_vector_tokens_verify(vectors, name):
    vector = vectors("tokens")
    kind = {"approval": "enrol"}.get(name, name)
    jwk = vector[name].get("key") or vector[name].get("jwk") or vector["key"]["jwk"]
    payload = esign.verify(vector[name]["token"], f"countersign-{kind}+jws", jwk)
    assert payload == vector[name].get("payload", payload)


@pytest.mark.req("R-SIG-09")
def test_an_entry_is_digested_without_its_token(vectors):
    case = vectors("tokens")["esig"]
    entry, token = case["entry"].encode(), case["token"]
    assert esign.with_null_sig(entry, token) == case["draft"].encode()
    assert esign.entry_digest(entry, token) == case["digest"]


def test_a_token_must_stand_exactly_once_in_its_entry(vectors):
    case = vectors("tokens")["esig"]
    entry, token, member = case["entry"].encode(), case["token"], f'"sig":"{case["token"]}"'.encode()
    for wrong in (
        case["draft"].encode(),
        entry.replace(member, member + b"," + member),
        entry.replace(b'"sig":', b'"gis":'),
    ):
        with pytest.raises(SigBad):
            esign.entry_digest(wrong, token)
    with pytest.raises(SigBad):
        esign.entry_digest(entry, token[:-1])


def test_a_signed_entry_changed_anywhere_has_another_digest(vectors):
    case = vectors("tokens")["esig"]
    entry = case["entry"].encode()
    for at in range(len(entry)):
        changed = entry[:at] + bytes([entry[at] ^ 1]) + entry[at + 1 :]
        try:
            assert esign.entry_digest(changed, case["token"]) != case["digest"]
        except SigBad:
            continue


# --- one form ------------------------------------------------------------------------------------------------


def test_the_same_words_give_the_same_token():
    assert esign.sign(PAYLOAD, ESIG, KEY, KID) == TOKEN == signed(header(), PAYLOAD)
    assert byhand.jws(int.from_bytes(SCALAR), "esig", PAYLOAD) == TOKEN


def test_another_library_takes_our_tokens():
    key = jwt.PyJWK.from_dict(JWK)
    opened = jwt.api_jws.decode_complete(TOKEN, key, algorithms=["ES256"])
    assert json.loads(opened["payload"]) == PAYLOAD
    assert opened["header"] == header()


def test_a_token_of_another_library_is_taken():
    """Not deterministic, so another r and s: any correct signature counts."""
    token = jwt.api_jws.encode(pack(PAYLOAD), KEY, algorithm="ES256", headers=header(), sort_headers=True)
    assert token != TOKEN
    assert esign.verify(token, ESIG, JWK) == PAYLOAD


def test_either_s_is_accepted():
    """formats §1: identity is the `sid`, never the signature's bytes."""
    text, _, signature = TOKEN.rpartition(".")
    raw = unb64u(signature)
    other = raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    assert esign.verify(f"{text}.{b64u(other)}", ESIG, JWK) == PAYLOAD


@pytest.mark.req("R-SIG-12")
def test_every_changed_character_is_refused():
    for at, char in enumerate(TOKEN):
        for other in {
            URLSAFE[(URLSAFE.find(char) + 1) % 64],
            URLSAFE[(URLSAFE.find(char) + 32) % 64],
            ".",
            "=",
            " ",
        } - {char}:
            assert refused(TOKEN[:at] + other + TOKEN[at + 1 :])


def test_every_missing_or_added_character_is_refused():
    for at in range(len(TOKEN) + 1):
        assert refused(TOKEN[:at] + "A" + TOKEN[at:])
        if at < len(TOKEN):
            assert refused(TOKEN[:at] + TOKEN[at + 1 :])
            assert refused(TOKEN[:at])


@pytest.mark.parametrize(
    "changed",
    [
        header(alg="none"), header(alg="HS256"), header(alg="ES384"), header(alg="es256"), header(alg=None),
        header(typ="JWT"), header(typ="countersign-session+jws"), header(typ=None), header(typ=1), header(kid=None),
        header(kid=1), header(kid="x"), header(crit=["exp"]), header(b64=True), header(jwk=JWK), header(cty="json"),
        header(x5c=[]), {"alg": "ES256", "kid": KID}, {"alg": "ES256", "typ": ESIG}, {"kid": KID, "typ": ESIG}, {}, [],
        None, "ES256", 1,
    ],
)  # fmt: skip
@pytest.mark.req("R-SEC-08")
def test_another_header_is_refused_though_it_is_signed(changed):
    assert refused(signed(changed, PAYLOAD))


@pytest.mark.parametrize("payload", [[], None, "text", 1, [PAYLOAD]])
def test_a_payload_that_is_no_object_is_refused(payload):
    assert refused(signed(header(), payload))


@pytest.mark.parametrize(
    "payload",
    [b'{"v": 1}', b'{"v":1,"a":2}', b'{"v":1,"v":1}', b'{"v":1.0}', b'{"v":1e0}', b'{"v":"\\u0041"}', b'{"v":1}\n', b"",
     b'{"v":9007199254740992}', b'{"v":"\xff"}'],
)  # fmt: skip
def test_a_payload_in_another_spelling_is_refused_though_it_is_signed(payload):
    assert refused(signed(header(), payload, spell=lambda part: part if type(part) is bytes else pack(part)))


def test_a_header_in_another_spelling_is_refused_though_it_is_signed():
    loose = json.dumps(header()).encode()
    assert refused(signed(loose, PAYLOAD, spell=lambda part: part if type(part) is bytes else pack(part)))
    turned = json.dumps({"typ": ESIG, "kid": KID, "alg": "ES256"}, separators=(",", ":")).encode()
    assert refused(signed(turned, PAYLOAD, spell=lambda part: part if type(part) is bytes else pack(part)))


def test_an_unsigned_or_keyed_token_is_refused():
    unsigned = f"{b64u(pack(header(alg='none')))}.{b64u(pack(PAYLOAD))}."
    assert refused(unsigned)
    text = f"{b64u(pack(header(alg='HS256')))}.{b64u(pack(PAYLOAD))}"
    point = derive.point_of(KEY)
    assert refused(f"{text}.{b64u(byhand.mac(point, text.encode()) * 2)}")


@pytest.mark.parametrize("r", [0, 1, ORDER - 1, ORDER, 2**256 - 1])
@pytest.mark.parametrize("s", [0, 1, ORDER - 1, ORDER, 2**256 - 1])
def test_signatures_out_of_range_are_refused(r, s):
    text = TOKEN.rpartition(".")[0]
    assert refused(f"{text}.{b64u(r.to_bytes(32) + s.to_bytes(32))}")


@pytest.mark.parametrize("length", [0, 32, 63, 65, 96])
def test_a_signature_of_another_length_is_refused(length):
    assert refused(f"{TOKEN.rpartition('.')[0]}.{b64u(bytes(length))}")


def test_a_signature_in_der_is_refused():
    text = TOKEN.rpartition(".")[0]
    assert refused(f"{text}.{b64u(KEY.sign(text.encode(), esign._SIGN))}")


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b.c", "é.é.é", TOKEN + ".", "." + TOKEN, TOKEN + "\n", "{}"]
)
def test_what_is_no_token_is_refused(token):
    assert refused(token)


@pytest.mark.req("R-SIG-10")
def test_a_token_is_of_one_type_and_key():
    assert refused(TOKEN, esign.SESSION)
    assert refused(TOKEN, jwk=OTHER)
    forged = esign.sign(PAYLOAD, ESIG, derive.private_of(SCALAR[::-1]), KID)
    assert refused(forged)
    assert refused(esign.sign(PAYLOAD, ESIG, KEY, esign.thumbprint(OTHER)))


def test_all_types_differ():
    types = [esign.ESIG, esign.SESSION, esign.ENROL, esign.POP, esign.BATCH, esign.RECEIPT, esign.TRUST, esign.CENTRE,
             esign.BACKUP]  # fmt: skip
    names = ["esig", "session", "enrol", "pop", "batch", "receipt", "trust", "centre", "backup"]
    assert types == [f"countersign-{name}+jws" for name in names]


def test_a_parsed_token_verifies_as_the_text_does():
    assert esign.verify(esign.parse(TOKEN), ESIG, JWK) == PAYLOAD


def test_a_token_split_but_unread_is_held_to_the_same_form():
    parts = esign.split(TOKEN)
    assert (parts.kid, parts.typ, parts.payload) == (KID, ESIG, pack(PAYLOAD))
    assert esign.holds(parts.signed, parts.signature, JWK)
    for wrong in (
        "",
        "a.b",
        TOKEN + ".",
        TOKEN[:-1],
        TOKEN + "A",
        signed(header(alg="none"), PAYLOAD),
        signed(header(crit=[]), PAYLOAD),
    ):
        with pytest.raises(SigBad):
            esign.split(wrong)


def test_only_the_key_and_the_bytes_signed_hold():
    parts = esign.split(TOKEN)
    for at in range(len(parts.signed)):
        changed = parts.signed[:at] + bytes([parts.signed[at] ^ 1]) + parts.signed[at + 1 :]
        assert not esign.holds(changed, parts.signature, JWK)
    for at in range(64):
        changed = parts.signature[:at] + bytes([parts.signature[at] ^ 1]) + parts.signature[at + 1 :]
        assert not esign.holds(parts.signed, changed, JWK)
    for jwk in (OTHER, {}, {**JWK, "x": "A"}, {**JWK, "kty": "OKP"}):
        assert not esign.holds(parts.signed, parts.signature, jwk)
    for length in (0, 32, 63, 65):
        assert not esign.holds(parts.signed, (parts.signature + b"x")[:length], JWK)


def test_a_payload_outside_the_subset_is_not_signed():
    for wrong in ({"v": 1.0}, {"v": 2**53}, {"é": 1}, {"v": b"x"}):
        with pytest.raises(NotCanonical):
            esign.sign(wrong, ESIG, KEY, KID)


# --- keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "jwk",
    [
        {}, {**JWK, "kty": "OKP"}, {**JWK, "crv": "P-384"}, {**JWK, "d": "x"}, {**JWK, "kid": KID}, {**JWK, "x": None},
        {**JWK, "x": JWK["x"] + "="}, {**JWK, "x": JWK["y"]}, {**JWK, "y": JWK["y"][:-1]}, {**JWK, "x": ""},
        {**JWK, "x": b64u(b"\0" + unb64u(JWK["x"]))}, {**JWK, "x": b64u(bytes(32)), "y": b64u(bytes(32))},
        {**JWK, "x": b64u(b"\xff" * 32)}, {name: JWK[name] for name in ("crv", "kty", "x")},
    ],
)  # fmt: skip
def test_what_spells_no_point_is_no_key(jwk):
    for use in (esign.thumbprint, esign.public_of, lambda jwk: esign.verify(TOKEN, ESIG, jwk)):
        with pytest.raises(SigBad):
            use(jwk)


def test_a_point_is_cut_in_the_middle_only():
    """Cut elsewhere the same 64 bytes would be the same key under another name."""
    both = unb64u(JWK["x"]) + unb64u(JWK["y"])
    for cut in (0, 1, 31, 33, 63, 64):
        with pytest.raises(SigBad):
            esign.thumbprint({**JWK, "x": b64u(both[:cut]), "y": b64u(both[cut:])})
    for member in ("x", "y"):
        for value in (None, 5, ["a"]):
            with pytest.raises(SigBad):
                esign.thumbprint({**JWK, member: value})


@pytest.mark.parametrize("changed", [{"typ": None}, {"typ": 1}, {"kid": None}, {"kid": 1}, {"typ": ["a"]}])
def test_a_header_of_another_kind_is_refused_before_any_key_is_known(changed):
    with pytest.raises(SigBad):
        esign.parse(signed(header(**changed), PAYLOAD))


def test_a_point_has_one_spelling():
    """x + p names the same point on paper; as a key it must name none."""
    x, y = next(
        (x, pow(square, (byhand.P + 1) // 4, byhand.P))
        for x in range(5, 99)
        for square in [
            (x**3 - 3 * x + 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B) % byhand.P
        ]
        if pow(square, (byhand.P - 1) // 2, byhand.P) == 1
    )
    jwk = {**JWK, "x": b64u(x.to_bytes(32)), "y": b64u(y.to_bytes(32))}
    assert esign.jwk_of(esign.public_of(jwk)) == jwk
    with pytest.raises(SigBad):
        esign.public_of({**jwk, "x": b64u((x + byhand.P).to_bytes(32))})


def test_a_key_of_another_curve_has_no_jwk():
    with pytest.raises(ValueError):
        esign.jwk_of(ec.generate_private_key(ec.SECP384R1()).public_key())


def test_a_jwk_and_its_key_are_one():
    assert esign.jwk_of(esign.public_of(JWK)) == JWK == byhand.jwk(int.from_bytes(SCALAR))
    assert byhand.jkt(int.from_bytes(SCALAR)) == KID


def test_of_a_seal_and_its_twin_both_hold_and_one_is_low():
    for n in range(20):
        token = esign.sign({"n": n}, ESIG, KEY, KID)
        other = esign.twin(token)
        assert other != token and esign.twin(other) == token
        for one in (token, other):
            assert esign.verify(one, ESIG, JWK) == {"n": n}
        low = [one for one in (token, other) if esign.is_low(esign.split(one).signature)]
        assert low == [esign.low(token)] == [esign.low(other)]


def test_what_has_no_twin_stays_as_it_is():
    for s in (0, ORDER, 2**256 - 1):
        token = TOKEN.rpartition(".")[0] + "." + b64u(bytes(32) + s.to_bytes(32, "big"))
        assert esign.twin(token) == token
    with pytest.raises(esign.SigBad):
        esign.twin("a.b")
