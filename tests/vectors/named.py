"""Secrets that come from a name, and envelopes made with them (formats §4)."""

from __future__ import annotations

import unicodedata
from typing import Any

from byhand import N, b64u, expand, gcm, gcm_siv, sha


def secret(name: str, length: int = 32) -> bytes:
    """SHA-256("countersign vector " ‖ name ‖ " " ‖ i) for i = 0, 1, … as far as needed."""
    blocks = (sha(f"countersign vector {name} {i}".encode()) for i in range(-(-length // 32)))
    return b"".join(blocks)[:length]


def number(name: str) -> int:
    """A P-256 scalar: 48 bytes of `secret` mod (n − 1) + 1."""
    return int.from_bytes(secret(name, 48), "big") % (N - 1) + 1


def envelope(dek: bytes, pid: str, ver: int, place: str, text: str, alg: int = 1) -> dict[str, Any]:
    """The envelope of `text` at `place` = `<t>|<id>|<column>`."""
    nonce, aad = secret(f"nonce {place} {alg}", 12), f"cs/pii/v1|{pid}|{place}".encode()
    key, data = expand(dek, "cs/pii/v1"), unicodedata.normalize("NFC", text).encode()
    box = gcm_siv(key, nonce, data, aad) if alg == 1 else gcm(key, nonce, data, aad)[12:]
    return {"$e": alg, "k": f"{pid}.{ver}", "n": b64u(nonce), "c": b64u(box)}
