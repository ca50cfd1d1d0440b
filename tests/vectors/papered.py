"""What is sealed for paper: a page's code and an evidence file (formats §7 and §11), without a line of the product."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from byhand import audit_path, b64u, ecdsa, jcs, jkt, jwk, jws, note, sha, tree_root
from chained import LOG, SITE, Members, sid, story, utc
from named import number, secret
from tokens import trust_bundle

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
REPORT = secret("report id", 8)


def cbor(item: Any) -> bytes:
    """RFC 8949 §4.2.1 for numbers, bytes, text, lists, maps and null."""
    if item is None:
        return b"\xf6"
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        return head(3, len(item.encode())) + item.encode()
    if isinstance(item, list):
        return head(4, len(item)) + b"".join(map(cbor, item))
    return head(5, len(item)) + b"".join(sorted(cbor(key) + cbor(item[key]) for key in item))


def head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major * 32 + value])
    width = next(width for width in (1, 2, 4, 8) if value < 256**width)
    return bytes([major * 32 + {1: 24, 2: 25, 4: 26, 8: 27}[width]]) + value.to_bytes(width, "big")


def base45(data: bytes) -> str:
    """RFC 9285 §4."""
    text = ""
    for at in range(0, len(data), 2):
        group = data[at : at + 2]
        value = int.from_bytes(group, "big")
        for _ in range(len(group) + 1):
            value, digit = divmod(value, 45)
            text += ALPHABET[digit]
    return text


def page() -> Members:
    key = number("device")
    payload = {
        1: 1, 2: SITE, 3: REPORT, 4: [1, 2], 5: 1795412700, 6: ["Ada Okoye", "K-17"], 7: ["Ada Okoye", "Bea Nørgård"],
        8: [["SOP-0047", "3.0", 20780, 10, [[0, 1, 1795412660], [1, 3, 1795412690]], secret("post")[:6]],
            ["RQ-0001", "", None, 15, [], secret("post 2")[:6]]],
        9: [9, tree_root(story()[0].leaves())], 10: "dev1",
    }  # fmt: skip
    protected = cbor({1: -7, 4: base64.urlsafe_b64decode(jkt(key) + "=")[:8]})
    signed = cbor(["Signature1", protected, b"countersign/page/v1", cbor(payload)])
    r, s = ecdsa(key, signed)
    cose = b"\xd2" + cbor([protected, {}, cbor(payload), r.to_bytes(32, "big") + s.to_bytes(32, "big")])
    # Level 0: the one form of zlib that every implementation writes alike.
    return {
        "key": jwk(key), "payload": cbor(payload).hex(), "signed": signed.hex(), "cose": cose.hex(),
        "code": "CSG1:" + base45(zlib.compress(cose, 0)),
    }  # fmt: skip


def evidence() -> Members:
    log, _ = story()
    leaves, size = log.leaves(), len(log.raws)
    lines: list[Members] = [
        {"t": "report", "v": 1, "id": REPORT.hex(), "site": SITE, "domain": "local.invalid", "pid": "p_bea0000000000000",
         "at": utc(30), "known_at": utc(30), "issued": utc(31), "device": "dev1"},
        {"t": "trust", "jws": trust_bundle(log)["token"]},
        {"t": "log", "log": LOG, "n": size, "note": note(secret("device ed25519"), LOG, size, tree_root(leaves))},
    ]  # fmt: skip
    for seq in (0, 5, 6, 7):
        path = [b64u(node) for node in audit_path(seq, leaves)]
        lines.append({"t": "entry", "log": LOG, "seq": seq, "b": log.raws[seq].decode(), "path": path})
    lines.append({"t": "said", "sid": sid(11), "name": "Ada Okoye", "words": "I approve this."})
    body = b"".join(jcs(line) + b"\n" for line in lines)
    seal = {"v": 1, "report": REPORT.hex(), "sha256": b64u(sha(body))}
    whole = body + jcs({"t": "seal", "jws": jws(number("device"), "evidence", seal)}) + b"\n"
    return {"file": whole.decode(), "entries": 4, "signatures": 2}


def paper_vectors() -> Members:
    return {"clause": "§7, §11", "page": page(), "evidence": evidence()}
