"""The trust bundle: signed by its own root, whole, and every name once."""

from __future__ import annotations

import pytest

from app.base.codec import b64u, unb64u
from app.proof import derive, esign, trust
from app.proof.esign import SigBad

KEY = derive.private_of(bytes(range(1, 33)))


@pytest.fixture
def case(vectors):
    return vectors("tokens")["trust"]


@pytest.fixture
def root(vectors):
    return derive.private_of(bytes.fromhex(vectors("grants")["site_key"]["scalar"]))


def resigned(case, key, typ=esign.TRUST, **members):
    """The bundle changed and signed by `key`; with another `root` where one is given."""
    return esign.sign(
        {**case["payload"], **members}, typ, key, esign.thumbprint(esign.jwk_of(key.public_key()))
    )


@pytest.mark.req("R-SEC-08")
def test_the_vector_bundle_is_read_and_made(case, root):
    bundle = trust.read(case["token"], case["fingerprint"])
    assert bundle.fingerprint == case["fingerprint"]
    device = bundle.device("dev1")
    assert (
        device is not None
        and b64u(device.note_key().public_bytes_raw()) == case["payload"]["devices"][0]["ed25519"]
    )
    assert bundle.device("dev2") is None
    made = trust.make(site=bundle.site, domain=bundle.domain, genesis=bundle.genesis, recovery=bundle.recovery,
                      devices=bundle.devices, centres=bundle.centres, issued=bundle.issued, key=root)  # fmt: skip
    assert made == case["token"]


def test_a_file_may_end_in_one_line_feed(case):
    assert trust.read(case["token"] + "\n").site == "kilda"
    with pytest.raises(SigBad):
        trust.read(case["token"] + "\n\n")


def test_another_root_is_found_by_its_fingerprint_only(case):
    """A bundle proves only itself: signed by whoever, it names its own root."""
    forged = resigned(case, KEY, root=esign.jwk_of(KEY.public_key()))
    assert trust.read(forged).site == "kilda"
    with pytest.raises(SigBad, match="another site root"):
        trust.read(forged, case["fingerprint"])


def test_a_bundle_signed_by_another_than_its_root_is_refused(case):
    with pytest.raises(SigBad):
        trust.read(resigned(case, KEY))


def test_no_character_of_a_bundle_may_change(case):
    token = case["token"]
    for at in range(0, len(token), 3):
        with pytest.raises(SigBad):
            trust.read(token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :])


POINT = b64u(b"\4" + bytes(64))


@pytest.mark.parametrize(
    "members",
    [
        {"v": 2}, {"v": True}, {"more": 1}, {"genesis": ""}, {"genesis": b64u(bytes(31))}, {"genesis": "x=" * 20},
        {"recovery": POINT}, {"recovery": ""}, {"recovery": None}, {"issued": "2026-11-23"}, {"issued": 5}, {"root": {}},
        {"devices": None}, {"devices": [{}]}, {"centres": [{"name": "x"}]}, {"site": None},
    ],
)  # fmt: skip
def test_a_bundle_out_of_form_is_refused_though_it_is_signed(case, root, members):
    assert trust.read(resigned(case, root)).v == 1
    with pytest.raises(SigBad):
        trust.read(resigned(case, root, **members))


@pytest.mark.parametrize(
    "name", ["v", "site", "domain", "root", "genesis", "recovery", "devices", "centres", "issued"]
)
def test_a_bundle_without_a_member_is_refused(case, root, name):
    kid = case["fingerprint"]
    short = {n: value for n, value in case["payload"].items() if n != name}
    with pytest.raises(SigBad):
        trust.read(esign.sign(short, esign.TRUST, root, kid))


@pytest.mark.parametrize(
    "members",
    [{"jwk": {}}, {"ed25519": ""}, {"ed25519": b64u(bytes(33))}, {"ed25519": None}, {"id": None}, {"more": 1},
     {"from": 1}, {"from": "yesterday"}, {"to": "2026-02-30T00:00:00.000Z"}],
)  # fmt: skip
def test_a_device_out_of_form_is_refused_though_it_is_signed(case, root, members):
    device = {**case["payload"]["devices"][0], **members}
    with pytest.raises(SigBad):
        trust.read(resigned(case, root, devices=[device]))


def test_no_name_stands_twice(case, root):
    for kind in ("devices", "centres"):
        with pytest.raises(SigBad, match="twice"):
            trust.read(resigned(case, root, **{kind: case["payload"][kind] * 2}))


def test_a_token_of_another_type_is_no_bundle(case, root):
    with pytest.raises(SigBad):
        trust.read(resigned(case, root, typ=esign.CENTRE))


def test_a_bundle_out_of_form_is_not_made(case, root):
    device = trust.read(case["token"]).devices[0]
    for wrong in ({"genesis": "x"}, {"recovery": POINT}, {"issued": "now"}, {"devices": [device, device]}):
        fine = {"site": "s", "domain": "d", "genesis": b64u(bytes(32)), "recovery": case["payload"]["recovery"],
                "devices": [device], "centres": [], "issued": "2026-11-23T06:00:00.000Z"}  # fmt: skip
        assert trust.make(**fine, key=root)
        with pytest.raises(SigBad):
            trust.make(**{**fine, **wrong}, key=root)


def test_open_ends_stay_open(case):
    device = trust.read(case["token"]).devices[0]
    assert (device.start, device.end) == (case["payload"]["devices"][0]["from"], None)
    assert len(unb64u(case["payload"]["genesis"])) == 32
