"""The primitives of formats §1 a second time, so that the product is held to bytes it did not make.

- Written out here: P-256 and RFC 6979, HKDF (RFC 5869), HPKE (RFC 9180), AES-GCM-SIV (RFC 8452), JWS, and the
  tree of RFC 6962.
- Argon2id is its authors' C code (argon2-cffi), not the OpenSSL that the product uses. AES, AES-GCM and Ed25519
  are the library's. All of them are held to published vectors by tests/proof/test_published.py.
- Knows nothing of the product's code and is not constant time: for vectors only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import rfc8785
from argon2 import low_level
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None
Members = dict[str, Any]


def b64u(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def jcs(value: Any) -> bytes:
    return rfc8785.dumps(value)


def sha(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def mac(key: bytes, raw: bytes) -> bytes:
    return hmac.new(key, raw, hashlib.sha256).digest()


# --- P-256 (SP 800-186 §3.2.1.3), RFC 6979 -------------------------------------------------------------------


def add(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k: int, point: Point) -> Point:
    result: Point = None
    while k:
        if k & 1:
            result = add(result, point)
        point, k = add(point, point), k >> 1
    return result


def public(d: int) -> tuple[int, int]:
    point = times(d, G)
    assert point is not None
    return point


def sec1(point: tuple[int, int]) -> bytes:
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def ecdsa(d: int, message: bytes) -> tuple[int, int]:
    """(r, s) over SHA-256 with the k of RFC 6979 §3.2."""
    digest = sha(message)
    z = int.from_bytes(digest, "big")
    seed = d.to_bytes(32, "big") + (z % N).to_bytes(32, "big")
    v, key = b"\x01" * 32, bytes(32)
    for mark in (b"\x00", b"\x01"):
        key = mac(key, v + mark + seed)
        v = mac(key, v)
    while True:
        v = mac(key, v)
        k = int.from_bytes(v, "big")
        if 0 < k < N:
            r = public(k)[0] % N
            return r, (z + r * d) * pow(k, -1, N) % N
        key = mac(key, v + b"\x00")
        v = mac(key, v)


# --- keys from keys ------------------------------------------------------------------------------------------


def expand(key: bytes, info: bytes | str, length: int = 32) -> bytes:
    """HKDF-Expand, RFC 5869 §2.3."""
    label = info.encode() if isinstance(info, str) else info
    out = block = b""
    for count in range(1, -(-length // 32) + 1):
        block = mac(key, block + label + bytes([count]))
        out += block
    return out[:length]


def argon2id(password: bytes, salt: bytes, secret: bytes, ad: bytes, m: int, t: int, p: int) -> bytes:
    """RFC 9106 by its authors' C code, version 0x13, 32 bytes."""
    ffi = low_level.ffi
    out = ffi.new("uint8_t[]", 32)
    held = {
        name: ffi.new("uint8_t[]", data)
        for name, data in {"pwd": password, "salt": salt, "secret": secret, "ad": ad}.items()
    }
    lengths = {"pwdlen": len(password), "saltlen": len(salt), "secretlen": len(secret), "adlen": len(ad)}
    given = {
        "out": out,
        "outlen": 32,
        "version": 0x13,
        "t_cost": t,
        "m_cost": m,
        "lanes": p,
        "threads": p,
        "allocate_cbk": ffi.NULL,
        "free_cbk": ffi.NULL,
        "flags": 0,
        **held,
        **lengths,
    }
    code = low_level.core(ffi.new("argon2_context *", given), low_level.Type.ID.value)
    assert code == 0, low_level.error_to_str(code)
    return bytes(ffi.buffer(out))


# --- HPKE base mode, RFC 9180 --------------------------------------------------------------------------------


def _labelled(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return mac(salt or bytes(32), b"HPKE-v1" + suite + label + ikm)


def _expanded(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


def hpke_seal(
    ephemeral: int, receiver: tuple[int, int], info: bytes, plain: bytes, aad: bytes = b"", aead: int = 2
) -> bytes:
    """enc ‖ ct ‖ tag. AEAD 1 is AES-128-GCM (for the published vector), 2 AES-256-GCM."""
    shared_point = times(ephemeral, receiver)
    assert shared_point is not None
    enc, kem = sec1(public(ephemeral)), b"KEM" + (16).to_bytes(2, "big")
    prk = _labelled(kem, b"", b"eae_prk", shared_point[0].to_bytes(32, "big"))
    shared = _expanded(kem, prk, b"shared_secret", enc + sec1(receiver), 32)
    suite = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (16, 1, aead))
    context = b"\x00" + _labelled(suite, b"", b"psk_id_hash", b"") + _labelled(suite, b"", b"info_hash", info)
    secret = _labelled(suite, shared, b"secret", b"")
    key = _expanded(suite, secret, b"key", context, 16 * aead)
    nonce = _expanded(suite, secret, b"base_nonce", context, 12)
    return enc + AESGCM(key).encrypt(nonce, plain, aad)


# --- AES-256-GCM-SIV, RFC 8452 -------------------------------------------------------------------------------


def _aes(key: bytes, block: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def _dot(a: int, b: int) -> int:
    """a · b · x^-128 in the field of POLYVAL (RFC 8452 §3)."""
    product = 0
    for bit in range(128):
        if b >> bit & 1:
            product ^= a << bit
    modulus = 1 << 128 | 1 << 127 | 1 << 126 | 1 << 121 | 1
    for _ in range(128):
        product = (product ^ modulus if product & 1 else product) >> 1
    return product


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def gcm_siv(key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
    """ciphertext ‖ tag (RFC 8452 §4)."""
    halves = [_aes(key, n.to_bytes(4, "little") + nonce)[:8] for n in range(6)]
    auth, enc = b"".join(halves[:2]), b"".join(halves[2:])
    lengths = (8 * len(aad)).to_bytes(8, "little") + (8 * len(plain)).to_bytes(8, "little")
    blocks, state = _padded(aad) + _padded(plain) + lengths, 0
    for at in range(0, len(blocks), 16):
        state = _dot(state ^ int.from_bytes(blocks[at : at + 16], "little"), int.from_bytes(auth, "little"))
    mixed = bytearray(a ^ b for a, b in zip(state.to_bytes(16, "little"), nonce + bytes(4), strict=True))
    mixed[15] &= 0x7F
    tag = _aes(enc, bytes(mixed))
    start, out = bytes([*tag[:15], tag[15] | 0x80]), b""
    for at in range(0, len(plain), 16):
        count = (int.from_bytes(start[:4], "little") + at // 16) % 2**32
        pad = _aes(enc, count.to_bytes(4, "little") + start[4:])
        out += bytes(a ^ b for a, b in zip(plain[at : at + 16], pad, strict=False))
    return out + tag


def gcm(key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
    """nonce12 ‖ ciphertext ‖ tag."""
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


# --- signed things -------------------------------------------------------------------------------------------


def jwk(d: int) -> dict[str, str]:
    x, y = (b64u(n.to_bytes(32, "big")) for n in public(d))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def jkt(d: int) -> str:
    return b64u(sha(jcs(jwk(d))))


def jws(d: int, kind: str, payload: Members) -> str:
    header = {"alg": "ES256", "kid": jkt(d), "typ": f"countersign-{kind}+jws"}
    text = f"{b64u(jcs(header))}.{b64u(jcs(payload))}"
    r, s = ecdsa(d, text.encode())
    if kind == "batch":
        s = min(s, N - s)
    return f"{text}.{b64u(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def tree_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + tree_root(leaves[:k]) + tree_root(leaves[k:]))


def audit_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m < k:
        return [*audit_path(m, leaves[:k]), tree_root(leaves[k:])]
    return [*audit_path(m - k, leaves[k:]), tree_root(leaves[:k])]


def consistency_path(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2, 0 < m ≤ n."""
    if m == len(leaves):
        return [] if whole else [tree_root(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m <= k:
        return [*consistency_path(m, leaves[:k], whole), tree_root(leaves[k:])]
    return [*consistency_path(m - k, leaves[k:], False), tree_root(leaves[:k])]


def note(seed: bytes, origin: str, size: int, root: bytes) -> str:
    """A C2SP checkpoint with one Ed25519 line."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    key_id = sha(origin.encode() + b"\n\x01" + key.public_key().public_bytes_raw())[:4]
    return f"{text}\n— {origin} {base64.b64encode(key_id + key.sign(text.encode())).decode()}\n"
