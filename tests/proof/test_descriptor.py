"""A centre is what the site's root says; every other word for it is no descriptor."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.base.codec import b64u
from app.proof import esign
from app.proof.descriptor import Descriptor, make, read
from app.proof.esign import SigBad

ROOT, KEY = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
NOTES = Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def descriptor(**changes: Any) -> Descriptor:
    """A sound one, or one with something changed."""
    told = {
        "v": 1, "name": "centre.example", "jwk": esign.jwk_of(KEY.public_key()), "ed25519": b64u(NOTES),
        "region": "eu", "jurisdiction": "IE", "urls": ["https://centre.example"],
    }  # fmt: skip
    return Descriptor(**{**told, **changes})


@pytest.mark.req("R-SYN-01")
def test_what_the_root_signed_is_read_back() -> None:
    told = read(make(descriptor(), ROOT), esign.jwk_of(ROOT.public_key()))
    assert told == descriptor()
    assert (told.keys.name, told.keys.ed25519) == ("centre.example", b64u(NOTES))


@pytest.mark.req("R-SYN-01")
def test_another_root_is_refused() -> None:
    with pytest.raises(SigBad):
        read(make(descriptor(), KEY), esign.jwk_of(ROOT.public_key()))


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"name": ""},
        {"name": "two words"},
        {"name": "a+b"},
        {"region": ""},
        {"ed25519": "AA"},
        {"jwk": {}},
    ],
    ids=str,
)
def test_what_names_no_centre_is_not_signed_and_not_read(changes: dict[str, Any]) -> None:
    with pytest.raises(SigBad):
        make(descriptor(**changes), ROOT)
    told = msgspec.to_builtins(descriptor(**changes))
    jwk = esign.jwk_of(ROOT.public_key())
    with pytest.raises(SigBad):
        read(esign.sign(told, esign.CENTRE, ROOT, esign.thumbprint(jwk)), jwk)


def test_a_member_more_or_less_is_refused() -> None:
    jwk = esign.jwk_of(ROOT.public_key())
    whole = msgspec.to_builtins(descriptor())
    for told in ({**whole, "more": 1}, {name: whole[name] for name in whole if name != "region"}):
        with pytest.raises(SigBad):
            read(esign.sign(told, esign.CENTRE, ROOT, esign.thumbprint(jwk)), jwk)
