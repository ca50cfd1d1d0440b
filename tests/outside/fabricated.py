"""Makes entries, tokens and notes from formats.md by other means than the reader's (rfc8785, recursive tree).

Only what a small sound site needs: see fabricated_site.py, which strings them together.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
SEC1 = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
SITE = "kilda"
LOG = f"countersign.local.invalid/{SITE}/dev1/0"
LOG2 = f"countersign.local.invalid/{SITE}/dev2/0"
START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
Members = dict[str, Any]


def b64u(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def sha(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def expand(key: bytes, label: str) -> bytes:
    return HKDFExpand(hashes.SHA256(), 32, label.encode()).derive(key)


def gcm(key: bytes, data: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, data, aad)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def scalar(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_numbers().private_value.to_bytes(32, "big")


def point(key: ec.EllipticCurvePrivateKey) -> str:
    return b64u(key.public_key().public_bytes(*SEC1))


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    raw = key.public_key().public_bytes(*SEC1)
    return {"kty": "EC", "crv": "P-256", "x": b64u(raw[1:33]), "y": b64u(raw[33:])}


def jkt(key: ec.EllipticCurvePrivateKey) -> str:
    return b64u(sha(rfc8785.dumps(jwk(key))))


def jws(key: ec.EllipticCurvePrivateKey, kind: str, payload: Members) -> str:
    header = {"alg": "ES256", "kid": jkt(key), "typ": f"countersign-{kind}+jws"}
    text = ".".join(b64u(rfc8785.dumps(part)) for part in (header, payload))
    r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{b64u(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def tree_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + tree_root(leaves[:k]) + tree_root(leaves[k:]))


def note_line(key: ed25519.Ed25519PrivateKey, name: str, kind: int, prefix: bytes, signed: bytes) -> str:
    key_id = sha(name.encode() + b"\n" + bytes([kind]) + key.public_key().public_bytes(*RAW))[:4]
    return f"— {name} {base64.b64encode(key_id + prefix + key.sign(signed)).decode()}\n"


def row_hash(row: Members) -> str:
    return b64u(sha(b"cs/row/v1\n" + rfc8785.dumps(row)))


@dataclass
class Person:
    username: str
    name: str
    role: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    hsk: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    uvk: bytes = field(default_factory=lambda: os.urandom(32))

    def __post_init__(self) -> None:
        self.uid, self.pid = f"u_{self.username * 6}"[:18], f"p_{self.username * 6}"[:18]
        self.password = f"{self.username} likes long words"


def by(who: Person | None, sess: str | None) -> Members:
    return {"uid": who.uid if who else "sys", "sess": sess, "role": who.role if who else "system"}


@dataclass
class Machine:
    """A device: its log, keys and what it wrote."""

    log: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    ed: ed25519.Ed25519PrivateKey = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    raws: list[bytes] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)

    @property
    def ident(self) -> str:
        return self.log.split("/")[2]

    def leaves(self) -> list[bytes]:
        return [sha(b"\x00" + raw) for raw in self.raws]

    def ed_text(self) -> str:
        return b64u(self.ed.public_key().public_bytes(*RAW))

    def head(self) -> Members:
        return {"n": len(self.raws), "h": b64u(self.leaves()[-1])}

    def checkpoint(self) -> str:
        n = len(self.raws)
        text = f"{self.log}\n{n}\n{base64.b64encode(tree_root(self.leaves())).decode()}\n"
        self.notes[n] = text + "\n" + note_line(self.ed, self.log, 1, b"", text.encode())
        return self.notes[n]

    def appended(self, e: Members) -> str:
        """The entry as the last of this log, under a checkpoint if it is signed; its leaf."""
        self.raws.append(rfc8785.dumps(e))
        if e["sig"]:
            self.checkpoint()
        return b64u(sha(b"\x00" + self.raws[-1]))


class Maker:
    """Appends entries and keeps the rows that follow from them."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people
        self.one, self.two = Machine(LOG), Machine(LOG2)
        self.deks = {pid: os.urandom(32) for pid in ["p_site", *(p.pid for p in people)]}
        self.rows: dict[tuple[str, str], Members] = {}
        self.heads: dict[tuple[str, str], str] = {}
        self.k: dict[str, int] = {}
        self.tick = self.counter = 0
        self.files: dict[str, bytes] = {}

    # --- values -------------------------------------------------------------------------------------------

    def envelope(self, pid: str, place: str, text: str) -> Members:
        nonce, aad = os.urandom(12), f"cs/pii/v1|{pid}|{place}".encode()
        data = unicodedata.normalize("NFC", text).encode()
        box = AESGCMSIV(expand(self.deks[pid], "cs/pii/v1")).encrypt(nonce, data, aad)
        return {"$e": 1, "k": f"{pid}.1", "n": b64u(nonce), "c": b64u(box)}

    def disp(self, sid: str, pid: str, text: str) -> Members:
        m = hmac.digest(expand(self.deks[pid], "cs/disp/v1"), text.encode(), "sha256")
        return {"k": f"{pid}.1", "m": b64u(m), "text": self.envelope(pid, f"esig|{sid}|disp.text", text)}

    def file(self, pid: str, plain: bytes, name: str) -> Members:
        digest = sha(plain).hex()
        nonce, aad = os.urandom(12), f"cs/file/v1|{pid}|{digest}".encode()
        raw = nonce + AESGCMSIV(expand(self.deks[pid], "cs/file/v1")).encrypt(nonce, plain, aad)
        self.files[sha(raw).hex()] = raw
        return {"k": f"{pid}.1", "name": name, "sha256": digest, "size": len(plain)}

    def times(self, advance: int = 1) -> Members:
        self.tick, self.counter = self.tick + advance, 0 if advance else self.counter + 1
        when = START + timedelta(seconds=self.tick)
        return {
            "utc": when.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "off": "+00:00",
            "zone": "Europe/Dublin",
            "hlc": f"{int(when.timestamp() * 1000)}.{self.counter:04x}",
            "boot": "b1",
            "up": self.tick * 1000,
            "clk": "ok",
        }

    # --- entries ------------------------------------------------------------------------------------------

    def entry(
        self,
        act: str,
        ent: str,
        who: Person | None,
        *,
        after: Members | None = None,
        body: Members | None = None,
        sess: str | None = None,
        code: str | None = None,
        why: str | None = None,
        doc: Members | None = None,
        on: Machine | None = None,
        covers: int = 0,
        ts: Members | None = None,
        rivals: dict[str, Members] | None = None,
    ) -> Members:
        """Append one entry (signed where `code` is given) and return its members."""
        on, key = on or self.one, tuple(ent.split("/"))
        row = self.rows.get(key)  # type: ignore[call-overload]
        new = {"id": key[1], **(row or {}), **after} if after else row
        chg = sorted([c, (row or {}).get(c), v] for c, v in (after or {}).items() if (row or {}).get(c) != v)
        base = [self.heads[key]] if key in self.heads and act != "person.erase" else []  # type: ignore[index]
        if rivals and after:
            base = sorted(rivals)
            chg = [[c, [rivals[h].get(c) for h in base], after[c]] for c in sorted(after)]
        e = {
            "v": 1,
            "log": on.log,
            "seq": len(on.raws),
            "prev": b64u(on.leaves()[-1] if on.raws else bytes(32)),
            "ts": ts or self.times(),
            "by": by(who, sess),
            "scope": {"site": SITE, "dept": (row or new or {}).get("dept")},
            "act": act,
            "ent": {"t": key[0], "id": key[1], "base": base},
            "chg": chg,
            "post": row_hash(new) if chg and new else None,
            "body": body,
            "why": {"code": why, "text": None} if why else None,
            "sig": None,
            "app": "0.0.0",
            "sch": 1,
        }
        if code and who:
            e["sig"] = self.sign(on, e, who, code, row, doc, covers)
        head = on.appended(e)
        if chg:
            self.rows[key], self.heads[key] = new or {}, head  # type: ignore[index]
        return e

    def sign(
        self,
        on: Machine,
        e: Members,
        who: Person,
        code: str,
        row: Members | None,
        doc: Members | None,
        covers: int,
    ) -> str:
        sid, sess = str(uuid.uuid4()), e["by"]["sess"]
        common = {
            "v": 1,
            "sid": sid,
            "log": on.log,
            "head": {"n": e["seq"], "h": e["prev"]},
            "entry": b64u(sha(rfc8785.dumps(e))),
            "utc": e["ts"]["utc"],
            "off": e["ts"]["off"],
        }
        if code == "OPEN":
            auth = {"lvl": "full", "sess": sess, "k": 0}
            return jws(who.key, "session", {**common, "signer": {"uid": who.uid}, "sess": sess, "auth": auth})
        self.k[sess] = k = self.k.get(sess, 0) + 1 if sess else 1
        owner = (row or {column: value for column, _, value in e["chg"]}).get("pid") or who.pid
        return jws(
            who.key,
            "esig",
            {
                **common,
                "with": covers,
                "signer": {"uid": who.uid, "name": self.name(sid, who)},
                "meaning": {"code": code, "tpl": f"{code.lower()}@1", "lang": "en"},
                "subj": {
                    "t": e["ent"]["t"],
                    "id": e["ent"]["id"],
                    "row": row_hash(row) if row else None,
                    "doc": doc,
                },
                "disp": self.disp(sid, owner, f"I sign {code}"),
                "sheet": None,
                "auth": {"lvl": "password" if k > 1 else "full", "sess": sess, "k": k},
            },
        )

    def name(self, sid: str, who: Person) -> Members:
        return self.envelope(who.pid, f"esig|{sid}|signer.name", who.name)

    def approved(self, act: str, body: Members, approvers: list[Person], subject: Person | None) -> Members:
        """The body with the approvals and, for keys, the proofs of possession."""
        digest, tokens = b64u(sha(b"cs/approve/v1\n" + rfc8785.dumps(body))), []
        for who in approvers:
            sid, ts = str(uuid.uuid4()), self.times(0)
            tokens.append(
                jws(
                    who.key,
                    "enrol",
                    {
                        "v": 1,
                        "sid": sid,
                        "log": LOG,
                        "act": act,
                        "body": digest,
                        "signer": {"uid": who.uid, "name": self.name(sid, who)},
                        "utc": ts["utc"],
                        "off": ts["off"],
                        "meaning": {"code": "APPROVED", "tpl": "approve@1", "lang": "en"},
                        "disp": self.disp(sid, who.pid, f"I approve {act}"),
                        "auth": {"lvl": "full", "sess": None, "k": 0},
                    },
                )
            )
        proof = {"v": 1, "log": LOG, "act": act, "body": digest}
        pops: Members = {"pop": jws(subject.key, "pop", proof)} if subject else {}
        if act == "site.genesis":
            pops = {"pop": [jws(who.key, "pop", proof) for who in approvers]}
        return {**body, **pops, "appr": tokens}

    def device_body(self, new: Machine) -> Members:
        body = {"id": new.ident, "log": new.log, "jwk": jwk(new.key), "ed25519": new.ed_text()}
        digest = b64u(sha(b"cs/approve/v1\n" + rfc8785.dumps(body)))
        token = jws(new.key, "pop", {"v": 1, "log": LOG, "act": "device.enrol", "body": digest})
        return {**body, "pop": [token, b64u(new.ed.sign(b"cs/pop/v1|" + digest.encode()))]}

    def open(self, who: Person, sess: str, on: Machine | None = None, other: Machine | None = None) -> None:
        seen = {other.log: other.head()} if other else {}
        self.entry(
            "session.open",
            f"session/{sess}",
            who,
            sess=sess,
            code="OPEN",
            on=on,
            body={"sess": sess, "seen": seen, "ccp": None},
        )

    def close(self, who: Person, sess: str, on: Machine | None = None) -> None:
        self.entry(
            "session.close", f"session/{sess}", who, sess=sess, on=on, body={"sess": sess, "reason": "user"}
        )
        (on or self.one).checkpoint()
