"""The trust bundle: what an outsider holds of a site, signed by its root (formats.md §6).

A bundle proves only itself: its worth is the thumbprint of its root on the Site Trust Sheet.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from opening import CannotDecideError, Json, unb64u
from signed import H32, UTC, fits, jwk_point, read_token, thumbprint, token_holds

JWK = {"kty": str, "crv": str, "x": H32, "y": H32}
BUNDLE = {
    "v": int,
    "site": str,
    "domain": str,
    "root": JWK,
    "genesis": H32,
    "recovery": str,
    "devices": list,
    "centres": list,
    "issued": UTC,
}
DEVICE = {"id": str, "jwk": JWK, "ed25519": H32, "from": (UTC,), "to": (UTC,)}
CENTRE = {"name": str, "jwk": JWK, "ed25519": H32}
Bundle = dict[str, Json]


def read_bundle(text: str) -> Bundle:
    """The payload of a bundle that its own root signed; ValueError for anything else."""
    token = read_token(text.removesuffix("\n"), "trust")
    p = token.payload
    if not fits(p, BUNDLE) or not token_holds(token, p["root"]):
        raise ValueError("not a bundle that its own root signed")
    for form, name, key in ((DEVICE, "devices", "id"), (CENTRE, "centres", "name")):
        if not all(fits(one, form) for one in p[name]) or len({one[key] for one in p[name]}) != len(p[name]):
            raise ValueError(f"{name}: another form, or named twice")
        for one in p[name]:
            jwk_point(one["jwk"])
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64u(p["recovery"]))
    return p


def load_bundle(path: Path) -> Bundle:
    """The same of a file; CannotDecideError where there is none that holds."""
    try:
        return read_bundle(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as bad:
        raise CannotDecideError(f"no readable trust bundle at {path.name}") from bad


def device_of(bundle: Bundle, ident: Json) -> dict[str, Json] | None:
    """The device that the bundle names so."""
    return next((one for one in bundle["devices"] if one["id"] == ident), None)


def in_time(device: dict[str, Json], at: str) -> bool:
    """Whether the bundle vouches for the device then: from ≤ at < to, cut to the second."""
    start, end, at = (device["from"] or "")[:19], (device["to"] or "~")[:19], at[:19]
    return bool(start <= at < end)


def log_device(bundle: Bundle, log: Json) -> dict[str, Json] | None:
    """The device that writes a log: the third part of the log's name."""
    parts = log.split("/") if isinstance(log, str) else []
    return device_of(bundle, parts[2]) if len(parts) == 4 else None


def centre_of(bundle: Bundle | None, descriptors: list[dict[str, Json]], kid: str) -> dict[str, Json] | None:
    """The centre of that key. The bundle wins over a descriptor of the same name in the chain."""
    named = list(bundle["centres"]) if bundle else []
    mine = {one["name"] for one in named}
    known = [*named, *(one for one in descriptors if one["name"] not in mine)]
    return next((one for one in known if thumbprint(one["jwk"]) == kid), None)
