"""The folder of a fabricated site: vault, stores, files, device secret, trust bundle, demo secrets.

Written from formats.md §2 to §4 by other means than the reader's; fabricated_site.py tells what is in it.
"""

from __future__ import annotations

import base64
import hmac
import os
from pathlib import Path
from typing import Any

import rfc8785
import sqlcipher3
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from fabricated import (
    LOG,
    SEC1,
    SITE,
    Maker,
    Members,
    Person,
    b64u,
    expand,
    gcm,
    jkt,
    jwk,
    jws,
    new_key,
    point,
    scalar,
    sha,
)
from shamir_mnemonic import generate_mnemonics

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
VAULT = "5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01"
SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
FROM = "2026-01-01T00:00:00.000Z"
KEEP = "CREATE TRIGGER {0}_{1} BEFORE {1} ON {0} BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
ONCE = """CREATE TRIGGER {0}_once BEFORE INSERT ON {0} WHEN EXISTS (
SELECT 1 FROM {0} WHERE site_id = NEW.site_id AND log = NEW.log AND {1} = NEW.{1})
BEGIN SELECT RAISE(ABORT, 'append-only'); END;"""
MAIN = """
CREATE TABLE entry(site_id TEXT, log TEXT, seq INTEGER, b BLOB, PRIMARY KEY(site_id, log, seq)) STRICT;
CREATE TABLE checkpoint(site_id TEXT, log TEXT, n INTEGER, note TEXT, PRIMARY KEY(site_id, log, n)) STRICT;
CREATE TABLE batch(site_id TEXT, log TEXT, first INTEGER, last INTEGER, manifest TEXT,
  PRIMARY KEY(site_id, log, first)) STRICT;
CREATE TABLE receipt(site_id TEXT, log TEXT, n INTEGER, note TEXT, PRIMARY KEY(site_id, log, n)) STRICT;
CREATE TABLE user_vault(site_id TEXT, uid TEXT, kind TEXT, gen INTEGER, blob BLOB,
  PRIMARY KEY(site_id, uid, kind)) STRICT;
CREATE TABLE site_key(site_id TEXT, e INTEGER, ct BLOB, PRIMARY KEY(site_id, e)) STRICT;
CREATE TABLE s_account(site_id TEXT, id TEXT, state TEXT, PRIMARY KEY(site_id, id)) STRICT;
CREATE TABLE s_person(site_id TEXT, id TEXT, name_j TEXT, _sort TEXT, PRIMARY KEY(site_id, id)) STRICT;
CREATE TABLE s_document(site_id TEXT, id TEXT, title TEXT, ver INTEGER, sha256 TEXT, file_j TEXT,
  PRIMARY KEY(site_id, id)) STRICT;
CREATE TABLE s_record(site_id TEXT, id TEXT, pid TEXT, dept TEXT, doc TEXT, outcome TEXT, valid_from TEXT,
  valid_to TEXT, grade TEXT, void INTEGER, note_j TEXT, PRIMARY KEY(site_id, id)) STRICT;
CREATE INDEX record_by_pid ON s_record(site_id, pid, outcome);
PRAGMA application_id = 0x43534731;
PRAGMA user_version = 1;
"""
PKEYS = """
CREATE TABLE dek(site_id TEXT, pid TEXT, ver INTEGER, dek BLOB, PRIMARY KEY(site_id, pid, ver)) STRICT;
PRAGMA application_id = 0x43534732;
PRAGMA user_version = 1;
"""


class Folder:
    """Keys, people and machines of a site, and how they are written down."""

    def __init__(self) -> None:
        self.ada, self.bea, self.max = (
            Person("ada", "Ada Qualm", "qa"),
            Person("bea", "Bea Quist", "qa"),
            Person("max", "Max Mann", "manager"),
        )
        self.tom, self.lea = Person("tom", "Tóm Traynor", "trainer"), Person("lea", "Léa Lerner", "learner")
        self.m = Maker([self.ada, self.bea, self.max, self.tom, self.lea])
        self.ds, self.k_db, self.k_pk, self.k_site = (os.urandom(32) for _ in range(4))
        self.root, self.centre, self.seed = new_key(), new_key(), os.urandom(32)
        wide = int.from_bytes(HKDFExpand(hashes.SHA256(), 48, b"cs/recovery-key/v1").derive(self.seed), "big")
        self.recovery = ec.derive_private_key(wide % (ORDER - 1) + 1, ec.SECP256R1())
        self.centre_ed = ed25519.Ed25519PrivateKey.generate()
        self.batch: tuple[Any, ...] = ()
        self.receipt: tuple[Any, ...] = ()
        self.early: tuple[Any, Any] = ({}, {})

    def vault(self, gen: int) -> Members:
        keys = (("db", self.k_db), ("pk", self.k_pk), ("site", self.k_site))
        slots = [
            self.slot(who, [(k, key) for k, key in keys if k != "site" or who.role == "qa"])
            for who in self.m.people
        ]
        fpr = b64u(sha(self.recovery.public_key().public_bytes(*SEC1))[:8])
        recovery = [{**self.grant(k, key, "recovery", self.recovery), "fpr": fpr} for k, key in keys]
        bare = {
            "v": 1,
            "vault": VAULT,
            "gen": gen,
            "db": {"epoch": 1},
            "pk": {"epoch": 1},
            "site": {"epoch": 1},
            "recovery": recovery,
            "slots": slots,
        }
        mac = hmac.digest(expand(self.ds, "cs/vault-mac/v1"), rfc8785.dumps(bare), "sha256")
        return {**bare, "mac": mac.hex()}

    def slot(self, who: Person, keys: list[tuple[str, bytes]]) -> Members:
        salt = os.urandom(16)
        kdf = {"id": "argon2id", "v": 19, "m": 65536, "t": 3, "p": 4, "salt": b64u(salt)}
        x = rfc8785.dumps({"vault": VAULT, "uid": who.uid, "kdf": kdf})
        argon = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=65536, ad=x, secret=self.ds)
        st = argon.derive(who.password.encode())
        sid = hmac.digest(self.ds, b"cs/slot-id/v1" + who.username.encode(), "sha256")[:16].hex()
        return {
            "sid": sid,
            "uid": who.uid,
            "st": "active",
            "kdf": kdf,
            "hpk": point(who.hsk),
            "uvk": b64u(gcm(expand(st, "cs/slot/uvk/v1"), who.uvk, x)),
            "hsk": b64u(gcm(expand(who.uvk, "cs/slot/hsk/v1"), scalar(who.hsk), x)),
            "grants": [self.grant(k, key, who.uid, who.hsk) for k, key in keys],
        }

    @staticmethod
    def grant(kind: str, key: bytes, uid: str, to: Any) -> Members:
        info = rfc8785.dumps({"t": "cs/grant/v1", "vault": VAULT, "k": kind, "e": 1, "uid": uid})
        return {"k": kind, "e": 1, "ct": b64u(SUITE.encrypt(key, to.public_key(), info))}

    def write_main(self, path: Path) -> None:
        m, con = self.m, connect(path, self.k_db)
        con.execute("PRAGMA journal_mode=WAL")
        con.executescript(MAIN)
        for machine in (m.one, m.two):
            con.executemany(
                "INSERT INTO entry VALUES(?,?,?,?)",
                [(SITE, machine.log, seq, raw) for seq, raw in enumerate(machine.raws)],
            )
            con.executemany(
                "INSERT INTO checkpoint VALUES(?,?,?,?)",
                [(SITE, machine.log, n, note) for n, note in machine.notes.items()],
            )
        con.execute("INSERT INTO batch VALUES(?,?,?,?,?)", self.batch)
        con.execute("INSERT INTO receipt VALUES(?,?,?,?)", self.receipt)
        for who in m.people:
            blob = gcm(expand(who.uvk, "cs/uv/sig/v1"), scalar(who.key), f"{who.uid}|sig|1".encode())
            con.execute("INSERT INTO user_vault VALUES(?,?,'sig',1,?)", (SITE, who.uid, blob))
            code = rfc8785.dumps({"seed": b64u(who.uvk[:20]), "step": 1})
            blob = gcm(expand(who.uvk, "cs/uv/totp/v1"), code, f"{who.uid}|totp|2".encode())
            con.execute("INSERT INTO user_vault VALUES(?,?,'totp',2,?)", (SITE, who.uid, blob))
        root = gcm(self.k_site, scalar(self.root), f"cs/site-root/v1|{VAULT}|1".encode())
        con.execute("INSERT INTO site_key VALUES(?,1,?)", (SITE, root))
        for (kind, _), row in m.rows.items():
            cells = {
                "site_id": SITE,
                **{c: rfc8785.dumps(v).decode() if c.endswith("_j") else v for c, v in row.items()},
            }
            con.execute(
                f"INSERT INTO s_{kind}({','.join(cells)}) VALUES({','.join('?' * len(cells))})",
                list(cells.values()),
            )
        for table, last in (("entry", "seq"), ("checkpoint", "n"), ("batch", "first"), ("receipt", "n")):
            for verb in ("UPDATE", "DELETE"):
                con.execute(KEEP.format(table, verb))
            con.execute(ONCE.format(table, last))
        con.commit()
        con.close()

    def write_pkeys(self, path: Path) -> None:
        con = connect(path, self.k_pk)
        con.executescript(PKEYS)
        for pid, dek in self.m.deks.items():
            con.execute("INSERT INTO dek VALUES(?,?,1,?)", (SITE, pid, dek))
        con.commit()
        con.close()

    def write(self, folder: Path) -> None:
        site, m = folder / "site", self.m
        (site / "files").mkdir(parents=True)
        for name, raw in m.files.items():
            (site / "files" / name[:2]).mkdir(exist_ok=True)
            (site / "files" / name[:2] / name).write_bytes(raw)
        (site / "vault.json.1").write_bytes(rfc8785.dumps(self.vault(3)))
        (site / "vault.json").write_bytes(rfc8785.dumps(self.vault(4)))
        self.write_main(site / "main.db")
        self.write_pkeys(site / "pkeys.db")
        put(
            folder / "device-secret",
            {
                "v": 1,
                "vault": VAULT,
                "ds": b64u(self.ds),
                "dk": {"p256": b64u(scalar(m.one.key)), "ed25519": b64u(m.one.ed.private_bytes_raw())},
            },
        )
        put(
            folder / "device-secret.anchor",
            {"v": 1, "log": LOG, **m.one.head(), "w": self.receipt[2], "er": 0, "pd": 0, "vg": 4},
        )
        self.write_outside(folder)

    def write_outside(self, folder: Path) -> None:
        m, genesis = self.m, b64u(self.m.one.leaves()[0])
        devices = [
            {"id": d.ident, "jwk": jwk(d.key), "ed25519": d.ed_text(), "from": FROM, "to": None}
            for d in (m.one, m.two)
        ]
        bundle = {
            "v": 1,
            "site": SITE,
            "domain": "local.invalid",
            "root": jwk(self.root),
            "genesis": genesis,
            "recovery": point(self.recovery),
            "devices": devices,
            "centres": [],
            "issued": FROM,
        }
        (folder / "trust.jws").write_text(jws(self.root, "trust", bundle))
        shares = generate_mnemonics(1, [(2, 3)], self.seed)[0]
        people = [
            {
                "uid": p.uid,
                "pid": p.pid,
                "username": p.username,
                "name": p.name,
                "roles": [p.role],
                "password": p.password,
                "totp": base64.b32encode(p.uvk[:20]).decode(),
            }
            for p in m.people
        ]
        put(
            folder / "demo-secrets.json",
            {
                "v": 1,
                "warning": "fabricated",
                "vault": VAULT,
                "site": "site",
                "genesis": genesis,
                "root": jkt(self.root),
                "people": people,
                "recovery": {"threshold": 2, "shares": shares},
                "device_secret_file": "device-secret",
                "trust": "trust.jws",
                "centre": "centre",
            },
        )


def put(path: Path, value: Members) -> None:
    path.write_bytes(rfc8785.dumps(value))


def connect(path: Path, key: bytes) -> sqlcipher3.Connection:
    con = sqlcipher3.connect(str(path))
    con.executescript(f"""PRAGMA key = "x'{key.hex()}'"; PRAGMA cipher_page_size = 4096;
        PRAGMA cipher_hmac_algorithm = HMAC_SHA256; PRAGMA cipher_kdf_algorithm = PBKDF2_HMAC_SHA512;
        PRAGMA cipher_plaintext_header_size = 0; PRAGMA cipher_use_hmac = ON;""")
    return con
