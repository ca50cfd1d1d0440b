"""Approvals and proofs of possession: for one body, one act, one log."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.base.codec import b64u, unb64u
from app.proof import approvals, derive, esign
from app.proof.approvals import Display, body_digest, check_approval, check_pop
from app.proof.esign import SigBad

KEY = derive.private_of(bytes(range(1, 33)))
JWK = esign.jwk_of(KEY.public_key())
KID = esign.thumbprint(JWK)
SEALED = {"$e": 1, "k": "p_a.1", "n": "A" * 16, "c": "A" * 22}
BODY = {"uid": "u_1", "jwk": {"x": "1"}, "pop": "x", "appr": ["y"]}
PLACE = {"act": "key.enrol", "log": "a/b/c/0"}


def payload(**members: object) -> dict[str, object]:
    made = approvals.draft_approval(
        BODY, **PLACE, sid="s", uid="u_2", name=SEALED, tpl="approve@1", lang="en", utc="t", off="+00:00",
        disp=Display(k="p_a.1", m="m", text=SEALED),
    )  # fmt: skip
    return {**esign.parse(approvals.sign_approval(made, KEY, KID)).payload, **members}


def token(**members: object) -> str:
    return esign.sign(payload(**members), esign.ENROL, KEY, KID)


def test_the_vector_approval_holds(vectors):
    vector = vectors("tokens")
    case = vector["approval"]
    assert body_digest(case["body"]) == case["digest"]
    found = check_approval(
        case["token"], vector["key"]["jwk"], body=case["body"], act=case["act"], log=vector["log"]
    )
    assert (found.sid, found.body, found.meaning.code) == (case["sid"], case["digest"], "APPROVED")
    assert approvals.read_approval(case["token"]) == found
    key = derive.private_of(bytes.fromhex(vector["key"]["scalar"]))
    assert approvals.sign_approval(found, key, vector["key"]["kid"]) == case["token"]


def test_the_vector_proofs_of_possession_hold(vectors):
    vector = vectors("tokens")
    case, body = vector["pop"], vector["approval"]["body"]
    place = {"act": vector["approval"]["act"], "log": vector["log"]}
    check_pop(case["token"], case["jwk"], body=body, **place)
    approvals.check_device_pop(
        case["edsig"], Ed25519PublicKey.from_public_bytes(bytes.fromhex(case["ed25519"])), body
    )


def test_the_genesis_of_the_vector_chain_is_approved_by_three(vectors):
    chain = vectors("chain")
    body = approvals.esign.unpack(chain["entries"][0].encode())["body"]
    place = {"act": "site.genesis", "log": chain["log"]}
    for person, pop, approval in zip(body["people"], body["pop"], body["appr"], strict=True):
        check_pop(pop, person["jwk"], body=body, **place)
        assert check_approval(approval, person["jwk"], body=body, **place).signer.uid == person["uid"]


def test_the_digest_leaves_out_what_is_added_later_and_nothing_else():
    digest = body_digest(BODY)
    assert body_digest({"uid": "u_1", "jwk": {"x": "1"}}) == digest
    assert body_digest({**BODY, "pop": 1, "appr": None}) == digest
    for changed in (
        {**BODY, "uid": "u_2"},
        {**BODY, "more": 1},
        {"uid": "u_1"},
        {**BODY, "jwk": {"x": "1", "pop": 1}},
    ):
        assert body_digest(changed) != digest


@pytest.mark.req("R-ACC-10", "R-SIG-10")
@pytest.mark.parametrize(
    ("body", "act", "log"),
    [
        ({**BODY, "uid": "u_9"}, PLACE["act"], PLACE["log"]), ({**BODY, "jwk": {"x": "2"}}, PLACE["act"], PLACE["log"]),
        (BODY, "key.reset", PLACE["log"]), (BODY, PLACE["act"], "a/b/d/0"),
    ],
)  # fmt: skip
def test_an_approval_is_for_one_body_act_and_log(body, act, log):
    assert check_approval(token(), JWK, body=BODY, **PLACE).signer.uid == "u_2"
    with pytest.raises(SigBad):
        check_approval(token(), JWK, body=body, act=act, log=log)
    pop = approvals.sign_pop(BODY, **PLACE, key=KEY, kid=KID)
    check_pop(pop, JWK, body=BODY, **PLACE)
    with pytest.raises(SigBad):
        check_pop(pop, JWK, body=body, act=act, log=log)


@pytest.mark.parametrize(
    "members",
    [
        {"v": 2}, {"v": True}, {"v": "1"}, {"more": 1}, {"auth": {"lvl": "password", "sess": None, "k": 0}},
        {"auth": {"lvl": "full", "sess": "s_1", "k": 0}}, {"auth": {"lvl": "full", "sess": None, "k": 1}},
        {"auth": {"lvl": "full", "sess": None, "k": False}}, {"auth": {"lvl": "full", "sess": None}}, {"auth": {}},
        {"auth": {"lvl": "full", "sess": None, "k": 0, "more": 1}}, {"auth": None},
        {"meaning": {"code": "REVIEWED", "tpl": "a@1", "lang": "en"}}, {"meaning": {"code": "APPROVED"}},
        {"signer": {"uid": "u_2"}},
        {"signer": {"uid": "u_2", "name": "Ann"}}, {"signer": {"uid": "u_2", "name": {"n": 1}}},
        {"signer": {"uid": "u_2", "name": SEALED, "role": "qa"}}, {"disp": {"k": "x", "m": "m", "text": {"a": 1}}},
        {"disp": {"k": "x", "m": "m", "text": "clear"}}, {"body": "x"}, {"sid": None}, {"utc": 1},
    ],
)  # fmt: skip
def test_an_approval_out_of_form_is_refused_though_it_is_signed(members):
    with pytest.raises(SigBad):
        check_approval(token(**members), JWK, body=BODY, **PLACE)


@pytest.mark.parametrize("name", sorted(payload()))
def test_an_approval_without_a_member_is_refused(name):
    short = payload()
    del short[name]
    with pytest.raises(SigBad):
        check_approval(esign.sign(short, esign.ENROL, KEY, KID), JWK, body=BODY, **PLACE)


@pytest.mark.parametrize(
    "members", [{"v": 2}, {"v": True}, {"more": 1}, {"body": "x"}, {"act": "x"}, {"log": "x"}]
)
def test_a_proof_of_possession_out_of_form_is_refused(members):
    fine = {"v": 1, **PLACE, "body": body_digest(BODY)}
    check_pop(esign.sign(fine, esign.POP, KEY, KID), JWK, body=BODY, **PLACE)
    with pytest.raises(SigBad):
        check_pop(esign.sign({**fine, **members}, esign.POP, KEY, KID), JWK, body=BODY, **PLACE)


def test_a_token_of_another_type_or_key_is_no_approval():
    other = derive.private_of(bytes(range(2, 34)))
    jwk = esign.jwk_of(other.public_key())
    with pytest.raises(SigBad):
        approvals.read_approval(esign.sign(payload(), esign.ESIG, KEY, KID))
    with pytest.raises(SigBad):
        check_approval(esign.sign(payload(), esign.ESIG, KEY, KID), JWK, body=BODY, **PLACE)
    with pytest.raises(SigBad):
        check_approval(token(), jwk, body=BODY, **PLACE)
    with pytest.raises(SigBad):
        check_pop(
            esign.sign({"v": 1, **PLACE, "body": body_digest(BODY)}, esign.ENROL, KEY, KID),
            JWK,
            body=BODY,
            **PLACE,
        )


@pytest.mark.req("R-SYN-02")
def test_a_device_proves_its_note_key_for_one_body():
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    edsig = approvals.sign_device_pop(BODY, key)
    approvals.check_device_pop(edsig, key.public_key(), BODY)
    raw = unb64u(edsig)
    wrong = [b64u(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]) for at in range(64)] + [
        "",
        edsig + "=",
        edsig[:-2],
        "é",
    ]
    for changed in wrong:
        with pytest.raises(SigBad):
            approvals.check_device_pop(changed, key.public_key(), BODY)
    with pytest.raises(SigBad):
        approvals.check_device_pop(edsig, key.public_key(), {**BODY, "uid": "u_9"})
    with pytest.raises(SigBad):
        approvals.check_device_pop(edsig, Ed25519PrivateKey.from_private_bytes(b"\1" * 32).public_key(), BODY)
