"""Grants open for one person, kind, epoch and vault."""

from __future__ import annotations

import pytest

from app.proof import derive, grants
from app.proof.grants import GrantBad


@pytest.fixture
def vector(vectors):
    return vectors("grants")


def opened(vector, case, **changed):
    place = {"vault": vector["vault"], "uid": case["uid"], "kind": case["k"], "epoch": case["e"]}
    ct = changed.pop("ct", bytes.fromhex(case["ct"]))
    scalar = changed.pop("scalar", bytes.fromhex(vector["scalar"]))
    return grants.open_grant(scalar, ct, **{**place, **changed})


@pytest.mark.req("R-SEC-01")
def test_the_vector_grants_open(vector):
    """Sealed by hand from RFC 9180 with a fixed ephemeral key."""
    for case in vector["grants"]:
        assert opened(vector, case).hex() == case["key"]
    assert grants.fingerprint(bytes.fromhex(vector["point"])) == vector["fpr"]


@pytest.mark.req("R-SYN-11")
@pytest.mark.parametrize(
    "changed",
    [
        {"uid": "u_bea0000000000000"}, {"uid": "recovery"}, {"kind": "pk"}, {"kind": "site"}, {"epoch": 2}, {"epoch": 4},
        {"vault": "5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e02"}, {"vault": ""}, {"scalar": bytes(range(1, 33))},
    ],
)  # fmt: skip
def test_a_relabelled_grant_does_not_open(vector, changed):
    with pytest.raises(GrantBad):
        opened(vector, vector["grants"][0], **changed)


def test_no_byte_of_a_grant_may_change(vector):
    case = vector["grants"][0]
    ct = bytes.fromhex(case["ct"])
    assert len(ct) == grants.LENGTH == 113
    wrong = [ct[:at] + bytes([ct[at] ^ 1]) + ct[at + 1 :] for at in range(len(ct))]
    wrong += [b"", ct[:-1], ct + b"\0", bytes(113), b"\4" + bytes(112)]
    for changed in wrong:
        with pytest.raises(GrantBad):
            opened(vector, case, ct=changed)


def test_a_sealed_key_opens_for_its_holder_and_is_never_sealed_twice_alike(random):
    scalar, point = grants.new_pair(random)
    place = {"vault": "v", "uid": "u_1", "kind": "db", "epoch": 1}
    one, two = (grants.seal(point, bytes(range(32)), **place) for _ in range(2))
    assert one != two
    assert (
        grants.open_grant(scalar, one, **place) == grants.open_grant(scalar, two, **place) == bytes(range(32))
    )


@pytest.mark.parametrize(
    ("key", "kind"), [(bytes(31), "db"), (bytes(33), "db"), (b"", "db"), (bytes(32), "dek"), (bytes(32), "")]
)
def test_only_a_key_of_a_known_kind_is_granted(random, key, kind):
    _, point = grants.new_pair(random)
    with pytest.raises(ValueError):
        grants.seal(point, key, vault="v", uid="u_1", kind=kind, epoch=1)


def test_nothing_is_granted_to_what_is_no_point(random):
    _, point = grants.new_pair(random)
    for wrong in (b"", point[1:], point[:-1] + bytes([point[-1] ^ 1]), b"\2" + point[1:33]):
        with pytest.raises(ValueError):
            grants.seal(wrong, bytes(32), vault="v", uid="u_1", kind="db", epoch=1)


def test_the_vector_site_root_opens_in_its_place_only(vector):
    case = vector["site_key"]
    k_site, ct = bytes.fromhex(case["k_site"]), bytes.fromhex(case["ct"])
    assert grants.open_root(k_site, ct, vault=vector["vault"], epoch=case["e"]).hex() == case["scalar"]
    made = grants.seal_root(k_site, bytes.fromhex(case["scalar"]), vault=vector["vault"], epoch=case["e"],
                            random=lambda count: ct[:count])  # fmt: skip
    assert made == ct
    for key, box, vault, epoch in ((bytes(32), ct, vector["vault"], 1), (k_site, ct, "other", 1),
                                   (k_site, ct, vector["vault"], 2), (k_site, ct[:-1], vector["vault"], 1)):  # fmt: skip
        with pytest.raises(GrantBad):
            grants.open_root(key, box, vault=vault, epoch=epoch)


def test_what_is_no_scalar_is_not_kept_as_a_site_root(random):
    for wrong in (bytes(32), derive.ORDER.to_bytes(32), b"\1"):
        with pytest.raises(ValueError):
            grants.seal_root(bytes(32), wrong, vault="v", epoch=1, random=random)
