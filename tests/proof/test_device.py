"""A workstation's keys."""

from __future__ import annotations

import pytest

from app.proof import esign
from app.proof.derive import ORDER
from app.proof.device import Device, new_device


@pytest.fixture
def case(vectors):
    return vectors("device")


def test_the_vector_device_has_its_names(case):
    p256, seed = bytes.fromhex(case["p256"]), bytes.fromhex(case["ed25519"])
    device = Device(p256, seed)
    assert device.jwk == case["jwk"]
    assert device.jkt == case["jkt"] == esign.thumbprint(device.jwk)
    assert device.notes_raw.hex() == case["notes_public"]
    assert device.scalars == (p256, seed)


def test_the_vector_device_signs_as_the_vector_says(case):
    device = Device(bytes.fromhex(case["p256"]), bytes.fromhex(case["ed25519"]))
    assert esign.sign({"v": 1}, esign.POP, device.p256, device.jkt) == case["empty_pop"]


@pytest.mark.req("R-SYN-02")
def test_fresh_devices_differ(random):
    one, two = new_device(random), new_device(random)
    assert one.jkt != two.jkt
    assert one.notes_raw != two.notes_raw
    again = Device(*one.scalars)
    assert (again.jkt, again.notes_raw) == (one.jkt, one.notes_raw)


@pytest.mark.parametrize(
    ("p256", "ed25519"),
    [(bytes(32), bytes(32)), (ORDER.to_bytes(32), bytes(32)), (b"\1" * 31, bytes(32)), (b"\1" * 32, bytes(31)),
     (b"\1" * 32, b""), (b"", bytes(32)), (b"\1" * 32, bytes(64))],
)  # fmt: skip
def test_what_is_no_key_makes_no_device(p256, ed25519):
    with pytest.raises(ValueError):
        Device(p256, ed25519)


def test_a_device_never_shows_its_secrets(random):
    device = new_device(random)
    for secret in device.scalars:
        assert secret.hex() not in repr(device)
        assert repr(secret) not in repr(device)
