"""Open a Countersign folder with the published format and two secrets. Nothing here knows the product's code.

Clauses followed (formats.md):
- §1 derivations (HKDF-Expand), password (OpaqueString, Argon2id with K and X, PBKDF2), HPKE, SQLCipher;
- §2 device-secret file, demo-secrets.json; §3 vault.json (layout in trust.md §1.1), slots, grants, floors;
- trust.md §1.8 recovery key. The databases are in stores.py.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FLOOR_M, FLOOR_T, FLOOR_ITER = 65536, 3, 600_000
INFO = {"ANCHOR_LAG", "CONFLICT", "CENTRE_ROLLBACK"}
WARNING = {"CLOCK_BACK", "CLOCK_JUMP", "ERASURE_PENDING", "LATE_REVOCATION"}
Json = Any


class CannotDecideError(Exception):
    """A key is missing or a file cannot be read: exit code 2."""


@dataclass
class Findings:
    """The findings in the order in which they were made; the same one is kept once."""

    rows: list[dict[str, Json]] = field(default_factory=list)
    known: set[tuple[Json, ...]] = field(default_factory=set)

    def add(
        self,
        code: str,
        log: str | None = None,
        seq: int | None = None,
        entity: str | None = None,
        note: str = "",
    ) -> None:
        severity = "info" if code in INFO else "warning" if code in WARNING else "error"
        row = {"code": code, "severity": severity, "log": log, "seq": seq, "entity": entity, "note": note}
        if (key := tuple(row.values())) not in self.known:
            self.known.add(key)
            self.rows.append(row)

    def codes(self) -> set[str]:
        return {row["code"] for row in self.rows}

    def exit(self) -> int:
        return int(any(row["severity"] != "info" for row in self.rows))


def b64u(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64u(text: Json) -> bytes:
    """Bytes of strict base64url without padding; anything else is a ValueError."""
    if not isinstance(text, str) or "=" in text:
        raise ValueError("not base64url")
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if b64u(raw) != text:
        raise ValueError("not canonical base64url")
    return raw


def jcs(value: Json) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def parse(raw: bytes | str) -> Json:
    """JSON that names nothing twice and holds no float, NaN or Infinity; else ValueError."""

    def once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name twice")
        return dict(pairs)

    def refuse(text: str) -> Json:
        raise ValueError(f"number {text}")

    text = raw.decode() if isinstance(raw, bytes) else raw
    try:
        return json.loads(text, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse)
    except RecursionError as deep:
        raise ValueError("too deep") from deep


def sha256(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def mac(key: bytes, raw: bytes) -> bytes:
    return hmac.digest(key, raw, "sha256")


def derive(key: bytes, label: str, length: int = 32) -> bytes:
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=label.encode()).derive(key)


def open_gcm(key: bytes, box: bytes, aad: bytes) -> bytes:
    return AESGCM(key).decrypt(box[:12], box[12:], aad)


def point_of(scalar: bytes) -> bytes:
    """SEC1 uncompressed point of a P-256 private scalar."""
    x, y = (n.to_bytes(32, "big") for n in _numbers(scalar))
    return b"\x04" + x + y


def _numbers(scalar: bytes) -> tuple[int, int]:
    public = private_key(scalar).public_key().public_numbers()
    return public.x, public.y


def private_key(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


# --- the secrets ------------------------------------------------------------------------------------------


def load_secrets(folder: Path) -> dict[str, Json]:
    """`demo-secrets.json` of DIR with one member more, `dir`, against which its paths are relative."""
    try:
        secrets = parse((folder / "demo-secrets.json").read_bytes())
    except (OSError, ValueError) as bad:
        raise CannotDecideError(f"no readable demo-secrets.json in {folder}") from bad
    return {**secrets, "dir": str(folder)}


def secret_file(secrets: dict[str, Json]) -> Path:
    return Path(secrets["dir"]) / secrets["device_secret_file"]


def load_device(path: Path) -> dict[str, Json]:
    """`{vault, ds, p256, ed25519}` with the keys as bytes."""
    try:
        raw = parse(path.read_bytes())
        return {
            "vault": raw["vault"],
            "ds": unb64u(raw["ds"]),
            "p256": unb64u(raw["dk"]["p256"]),
            "ed25519": unb64u(raw["dk"]["ed25519"]),
        }
    except (OSError, ValueError, KeyError, TypeError) as bad:
        raise CannotDecideError(f"no readable device secret at {path}") from bad


# --- the vault --------------------------------------------------------------------------------------------


def vault_mac(ds: bytes, vault: dict[str, Json]) -> str:
    bare = {name: value for name, value in vault.items() if name != "mac"}
    return mac(derive(ds, "cs/vault-mac/v1"), jcs(bare)).hex()


def read_vault(folder: Path, ds: bytes, found: Findings) -> dict[str, Json]:
    """The newest vault file whose MAC holds; VAULT_MAC is found if that is not vault.json itself."""
    for name in ("vault.json", "vault.json.1"):
        try:
            raw = (folder / name).read_bytes()
            vault = parse(raw)
            if raw.rstrip(b"\n") == jcs(vault) and hmac.compare_digest(vault_mac(ds, vault), vault["mac"]):
                return dict(vault)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        found.add("VAULT_MAC", note=name)
    raise CannotDecideError("no vault file holds")


def check_floors(vault: dict[str, Json], found: Findings) -> None:
    for slot in vault["slots"]:
        kdf = slot.get("kdf", {})
        if slot["st"] == "disabled":
            continue
        if kdf.get("id") == "argon2id":
            fine = kdf.get("v") == 19 and kdf.get("m", 0) >= FLOOR_M and kdf.get("t", 0) >= FLOOR_T
        else:
            fine = kdf.get("id") == "pbkdf2-sha256" and kdf.get("iter", 0) >= FLOOR_ITER
        if not fine:
            found.add("KDF_FLOOR", entity=f"account/{slot['uid']}")


def slot_id(ds: bytes, user: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", user).casefold()).strip()
    return mac(ds, b"cs/slot-id/v1" + plain.encode())[:16].hex()


def opaque(password: str) -> bytes:
    """RFC 8265 §4.2: other blanks become U+0020, NFC, nothing empty, no controls."""
    mapped = "".join(" " if unicodedata.category(c) == "Zs" else c for c in password)
    text = unicodedata.normalize("NFC", mapped)
    if not text or any(unicodedata.category(c) in ("Cc", "Cn", "Cs") for c in text):
        raise CannotDecideError("password outside OpaqueString")
    return text.encode()


def stretch(kdf: dict[str, Json], password: str, ds: bytes, x: bytes) -> bytes:
    secret, salt = opaque(password), unb64u(kdf["salt"])
    if kdf["id"] == "argon2id":
        return Argon2id(
            salt=salt, length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"], ad=x, secret=ds
        ).derive(secret)
    return mac(ds, hashlib.pbkdf2_hmac("sha256", secret, salt, kdf["iter"], 32) + x)


def grant_info(grant: dict[str, Json], uid: str, vault: str) -> bytes:
    return jcs({"t": "cs/grant/v1", "vault": vault, "k": grant["k"], "e": grant["e"], "uid": uid})


def open_grants(
    grants: list[dict[str, Json]], scalar: bytes, uid: str, vault: str, found: Findings
) -> dict[tuple[str, int], bytes]:
    """Keys by (kind, epoch). A grant that does not open for its owner is VAULT_MAC."""
    keys = {}
    for grant in grants:
        info = grant_info(grant, uid, vault)
        try:
            keys[grant["k"], grant["e"]] = SUITE.decrypt(unb64u(grant["ct"]), private_key(scalar), info)
        except (InvalidTag, ValueError):
            found.add("VAULT_MAC", entity=f"account/{uid}", note=f"grant {grant['k']}:{grant['e']}")
    return keys


@dataclass
class Opened:
    """What one person's password and the device secret give."""

    vault: dict[str, Json]
    uid: str
    uvk: bytes
    keys: dict[tuple[str, int], bytes]

    def newest(self, kind: str) -> list[bytes]:
        named = self.vault[kind]["epoch"]
        epochs = sorted((e for k, e in self.keys if k == kind), key=lambda e: (e == named, e), reverse=True)
        return [self.keys[kind, e] for e in epochs]


def sign_in(vault: dict[str, Json], ds: bytes, user: str, password: str, found: Findings) -> Opened:
    """Slot, password, user vault key, HPKE key, grants. A wrong name or password: CannotDecideError."""
    slot = next((s for s in vault["slots"] if s["sid"] == slot_id(ds, user) and s["st"] != "disabled"), None)
    if slot is None or "KDF_FLOOR" in {
        row["code"] for row in found.rows if row["entity"] == f"account/{slot['uid']}"
    }:
        raise CannotDecideError("this name and password open nothing")
    x = jcs({"kdf": slot["kdf"], "uid": slot["uid"], "vault": vault["vault"]})
    try:
        st = stretch(slot["kdf"], password, ds, x)
        uvk = open_gcm(derive(st, "cs/slot/uvk/v1"), unb64u(slot["uvk"]), x)
    except InvalidTag as wrong:
        raise CannotDecideError("this name and password open nothing") from wrong
    try:
        scalar = open_gcm(derive(uvk, "cs/slot/hsk/v1"), unb64u(slot["hsk"]), x)
    except InvalidTag as wrong:
        found.add("VAULT_MAC", entity=f"account/{slot['uid']}", note="hsk")
        raise CannotDecideError("the person's HPKE key does not open") from wrong
    if point_of(scalar) != unb64u(slot["hpk"]):
        found.add("VAULT_MAC", entity=f"account/{slot['uid']}", note="hpk is not the key in hsk")
    keys = open_grants(slot["grants"], scalar, slot["uid"], vault["vault"], found)
    return Opened(vault, slot["uid"], uvk, keys)


def recovery_scalar(seed: bytes) -> bytes:
    """Seed of the recovery kit → P-256 scalar (trust.md §1.8)."""
    wide = int.from_bytes(derive(seed, "cs/recovery-key/v1", 48), "big")
    return (wide % (P256_ORDER - 1) + 1).to_bytes(32, "big")
