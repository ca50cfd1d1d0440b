"""A keys file opens for the site that made it, and is refused in every other form (formats §12)."""

from __future__ import annotations

import pytest

from app.base.codec import unb64u
from app.proof import handed
from app.proof.handed import HandedBad, OtherVersion

DS, K_PK, NONCE = bytes(range(32)), bytes(range(1, 33)), bytes(range(12))
ABOUT = {"site": "leiden", "vault": "v", "pk": 1}
KEYS = [("p_b", 1, bytes(32)), ("p_a", 2, bytes(range(32))), ("p_a", 1, DS)]


def opened(data, ds=DS, k_pk=K_PK):
    return handed.open_sealed(data, handed.head_of(data), ds=ds, k_pk=k_pk)


def secrets_of(vector):
    return {"ds": bytes.fromhex(vector["ds"]), "k_pk": bytes.fromhex(vector["k_pk"])}


@pytest.mark.req("R-PRV-06", "R-SEC-01")
def test_the_vector_files_open_and_are_made(vectors):
    vector = vectors("keys")
    keys = [(pid, ver, unb64u(dek)) for pid, ver, dek in vector["keys"]]
    about = {name: vector[name] for name in ("site", "vault", "pk")}
    for case in vector["files"]:
        data, nonce = bytes.fromhex(case["file"]), bytes.fromhex(case["nonce"])
        head = handed.head_of(data)
        assert (head.site, head.vault, head.pk, head.e) == (*about.values(), case["e"])
        assert opened(data, **secrets_of(vector)) == keys
        assert handed.seal(keys, **about, **secrets_of(vector), nonce=nonce, alg=case["e"]) == data


@pytest.mark.req("R-SEC-01")
def test_the_damaged_vector_files_are_refused(vectors):
    vector = vectors("keys")
    for case in vector["bad"]:
        with pytest.raises(HandedBad):
            opened(bytes.fromhex(case["file"]), **secrets_of(vector))
            pytest.fail(case["name"])


def test_it_needs_both_secrets():
    data = handed.seal(KEYS, **ABOUT, ds=DS, k_pk=K_PK, nonce=NONCE)
    assert opened(data) == sorted(KEYS)
    for other in ((K_PK, K_PK), (DS, DS), (K_PK, DS)):
        with pytest.raises(HandedBad):
            opened(data, *other)


def test_no_byte_can_be_another():
    data = handed.seal(KEYS, **ABOUT, ds=DS, k_pk=K_PK, nonce=NONCE)
    for at in range(len(data)):
        with pytest.raises(HandedBad):
            opened(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def test_it_may_end_nowhere_else():
    data = handed.seal(KEYS, **ABOUT, ds=DS, k_pk=K_PK, nonce=NONCE)
    for end in range(len(data)):
        with pytest.raises(HandedBad):
            opened(data[:end])


def test_no_key_stands_in_it_in_clear():
    data = handed.seal(KEYS, **ABOUT, ds=DS, k_pk=K_PK, nonce=NONCE)
    assert not any(dek in data for _, _, dek in KEYS)
    assert b"p_a" not in data


def test_another_version_is_told_apart():
    data = handed.seal(KEYS, **ABOUT, ds=DS, k_pk=K_PK, nonce=NONCE)
    with pytest.raises(OtherVersion):
        handed.head_of(data.replace(b'"v":1,', b'"v":2,', 1))


def test_a_file_has_a_limit():
    many = [(f"p_{at:026d}", 1, DS) for at in range(220_000)]
    with pytest.raises(ValueError, match="16 MiB"):
        handed.seal(many, **ABOUT, ds=DS, k_pk=K_PK, nonce=NONCE)
    with pytest.raises(HandedBad):
        opened(handed.seal(KEYS, **ABOUT, ds=DS, k_pk=K_PK, nonce=NONCE) + bytes(handed.LIMIT))
