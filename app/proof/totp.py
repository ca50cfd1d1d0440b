"""One-time codes (RFC 6238: HMAC-SHA-1, 30 s, 6 digits; trust §1.3; decision 29).

- Only ASCII digits are a code: full-width and other digits are refused before anything is compared.
- Window: the step of the given moment, one before, one after; no learned drift.
- A step burns when it is accepted; it and all earlier ones are refused from then on.
- All steps of the window are compared, in constant time, whatever matches.
"""

from __future__ import annotations

import base64
import hmac
import re

import pyotp

from app.base.ids import Random

SEED = 20
STEP_MS = 30_000
WINDOW = 1
NEVER = -1
"""The last step of a seed that was never used."""

CODE = re.compile(r"[0-9]{6}", re.ASCII)


def new_seed(random: Random) -> bytes:
    """A fresh seed of 160 bits (RFC 4226 §4, R6)."""
    return random(SEED)


def step_at(ms: int) -> int:
    """The time step of an instant, in ms since 1970 (RFC 6238 §4.2)."""
    return ms // STEP_MS


def code_at(seed: bytes, ms: int) -> str:
    """The six digits at an instant, in ms since 1970."""
    return _code(seed, step_at(ms))


def accept(seed: bytes, code: str, ms: int, last_step: int) -> int | None:
    """The step that `code` burns, or None when it is refused.

    Refused: not six ASCII digits, outside the window, or of a step at or before `last_step`.
    """
    if not CODE.fullmatch(code):
        return None
    now = step_at(ms)
    burned = None
    for step in range(max(now - WINDOW, 0), now + WINDOW + 1):
        # Should two steps share a code, the later one burns both.
        if hmac.compare_digest(_code(seed, step), code) and step > last_step:
            burned = step
    return burned


def uri(seed: bytes, name: str, issuer: str) -> str:
    """The `otpauth://` address that a telephone scans; it holds the seed."""
    return _totp(seed).provisioning_uri(name=name, issuer_name=issuer)


def base32(seed: bytes) -> str:
    """The seed as it is typed into a telephone by hand (RFC 4648 §6, no padding)."""
    return base64.b32encode(seed).decode("ascii").rstrip("=")


def from_base32(text: str) -> bytes:
    """The seed that `base32` spelt; ValueError for anything else."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


def _totp(seed: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(base32(seed))


def _code(seed: bytes, step: int) -> str:
    return _totp(seed).generate_otp(step)
