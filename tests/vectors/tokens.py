"""The tokens around the vector log: approvals, a batch with its receipt, the trust bundle (formats §5 and §6)."""

from __future__ import annotations

import base64

from byhand import b64u, jkt, jwk, jws, note, public, sec1, sha, tree_root
from chained import LOG, SITE, Log, Members, approval, digest_of, note_public, pop, sid, story, utc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from named import number, secret


def batch_and_receipt(log: Log) -> Members:
    lines, size = b"".join(raw + b"\n" for raw in log.raws), len(log.raws)
    cp = note(secret("device ed25519"), LOG, size, tree_root(log.leaves()))
    manifest = {
        "v": 1,
        "id": sid(20),
        "log": LOG,
        "from": 0,
        "to": size - 1,
        "prev": b64u(bytes(32)),
        "sha256": b64u(sha(lines)),
        "cp": cp,
        "rcpt": None,
        "cons": [],
        "ccp": None,
        "region": "eu",
    }
    batch, at = jws(number("device"), "batch", manifest), 1795412700
    name, signed_text = "centre.kilda", f"cosignature/v1\ntime {at}\n{cp.partition(chr(10) * 2)[0]}\n"
    key = Ed25519PrivateKey.from_private_bytes(secret("centre ed25519"))
    line = sha(name.encode() + b"\n\x04" + key.public_key().public_bytes_raw())[:4]
    line += at.to_bytes(8, "big") + key.sign(signed_text.encode())
    receipt = {
        "v": 1,
        "site": SITE,
        "log": LOG,
        "from": 0,
        "to": size - 1,
        "tail": log.prev(),
        "batch": sha(batch.encode()).hex(),
        "pos": 1,
        "at": "2026-11-23T05:45:00.000Z",
        "inc": 1,
        "prov": False,
        "cosig": f"\u2014 {name} {base64.b64encode(line).decode()}\n",
    }
    return {
        "batch": {"key": jwk(number("device")), "payload": manifest, "token": batch},
        "receipt": {
            "key": jwk(number("centre")),
            "payload": receipt,
            "token": jws(number("centre"), "receipt", receipt),
        },
    }


def trust_bundle(log: Log) -> Members:
    payload = {
        "v": 1,
        "site": SITE,
        "domain": "local.invalid",
        "root": jwk(number("root")),
        "genesis": b64u(log.leaves()[0]),
        "recovery": b64u(sec1(public(number("kit")))),
        "devices": [
            {
                "id": "dev1",
                "jwk": jwk(number("device")),
                "ed25519": b64u(note_public("device ed25519")),
                "from": utc(0),
                "to": None,
            }
        ],
        "centres": [
            {
                "name": "centre.kilda",
                "jwk": jwk(number("centre")),
                "ed25519": b64u(note_public("centre ed25519")),
            }
        ],
        "issued": "2026-11-23T06:00:00.000Z",
    }
    return {
        "key": jwk(number("root")),
        "fingerprint": jkt(number("root")),
        "payload": payload,
        "token": jws(number("root"), "trust", payload),
    }


def token_vectors() -> Members:
    log, _ = story()
    (_, open_draft, open_token), (seq, draft, token), _ = log.signed
    act = "device.enrol"
    body = {
        "id": "dev2",
        "log": LOG.replace("dev1", "dev2"),
        "jwk": jwk(number("device 2")),
        "ed25519": b64u(note_public("device 2 ed25519")),
    }
    edsig = Ed25519PrivateKey.from_private_bytes(secret("device 2 ed25519")).sign(
        b"cs/pop/v1|" + digest_of(body).encode()
    )
    full = {**body, "pop": [pop("device 2", act, body), b64u(edsig)]}
    ada = {
        "scalar": number("person ada").to_bytes(32, "big").hex(),
        "jwk": jwk(number("person ada")),
        "kid": jkt(number("person ada")),
    }
    return {
        "clause": "§1 JWS, §5 Two-person acts, Keys, §6", "log": LOG, "key": ada,
        "esig": {"seq": seq, "draft": draft.decode(), "entry": log.raws[seq].decode(), "token": token,
                 "digest": b64u(sha(draft))},
        "session": {"draft": open_draft.decode(), "token": open_token, "digest": b64u(sha(open_draft))},
        "approval": {"act": act, "body": full, "digest": digest_of(full), "sid": sid(30),
                     "token": approval("ada", 30, act, full)},
        "pop": {"jwk": body["jwk"], "token": full["pop"][0], "edsig": full["pop"][1],
                "ed25519": note_public("device 2 ed25519").hex()},
        "trust": trust_bundle(log), **batch_and_receipt(log),
    }  # fmt: skip
