"""A short log from genesis to a signed record, and the tokens around it (formats §5 and §6)."""

from __future__ import annotations

from typing import Any

from byhand import (
    audit_path,
    b64u,
    consistency_path,
    expand,
    jcs,
    jkt,
    jwk,
    jws,
    mac,
    note,
    public,
    sec1,
    sha,
    tree_root,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from named import envelope, number, secret

SITE, LOG, VAULT = "kilda", "countersign.local.invalid/kilda/dev1/0", "5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01"
PEOPLE = {"ada": "qa", "bea": "qa", "max": "manager"}
SESS = "s_0000000000000001"
Members = dict[str, Any]


def uid(name: str) -> str:
    return f"u_{name}0000000000000"


def pid(name: str) -> str:
    return f"p_{name}0000000000000"


def sid(n: int) -> str:
    return f"01a08f3c-5d4b-7000-8000-{n:012x}"


def sealed(owner: str, place: str, text: str) -> Members:
    return envelope(secret(f"dek {owner}"), pid(owner), 1, place, text)


def digest_of(body: Members) -> str:
    return b64u(sha(b"cs/approve/v1\n" + jcs({k: v for k, v in body.items() if k not in ("pop", "appr")})))


def row_hash(row: Members) -> str:
    return b64u(sha(b"cs/row/v1\n" + jcs(row)))


def disp(owner: str, n: int, text: str) -> Members:
    key = expand(secret(f"dek {owner}"), "cs/disp/v1")
    return {
        "k": f"{pid(owner)}.1",
        "m": b64u(mac(key, text.encode())),
        "text": sealed(owner, f"esig|{sid(n)}|disp.text", text),
    }


def utc(seq: int) -> str:
    return f"2026-11-23T05:44:{seq:02d}.123Z"


def approval(who: str, n: int, act: str, body: Members) -> str:
    return jws(
        number(f"person {who}"),
        "enrol",
        {
            "v": 1,
            "sid": sid(n),
            "log": LOG,
            "act": act,
            "body": digest_of(body),
            "signer": {"uid": uid(who), "name": sealed(who, f"esig|{sid(n)}|signer.name", who.title())},
            "meaning": {"code": "APPROVED", "tpl": "approve@1", "lang": "en"},
            "utc": utc(0),
            "off": "+00:00",
            "disp": disp(who, n, f"I approve {act}"),
            "auth": {"lvl": "full", "sess": None, "k": 0},
        },
    )


def pop(key: str, act: str, body: Members) -> str:
    return jws(number(key), "pop", {"v": 1, "log": LOG, "act": act, "body": digest_of(body)})


def note_public(name: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret(name)).public_key().public_bytes_raw()


def genesis_body() -> Members:
    people = [
        {
            "uid": uid(name),
            "pid": pid(name),
            "role": role,
            "jwk": jwk(number(f"person {name}")),
            "jkt": jkt(number(f"person {name}")),
            "hpk": b64u(sec1(public(number(f"hsk {name}")))),
            "idv": "passport",
            "from": utc(0),
        }
        for name, role in PEOPLE.items()
    ]
    body = {
        "site": SITE,
        "domain": "local.invalid",
        "vault": VAULT,
        "root": jwk(number("root")),
        "recovery": b64u(sec1(public(number("kit")))),
        "people": people,
        "device": {"id": "dev1", "jwk": jwk(number("device")), "ed25519": b64u(note_public("device ed25519"))},
    }
    act = "site.genesis"
    return {
        **body,
        "pop": [pop(f"person {name}", act, body) for name in PEOPLE],
        "appr": [approval(name, n, act, body) for n, name in enumerate(PEOPLE)],
    }


class Log:
    """The entries so far; `signed` keeps (seq, draft bytes, token) of those with a signature."""

    def __init__(self) -> None:
        self.raws: list[bytes] = []
        self.signed: list[tuple[int, bytes, str]] = []

    def leaves(self) -> list[bytes]:
        return [sha(b"\x00" + raw) for raw in self.raws]

    def prev(self) -> str:
        return b64u(self.leaves()[-1] if self.raws else bytes(32))

    def draft(self, act: str, ent: tuple[str, str], by: tuple[str, str | None, str], **more: Any) -> Members:
        seq = len(self.raws)
        ts = {
            "utc": utc(seq),
            "off": "+00:00",
            "zone": "Europe/London",
            "hlc": f"{1795412646123 + seq}.0000",
            "boot": "b1",
            "up": 1000 * seq,
            "clk": "ok",
        }
        return {
            "v": 1,
            "log": LOG,
            "seq": seq,
            "prev": self.prev(),
            "ts": ts,
            "by": {"uid": by[0], "sess": by[1], "role": by[2]},
            "scope": {"site": SITE, "dept": None},
            "act": act,
            "ent": {"t": ent[0], "id": ent[1], "base": []},
            "chg": [],
            "post": None,
            "body": None,
            "why": None,
            "sig": None,
            "app": "1.0.0",
            "sch": 1,
            **more,
        }

    def keep(self, entry: Members, token: str | None = None) -> None:
        if token:
            self.signed.append((entry["seq"], jcs(entry), token))
        self.raws.append(jcs({**entry, "sig": token}))

    def head(self) -> Members:
        return {"n": len(self.raws), "h": self.prev()}


def opened(log: Log) -> None:
    """`session.open`, with its token."""
    entry = log.draft(
        "session.open",
        ("session", SESS),
        (uid("ada"), SESS, "qa"),
        body={"sess": SESS, "seen": {}, "ccp": None},
    )
    log.keep(
        entry,
        jws(
            number("person ada"),
            "session",
            {
                "v": 1,
                "sid": sid(10),
                "log": LOG,
                "head": log.head(),
                "entry": b64u(sha(jcs(entry))),
                "signer": {"uid": uid("ada")},
                "utc": entry["ts"]["utc"],
                "off": "+00:00",
                "sess": SESS,
                "auth": {"lvl": "full", "sess": SESS, "k": 0},
            },
        ),
    )


def signed(log: Log, entry: Members, owner: str, row: Members | None, code: str, k: int, covers: int) -> None:
    """Keep `entry` as signed by Ada: the change itself is what she signs."""
    n = 10 + k
    log.keep(
        entry,
        jws(
            number("person ada"),
            "esig",
            {
                "v": 1,
                "sid": sid(n),
                "log": LOG,
                "head": log.head(),
                "entry": b64u(sha(jcs(entry))),
                "with": covers,
                "signer": {"uid": uid("ada"), "name": sealed("ada", f"esig|{sid(n)}|signer.name", "Ada")},
                "meaning": {"code": code, "tpl": f"{code.lower()}@1", "lang": "en"},
                "utc": entry["ts"]["utc"],
                "off": "+00:00",
                "disp": disp(owner, n, f"I sign this record as {code}."),
                "sheet": None,
                "subj": {
                    "t": "record",
                    "id": entry["ent"]["id"],
                    "row": row_hash(row) if row else None,
                    "doc": None,
                },
                "auth": {"lvl": "full" if k == 1 else "password", "sess": SESS, "k": k},
            },
        ),
    )


def new_row(owner: str, number_of: int) -> Members:
    record = f"r_{number_of:016d}"
    return {
        "id": record,
        "pid": pid(owner),
        "kind": "ojt",
        "grade": "D",
        "valid_from": "2026-01-05",
        "note_j": sealed(owner, f"record|{record}|note_j", "Fluent."),
    }


def story() -> tuple[Log, list[Members]]:
    """The log, and the rows of its records in the order in which they came about."""
    log, qa = Log(), (uid("ada"), SESS, "qa")
    log.keep(log.draft("site.genesis", ("site", SITE), ("sys", None, "system"), body=genesis_body()))
    for name in PEOPLE:
        commit = b64u(sha(b"cs/dek-commit/v1" + secret(f"dek {name}")))
        log.keep(
            log.draft(
                "person.key",
                ("person", pid(name)),
                ("sys", None, "system"),
                body={"pid": pid(name), "ver": 1, "commit": commit},
            )
        )
    opened(log)
    one, two = new_row("max", 1), new_row("bea", 2)
    new = [[[column, None, row[column]] for column in sorted(row) if column != "id"] for row in (one, two)]
    log.keep(log.draft("record.create", ("record", one["id"]), qa, chg=new[0], post=row_hash(one)))
    base, ts = log.prev(), {**log.draft("", ("", ""), qa)["ts"], "utc": utc(len(log.raws) - 1)}
    entry = log.draft("record.sign", ("record", two["id"]), qa, chg=new[1], post=row_hash(two))
    signed(log, {**entry, "ts": ts}, "bea", None, "APPROVED", 1, 1)
    void = {**one, "void": 1}
    entry = log.draft("record.sign", ("record", one["id"]), qa, chg=[["void", None, 1]], post=row_hash(void))
    entry["ent"]["base"], entry["why"] = [base], {"code": "TWICE", "text": None}
    signed(log, entry, "max", one, "VOIDED", 2, 0)
    log.keep(log.draft("session.close", ("session", SESS), qa, body={"sess": SESS, "reason": "user"}))
    return log, [one, two, void]


def chain_vectors() -> Members:
    log, rows = story()
    leaves, size = log.leaves(), len(log.raws)
    seed = secret("device ed25519")
    notes = {n: note(seed, LOG, n, tree_root(leaves[:n])) for n in range(1, size + 1)}
    return {
        "clause": "§5", "log": LOG,
        "notes_key": {"seed": seed.hex(), "public": note_public("device ed25519").hex()},
        "entries": [raw.decode() for raw in log.raws], "leaves": [leaf.hex() for leaf in leaves],
        "roots": [tree_root(leaves[:n]).hex() for n in range(size + 1)], "notes": notes,
        "inclusion": [[node.hex() for node in audit_path(m, leaves)] for m in range(size)],
        "consistency": {m: [node.hex() for node in consistency_path(m, leaves)] for m in range(1, size + 1)},
        "rows": [{"row": row, "digest": row_hash(row)} for row in rows],
    }  # fmt: skip
