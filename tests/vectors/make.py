"""Makes the vectors of formats.md: `python tests/vectors/make.py [FOLDER]`, always the same bytes.

- Imports nothing of the product; every primitive comes from byhand.py.
- All keys, nonces and ephemeral keys are derived from a name by SHA-256, so that a reader can repeat them.
- Bytes are lower-case hex unless a format says b64u; text that is hashed or signed stands as text.
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from byhand import (
    N,
    argon2id,
    b64u,
    ecdsa,
    expand,
    gcm,
    gcm_siv,
    hpke_seal,
    jcs,
    jkt,
    jwk,
    jws,
    mac,
    public,
    sec1,
    sha,
)
from chained import chain_vectors
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from keysfile import keys_vectors
from named import envelope, number, secret
from papered import paper_vectors
from refused import code_vectors
from shamir_mnemonic import shamir  # type: ignore[import-untyped]
from tokens import token_vectors
from wired import wire_vectors

HERE = Path(__file__).parent
VAULT = "5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01"
DS = secret("ds")
LABELS = (
    "cs/slot/uvk/v1", "cs/slot/hsk/v1", "cs/uv/sig/v1", "cs/uv/totp/v1", "cs/uv/rc/v1", "cs/vault-mac/v1",
    "cs/lock-mac/v1", "cs/glance-mac/v1", "cs/pending/v1", "cs/pii/v1", "cs/disp/v1", "cs/file/v1",
)  # fmt: skip
OPAQUE = {
    "correct horse battery staple": "correct horse battery staple",
    "Correct Horse Battery Staple": "Correct Horse Battery Staple",
    "\u03c0\u00df\u00e5": "\u03c0\u00df\u00e5",
    "Jack of \u2666s": "Jack of \u2666s",
    "foo\u1680bar": "foo bar",
    "": None,
    "my cat is a \u0009by": None,
}
"""RFC 8265 §4.3, examples 12 to 18."""
Members = dict[str, Any]


def derivations() -> Members:
    key = secret("derive")
    return {
        "clause": "§1 Derivations",
        "key": key.hex(),
        "keys": {label: expand(key, label).hex() for label in LABELS},
        "wide": {"cs/recovery-key/v1": expand(key, "cs/recovery-key/v1", 48).hex()},
    }


def kdf_of(name: str, kind: str = "argon2id") -> Members:
    salt = b64u(secret(f"salt {name}", 16))
    if kind == "argon2id":
        return {"id": kind, "v": 19, "m": 65536, "t": 3, "p": 4, "salt": salt}
    return {"id": kind, "iter": 600_000, "salt": salt}


def stretched(kdf: Members, name: str, password: str, x: bytes) -> bytes:
    data = unicodedata.normalize("NFC", password).encode()
    if kdf["id"] == "argon2id":
        return argon2id(data, secret(f"salt {name}", 16), DS, x, kdf["m"], kdf["t"], kdf["p"])
    salt = secret(f"salt {name}", 16)
    return mac(DS, hashlib.pbkdf2_hmac("sha256", data, salt, kdf["iter"], 32) + x)


def passwords() -> Members:
    cases = []
    for name, kind, password in (
        ("ada", "argon2id", "ada lik\u0065\u0301s long words"),
        ("bea", "pbkdf2-sha256", "bea likes long words"),
    ):
        kdf = kdf_of(name, kind)
        x = jcs({"kdf": kdf, "uid": f"u_{name}0000000000000", "vault": VAULT})
        cases.append(
            {
                "password": password,
                "ds": DS.hex(),
                "kdf": kdf,
                "uid": f"u_{name}0000000000000",
                "vault": VAULT,
                "x": x.decode(),
                "st": stretched(kdf, name, password, x).hex(),
            }
        )
    prepared = [
        {"typed": typed, "utf8": None if text is None else text.encode().hex()}
        for typed, text in OPAQUE.items()
    ]
    return {"clause": "§1 Password", "opaque": prepared, "stretch": cases}


def sealed_key(kind: str, epoch: int, uid: str, receiver: int) -> bytes:
    info = jcs({"e": epoch, "k": kind, "t": "cs/grant/v1", "uid": uid, "vault": VAULT})
    return hpke_seal(
        number(f"ephemeral {uid} {kind} {epoch}"), public(receiver), info, secret(f"K {kind} {epoch}")
    )


def grants() -> Members:
    scalar, uid = number("hsk ada"), "u_ada0000000000000"
    root, k_site = number("root").to_bytes(32, "big"), secret("K site 1")
    ct = gcm(k_site, secret("nonce root", 12), root, f"cs/site-root/v1|{VAULT}|1".encode())
    cases = [
        {
            "uid": who,
            "k": kind,
            "e": epoch,
            "key": secret(f"K {kind} {epoch}").hex(),
            "ct": sealed_key(kind, epoch, who, scalar).hex(),
        }
        for who in (uid, "recovery")
        for kind, epoch in (("db", 3), ("pk", 5), ("site", 1))
    ]
    point = sec1(public(scalar))
    return {
        "clause": "§1 HPKE, §3",
        "vault": VAULT,
        "scalar": scalar.to_bytes(32, "big").hex(),
        "point": point.hex(),
        "fpr": b64u(sha(point)[:8]),
        "grants": cases,
        "site_key": {"e": 1, "k_site": k_site.hex(), "scalar": root.hex(), "ct": ct.hex()},
    }


def plain_name(username: str) -> str:
    fold = unicodedata.normalize("NFKC", username).casefold()
    return unicodedata.normalize("NFKC", fold).strip()


def slot_id(username: str) -> str:
    return mac(DS, b"cs/slot-id/v1" + plain_name(username).encode())[:16].hex()


def slot_of(name: str, kind: str, st: str) -> tuple[Members, Members]:
    """One slot and what it opens to."""
    uid, password, kdf = f"u_{name}0000000000000", f"{name} likes long words", kdf_of(name, kind)
    x = jcs({"kdf": kdf, "uid": uid, "vault": VAULT})
    stretch, uvk, scalar = stretched(kdf, name, password, x), secret(f"uvk {name}"), number(f"hsk {name}")
    raw = scalar.to_bytes(32, "big")
    held = [{"k": k, "e": e, "ct": b64u(sealed_key(k, e, uid, scalar))} for k, e in (("db", 3), ("pk", 5))]
    slot = {
        "sid": slot_id(name),
        "uid": uid,
        "st": st,
        "kdf": kdf,
        "uvk": b64u(gcm(expand(stretch, "cs/slot/uvk/v1"), secret(f"n1 {name}", 12), uvk, x)),
        "hpk": b64u(sec1(public(scalar))),
        "hsk": b64u(gcm(expand(uvk, "cs/slot/hsk/v1"), secret(f"n2 {name}", 12), raw, x)),
        "grants": held,
    }
    return slot, {
        "username": name,
        "password": password,
        "uid": uid,
        "st": st,
        "uvk": uvk.hex(),
        "scalar": raw.hex(),
    }


def vault_file() -> Members:
    made = [slot_of("ada", "argon2id", "active"), slot_of("bea", "pbkdf2-sha256", "temp")]
    gone = {"sid": slot_id("cyd"), "uid": "u_cyd0000000000000", "st": "disabled"}
    kit = number("kit")
    kept = [
        {"k": k, "e": e, "fpr": b64u(sha(sec1(public(kit)))[:8]), "ct": b64u(sealed_key(k, e, "recovery", kit))}
        for k, e in (("db", 3), ("pk", 5), ("site", 1))
    ]
    members = {
        "v": 1,
        "vault": VAULT,
        "gen": 17,
        "db": {"epoch": 3},
        "pk": {"epoch": 5},
        "site": {"epoch": 1},
        "recovery": kept,
        "slots": [slot for slot, _ in made] + [gone],
        "later": {"kept": ["and", "covered"]},
    }
    tag = mac(expand(DS, "cs/vault-mac/v1"), jcs(members)).hex()
    keys = {f"{k} {e}": secret(f"K {k} {e}").hex() for k, e in (("db", 3), ("pk", 5), ("site", 1))}
    return {
        "clause": "§3",
        "ds": DS.hex(),
        "file": jcs({**members, "mac": tag}).decode(),
        "opens": [opens for _, opens in made],
        "recovery": kit.to_bytes(32, "big").hex(),
        "keys": keys,
    }


def user_vault() -> Members:
    uvk, uid = secret("uvk ada"), "u_ada0000000000000"
    scalar = number("person ada").to_bytes(32, "big")
    codes = ["0123456789", "ABCDEFGHJK"]
    tags = [b64u(mac(expand(uvk, "cs/uv/rc/v1"), code.encode())) for code in codes]
    seed = b"12345678901234567890"
    data = {"sig": scalar, "totp": jcs({"seed": b64u(seed), "step": 59_000_000}), "rc": jcs(tags)}
    blobs = {
        kind: gcm(
            expand(uvk, f"cs/uv/{kind}/v1"), secret(f"n {kind}", 12), plain, f"{uid}|{kind}|4".encode()
        ).hex()
        for kind, plain in data.items()
    }
    return {
        "clause": "§3 user_vault",
        "uvk": uvk.hex(),
        "uid": uid,
        "gen": 4,
        "blobs": blobs,
        "sig": scalar.hex(),
        "totp": {"seed": seed.hex(), "step": 59_000_000},
        "rc": {"codes": codes, "tags": tags},
    }


def envelopes() -> Members:
    dek, pid = secret("dek"), "p_ada0000000000000"
    texts = {"name_j": "Zoe\u0308 Qualm", "note_j": "", "body.text": "line one\nline two \u202e"}
    cases = []
    for alg in (1, 2):
        for column, text in texts.items():
            sealed = envelope(dek, pid, 3, f"person|{pid}|{column}", text, alg=alg)
            cases.append(
                {
                    "t": "person",
                    "id": pid,
                    "column": column,
                    "envelope": sealed,
                    "text": unicodedata.normalize("NFC", text),
                }
            )
    shown = "I have read and understood SOP-00123 v7"
    return {
        "clause": "§4 Envelope; §5 person.key; §6 disp",
        "dek": dek.hex(),
        "pid": pid,
        "ver": 3,
        "commit": b64u(sha(b"cs/dek-commit/v1" + dek)),
        "envelopes": cases,
        "disp": {"text": shown, "m": b64u(mac(expand(dek, "cs/disp/v1"), shown.encode()))},
    }


def files() -> Members:
    dek, pid, cases = secret("dek"), "p_site", []
    for plain in (b"", b"%PDF-1.7 a controlled file\n", bytes(range(256)) * 3):
        digest = sha(plain).hex()
        nonce = secret(f"file {digest}", 12)
        key = expand(dek, "cs/file/v1")
        stored = nonce + gcm_siv(key, nonce, plain, f"cs/file/v1|{pid}|{digest}".encode())
        cases.append(
            {
                "plain": plain.hex(),
                "sha256": digest,
                "stored": stored.hex(),
                "path": f"files/{sha(stored).hex()[:2]}/{sha(stored).hex()}",
            }
        )
    return {"clause": "§4 Files", "dek": dek.hex(), "pid": pid, "files": cases}


def macs() -> Members:
    """What the folder's small files are tagged with; `mac` is lower-case hex, as in vault.json."""
    sid = slot_id("ada")
    files = {
        "cs/lock-mac/v1": {"v": 1, "lock": {sid: [3, 1_920_113, "b1"], "other": [1, 1_920_500, "b1"]}},
        "cs/pending/v1": {
            "v": 1,
            "i": 1,
            "utc": "2026-11-23T05:44:06.123Z",
            "up": 1_920_113,
            "slot": sid,
            "kind": "password",
        },
        "cs/glance-mac/v1": {
            "v": 1,
            "site": "St Kilda",
            "device": "Bench 1",
            "contact": "QA, extension 12",
            "waiting": 4,
            "verified": "2026-11-23T05:00:00.000Z",
        },
    }
    tagged = [
        {"label": label, "members": {**members, "mac": mac(expand(DS, label), jcs(members)).hex()}}
        for label, members in files.items()
    ]
    names = ["ada", "ADA ", "\uff21da", "Stra\u00dfe", "STRASSE", "J\u00fcrgen", "Ju\u0308rgen", "", "nobody"]
    slots = [{"username": name, "plain": plain_name(name), "sid": slot_id(name)} for name in names]
    return {"clause": "§2, §3", "ds": DS.hex(), "tagged": tagged, "slots": slots}


def totp() -> Members:
    """RFC 6238 appendix B (SHA-1); its eight digits end in our six."""
    times = {
        59: "94287082",
        1111111109: "07081804",
        1111111111: "14050471",
        1234567890: "89005924",
        2000000000: "69279037",
        20000000000: "65353130",
    }
    return {
        "clause": "trust §1.3, RFC 6238 appendix B",
        "seed": b"12345678901234567890".hex(),
        "codes": [{"s": s, "step": s // 30, "code": eight[-6:]} for s, eight in times.items()],
    }


def recovery() -> Members:
    seed, counter = secret("kit seed"), iter(range(1000))
    shamir.RANDOM_BYTES = lambda n: secret(f"share {next(counter)}", n)
    kits = []
    for threshold, count in ((2, 3), (1, 1)):
        shares = shamir.generate_mnemonics(
            1, [(threshold, count)], seed, extendable=True, iteration_exponent=1
        )[0]
        kits.append({"threshold": threshold, "shares": shares})
    scalar = int.from_bytes(expand(seed, "cs/recovery-key/v1", 48), "big") % (N - 1) + 1
    return {
        "clause": "§1 cs/recovery-key/v1; trust §1.8",
        "seed": seed.hex(),
        "kits": kits,
        "scalar": scalar.to_bytes(32, "big").hex(),
        "point": sec1(public(scalar)).hex(),
    }


def device() -> Members:
    p256, seed = number("device"), secret("device ed25519")
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    r, s = ecdsa(p256, b"sample")
    return {
        "clause": "§1, §2 Device secrets",
        "p256": p256.to_bytes(32, "big").hex(),
        "ed25519": seed.hex(),
        "jwk": jwk(p256),
        "jkt": jkt(p256),
        "notes_public": raw.hex(),
        "signed": {"text": "sample", "r": f"{r:064x}", "s": f"{s:064x}"},
        "empty_pop": jws(p256, "pop", {"v": 1}),
    }


FILES = {
    "derivations": derivations, "passwords": passwords, "grants": grants, "vault_file": vault_file,
    "user_vault": user_vault, "envelopes": envelopes, "files": files, "macs": macs, "totp": totp,
    "recovery": recovery, "device": device, "chain": chain_vectors, "tokens": token_vectors,
    "paper": paper_vectors, "codes": code_vectors, "wire": wire_vectors,
    "keys": keys_vectors,
}  # fmt: skip


def main(folder: Path) -> None:
    for name, make in FILES.items():
        text = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
