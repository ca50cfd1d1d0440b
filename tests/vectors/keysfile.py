"""Keys files as formats §12 describes them, sound and damaged."""

from __future__ import annotations

from typing import Any

from byhand import b64u, expand, gcm, gcm_siv, jcs, mac
from named import secret

LABEL = "cs/keys-handed/v1"
SITE, PK = "leiden", 5
VAULT = "5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01"
KEYS = [["p_ada0000000000000", 1], ["p_ada0000000000000", 2], ["p_site", 1]]


def line_of(alg: int, **other: Any) -> bytes:
    """The first line without its LF."""
    nonce = b64u(secret(f"nonce keys {alg}", 12))
    told = {"v": 1, "t": "countersign-keys", "site": SITE, "vault": VAULT, "pk": PK, "e": alg, "n": nonce}
    return jcs({**told, **other})


def sealed(alg: int, line: bytes, plain: bytes) -> bytes:
    """A whole file."""
    key = expand(mac(secret("ds"), secret(f"K pk {PK}")), LABEL)
    nonce, aad = secret(f"nonce keys {alg}", 12), LABEL.encode() + b"|" + line
    box = gcm_siv(key, nonce, plain, aad) if alg == 1 else gcm(key, nonce, plain, aad)[12:]
    return line + b"\n" + box


def bad_files(listed: list[list[Any]]) -> dict[str, bytes]:
    """Files that nobody may take, by what is wrong with them."""
    sound = sealed(1, line_of(1), jcs(listed))
    box = sound.partition(b"\n")[2]
    return {
        "cut": sound[:-1],
        "longer": sound + b"\0",
        "another site": line_of(1, site="delft") + b"\n" + box,
        "another epoch": line_of(1, pk=PK + 1) + b"\n" + box,
        "another cipher": line_of(1, e=2) + b"\n" + box,
        "another version": line_of(1, v=2) + b"\n" + box,
        "an unknown cipher": sealed(1, line_of(1, e=3), jcs(listed)),
        "a member more": sealed(1, line_of(1, more=1), jcs(listed)),
        "not canonical": sealed(1, line_of(1).replace(b",", b", ", 1), jcs(listed)),
        "out of order": sealed(1, line_of(1), jcs(listed[::-1])),
        "a key twice": sealed(1, line_of(1), jcs([listed[0], *listed])),
        "a short key": sealed(1, line_of(1), jcs([["p_site", 1, b64u(bytes(31))]])),
        "version nought": sealed(1, line_of(1), jcs([["p_site", 0, b64u(bytes(32))]])),
        "no list": sealed(1, line_of(1), jcs({"p_site": 1})),
        "only a line": line_of(1) + b"\n",
        "nothing": b"",
    }


def keys_vectors() -> dict[str, Any]:
    listed = [[pid, ver, b64u(secret(f"dek {pid} {ver}"))] for pid, ver in KEYS]
    files = {alg: sealed(alg, line_of(alg), jcs(listed)) for alg in (1, 2)}
    return {
        "clause": "§12",
        "ds": secret("ds").hex(),
        "k_pk": secret(f"K pk {PK}").hex(),
        "key": expand(mac(secret("ds"), secret(f"K pk {PK}")), LABEL).hex(),
        "site": SITE,
        "vault": VAULT,
        "pk": PK,
        "keys": listed,
        "files": [
            {"e": alg, "nonce": secret(f"nonce keys {alg}", 12).hex(), "file": data.hex()}
            for alg, data in files.items()
        ],
        "bad": [{"name": name, "file": data.hex()} for name, data in bad_files(listed).items()],
    }
