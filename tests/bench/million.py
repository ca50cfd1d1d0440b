"""A site with many entries, made once and kept under the system's temporary folder; every format is the real one.

About 5 % of the entries are signed: commands of 30 entries under one signature, sign-offs of single records, sessions.
Of 1,000,000 entries about 300,000 make a record each; persons' names, printed names and shown words are sealed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.base.codec import b64u, pack, pack_checked
from app.base.ids import new_id, new_sid
from app.base.moment import utc_text
from app.proof import esign, merkle, notes, vault, vaultfile
from app.proof.approvals import Display, body_digest, draft_approval, sign_approval, sign_pop
from app.proof.chain import leaf, row_digest
from app.proof.derive import new_scalar, point_of, private_of
from app.proof.device import new_device
from app.proof.envelope import Sealer, commit
from app.store import engines
from app.store import vault as store_vault
from app.store.schema import STATE

VERSION = 6
SITE, DOMAIN = "leiden", "local.invalid"
LOG = f"countersign.{DOMAIN}/{SITE}/dev1/0"
START = 1_795_412_646_000
COMMAND = 30
PASSWORD = "a long password for the bench"
Row = dict[str, Any]


class Person:
    """Somebody with an account and keys."""

    def __init__(self, name: str, role: str) -> None:
        self.name, self.role = name, role
        self.uid, self.pid = new_id("u", os.urandom), new_id("p", os.urandom)
        self.key = private_of(new_scalar(os.urandom))
        self.jwk = esign.jwk_of(self.key.public_key())
        self.jkt = esign.thumbprint(self.jwk)
        self.hsk = private_of(new_scalar(os.urandom))

    def told(self) -> Row:
        """How the genesis and an enrolment name them."""
        return {"uid": self.uid, "pid": self.pid, "jwk": self.jwk, "jkt": self.jkt, "hpk": b64u(point_of(self.hsk)),
                "idv": "known", "from": utc_text(START)}  # fmt: skip


class Maker:
    """Appends entries to one log."""

    def __init__(self) -> None:
        self.device = new_device(os.urandom)
        self.deks: dict[str, bytes] = {}
        self.sealers: dict[str, Sealer] = {}
        self.tree = merkle.Frontier()
        self.prev = b64u(bytes(32))
        self.ms, self.counter, self.noted = START, 0, 0
        self.entries: list[tuple[str, str, int, bytes]] = []
        self.notes: list[tuple[str, str, int, str]] = []
        self.rows: dict[str, tuple[str, Row]] = {}

    @property
    def n(self) -> int:
        """How many entries there are."""
        return self.tree.size

    def seal(self, pid: str, t: str, id: str, column: str, text: str) -> Row:
        """An envelope."""
        return self.sealers[pid].seal(t, id, column, text, os.urandom(12))

    def key_for(self, pid: str) -> None:
        """A data key, held from here on."""
        self.deks[pid] = os.urandom(32)
        self.sealers[pid] = Sealer(self.deks[pid], pid, 1)

    def entry(
        self, act: str, t: str, id: str, who: Person | None, *, sess: str | None = None, after: Row | None = None,
        body: Row | None = None, why: str | None = None, sign: Callable[[Row, Row | None], str] | None = None,
    ) -> None:  # fmt: skip
        """One entry; `after` are the columns that change."""
        key = f"{t}/{id}"
        held = self.rows.get(key) if body is None else None
        before = None if held is None else held[1]
        row: Row | None = None
        chg: list[list[Any]] = []
        if after is not None:
            old = before or {}
            row = {"id": id, **old, **after}
            chg = [
                [column, old.get(column), after[column]]
                for column in sorted(after)
                if old.get(column) != after[column]
            ]
        e: Row = {
            "v": 1, "log": LOG, "seq": self.n, "prev": self.prev,
            "ts": {"utc": utc_text(self.ms), "off": "+01:00", "zone": "Europe/Amsterdam",
                   "hlc": f"{self.ms}.{self.counter:04x}", "boot": "5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01",
                   "up": self.ms - START, "clk": "ok"},
            "by": {"uid": "sys" if who is None else who.uid, "sess": sess, "role": "system" if who is None else who.role},
            "scope": {"site": SITE, "dept": (before or row or {}).get("dept")}, "act": act,
            "ent": {"t": t, "id": id, "base": [] if held is None else [held[0]]}, "chg": chg,
            "post": None if row is None else row_digest(row), "body": body,
            "why": None if why is None else {"code": why, "text": None}, "sig": None, "app": "0.1.0", "sch": 1,
        }  # fmt: skip
        if sign is not None:
            e["sig"] = sign(e, before)
        raw = pack_checked(e)
        digest = leaf(raw)
        self.entries.append((SITE, LOG, self.n, raw))
        self.tree.push(digest)
        self.prev, self.counter = b64u(digest), self.counter + 1
        if row is not None:
            self.rows[key] = (self.prev, row)
        if sign is not None or self.n - self.noted >= 100:
            self.note()

    def note(self) -> None:
        """A checkpoint of what is there."""
        self.noted = self.n
        self.notes.append(
            (SITE, LOG, self.n, notes.sign_checkpoint(LOG, self.n, self.tree.root(), self.device.ed25519))
        )

    def next(self, ms: int = 1000) -> None:
        """Time passes: the next command."""
        self.ms, self.counter = self.ms + ms, 0

    def shown(self, pid: str, sid: str, text: str) -> Row:
        """`disp` of a token."""
        return {"k": f"{pid}.1", "m": self.sealers[pid].display_mac(text),
                "text": self.seal(pid, "esig", sid, "disp.text", text)}  # fmt: skip

    def esig(
        self, who: Person, code: str, k: int, sess: str, covers: int = 0
    ) -> Callable[[Row, Row | None], str]:
        """Signs one entry."""

        def sign(e: Row, before: Row | None) -> str:
            sid = new_sid(self.ms, os.urandom)
            row = before or {column: new for column, _, new in e["chg"]}
            return esign.sign({
                "v": 1, "sid": sid, "log": LOG, "head": {"n": self.n, "h": self.prev},
                "entry": b64u(sha256(pack_checked(e)).digest()), "with": covers,
                "signer": {"uid": who.uid, "name": self.seal(who.pid, "esig", sid, "signer.name", who.name)},
                "meaning": {"code": code, "tpl": f"{code.lower()}@1", "lang": "en"}, "utc": e["ts"]["utc"],
                "off": "+01:00", "subj": {"t": e["ent"]["t"], "id": e["ent"]["id"],
                                          "row": None if before is None else row_digest(before), "doc": None},
                "disp": self.shown(row["pid"], sid, f"I sign this record: {code}."),
                "auth": {"lvl": "full" if k == 1 else "password", "sess": sess, "k": k}, "sheet": None,
            }, esign.ESIG, who.key, who.jkt)  # fmt: skip

        return sign

    def opens(self, who: Person, sess: str) -> None:
        """A session begins."""

        def sign(e: Row, _before: Row | None) -> str:
            return esign.sign({
                "v": 1, "sid": new_sid(self.ms, os.urandom), "log": LOG, "head": {"n": self.n, "h": self.prev},
                "entry": b64u(sha256(pack_checked(e)).digest()), "signer": {"uid": who.uid}, "utc": e["ts"]["utc"],
                "off": "+01:00", "sess": sess, "auth": {"lvl": "full", "sess": sess, "k": 0},
            }, esign.SESSION, who.key, who.jkt)  # fmt: skip

        self.entry(
            "session.open",
            "session",
            sess,
            who,
            sess=sess,
            body={"sess": sess, "seen": {}, "ccp": None},
            sign=sign,
        )

    def approved(self, act: str, body: Row, approvers: list[Person], subjects: list[Person]) -> Row:
        """A body with its approvals and proofs of possession."""
        tokens = []
        for who in approvers:
            sid = new_sid(self.ms, os.urandom)
            shown = self.shown(who.pid, sid, "I approve.")
            approval = draft_approval(
                body, act=act, log=LOG, sid=sid, uid=who.uid, name=self.seal(who.pid, "esig", sid, "signer.name", who.name),
                tpl="approve@1", lang="en", utc=utc_text(self.ms), off="+01:00",
                disp=Display(k=shown["k"], m=shown["m"], text=shown["text"]),
            )  # fmt: skip
            tokens.append(sign_approval(approval, who.key, who.jkt))
        pops = [sign_pop(body, act=act, log=LOG, key=who.key, kid=who.jkt) for who in subjects]
        proof: Row = {"pop": pops if act == "site.genesis" else pops[0]} if pops else {}
        assert body_digest(body)
        return {**body, **proof, "appr": tokens}


def found(m: Maker, people: list[Person], name: str, root: Row, recovery: str) -> None:
    """Genesis by three, and a trainer whom two of them appoint."""
    founders, trainer = people[:3], people[3]
    for pid in ["p_site", *(who.pid for who in people)]:
        m.key_for(pid)
    device = {"id": "dev1", "jwk": m.device.jwk, "ed25519": b64u(m.device.notes_raw)}
    body = {"site": SITE, "domain": DOMAIN, "vault": name, "root": root, "recovery": recovery, "device": device,
            "people": [{**who.told(), "role": who.role} for who in founders]}  # fmt: skip
    m.entry("site.genesis", "site", SITE, None, body=m.approved("site.genesis", body, founders, founders))
    for pid in ["p_site", *(who.pid for who in people)]:
        commits(m, pid)
    m.next()
    m.opens(founders[0], "s_founding00000000")
    enrol = m.approved("key.enrol", trainer.told(), [founders[0], founders[2]], [trainer])
    m.entry("key.enrol", "key", trainer.jkt, founders[0], sess="s_founding00000000", body=enrol)
    grant = {"uid": trainer.uid, "role": "trainer", "scope": {"site": SITE, "dept": None}, "from": utc_text(START),
             "to": None, "grade": "W"}  # fmt: skip
    m.entry("role.grant", "role", trainer.uid, founders[0], sess="s_founding00000000", why="INITIAL",
            body=m.approved("role.grant", grant, [founders[0], founders[2]], []))  # fmt: skip
    closes(m, founders[0], "s_founding00000000")


def commits(m: Maker, pid: str) -> None:
    """The history commits to a person's key."""
    m.entry("person.key", "person", pid, None, body={"pid": pid, "ver": 1, "commit": commit(m.deks[pid])})


def closes(m: Maker, who: Person, sess: str) -> None:
    """A session ends."""
    m.entry("session.close", "session", sess, who, sess=sess, body={"sess": sess, "reason": "user"})


def tell(m: Maker, people: list[Person], size: int) -> Iterator[None]:
    """Fill the log; yields now and then so that the entries can be put away."""
    qa, trainer = people[0], people[3]
    pids: list[str] = []
    for _ in range(max(20, size // 200)):
        pids.append(new_id("p", os.urandom))
        m.key_for(pids[-1])
    queue: list[str] = []
    made = 0
    while m.n < size:
        sess = new_id("s", os.urandom)
        who = trainer if queue and made % 8 == 7 else qa
        made += 1
        m.next(60_000)
        if pids[len(pids) - 1 :] and made <= len(pids):
            for pid in pids[(made - 1) * 8 : made * 8]:
                commits(m, pid)
        m.opens(who, sess)
        if who is qa:
            persons(m, qa, sess, pids[(made - 1) * 8 : made * 8])
        for k in range(1, 11):
            m.next()
            known = pids[: min(len(pids), made * 8)]
            if who is qa and k < 9:
                queue.append(imports(m, qa, sess, k, known)[0])
            elif queue:
                signs(m, who, sess, k, queue.pop(0))
        closes(m, who, sess)
        yield


def persons(m: Maker, who: Person, sess: str, pids: list[str]) -> None:
    """Names and work places of new persons: not covered types, so without a signature."""
    for pid in pids:
        name = m.seal(pid, "person", pid, "name_j", f"Annemiek van der {pid[2:8].title()}")
        number = m.seal(pid, "person", pid, "number_j", pid[2:8])
        after = {"name_j": name, "number_j": number, "dept": "qc", "class": "staff"}
        m.entry("person.add", "person", pid, who, sess=sess, after=after)


def imports(m: Maker, who: Person, sess: str, k: int, pids: list[str]) -> list[str]:
    """`COMMAND` records under one signature."""
    made = []
    for i in range(COMMAND):
        made.append(new_id("r", os.urandom))
        after = {
            "pid": pids[(m.n * 7 + i) % len(pids)], "req": f"q_{m.n % 400:016d}", "doc": f"d_{m.n % 900:016d}", "kind": "ojt",
            "needs": "learner trainer qa", "done": utc_text(m.ms - 3_600_000), "done_off": "+01:00",
            "done_zone": "Europe/Amsterdam", "valid_from": "2026-11-20", "grade": "A", "dept": "qc",
        }  # fmt: skip
        last = i == COMMAND - 1
        m.entry("record.sign" if last else "record.add", "record", made[-1], who, sess=sess, after=after, why="IMPORT",
                sign=m.esig(who, "APPROVED", k, sess, COMMAND - 1) if last else None)  # fmt: skip
    return made


def signs(m: Maker, who: Person, sess: str, k: int, id: str) -> None:
    """One step of one record, under its own signature."""
    code = "COMPETENT" if who.role == "trainer" else "APPROVED"
    step = "taught" if who.role == "trainer" else "decided"
    after = {step: utc_text(m.ms), f"{step}_by": who.uid, "verdict" if step == "taught" else "decision": code}
    m.entry(
        "record.sign", "record", id, who, sess=sess, after=after, why="BULK", sign=m.esig(who, code, k, sess, 0)
    )


def make(size: int) -> Path:
    """The folder of a site with about `size` entries; made if it isn't there yet."""
    folder = Path(tempfile.gettempdir()) / f"countersign-bench-{size}-v{VERSION}"
    if not (folder / "anchor").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "files").mkdir(parents=True)
        _write(folder, size)
    return folder


def _write(folder: Path, size: int) -> None:
    m, ds, k_db, k_pk = Maker(), os.urandom(32), os.urandom(32), os.urandom(32)
    names = {"Ada Qualm": "qa", "Bea Quist": "qa", "Max Mann": "manager", "Tom Traynor": "trainer"}
    people = [Person(name, role) for name, role in names.items()]
    held = vault.new_vault(os.urandom)
    held, opened = vault.with_new_slot(held, ds, people[0].uid, "ada", PASSWORD, os.urandom, st="active")
    people[0].hsk = private_of(opened.scalar)
    for kind, key in (("db", k_db), ("pk", k_pk)):
        held = vault.granted(held, people[0].uid, opened.hpk, kind, 1, key)
    held = vaultfile.write(folder, held, ds)
    store = engines.sqlcipher_store(
        store_vault.connect(folder / "main.db", k_db, kind="main", create=True), SITE
    )
    engines.found_main(store)
    root = esign.jwk_of(private_of(new_scalar(os.urandom)).public_key())
    found(m, people, held.vault, root, b64u(point_of(private_of(new_scalar(os.urandom)))))
    for at, _ in enumerate(tell(m, people, size)):
        if at % 50 == 0:
            _put(store, m)
    m.note()
    _put(store, m)
    _state(store, m)
    store.close()
    _persons(folder / "pkeys.db", k_pk, m)
    anchor = {"v": 1, "log": LOG, "n": m.n, "h": m.prev, "w": 0, "er": 0, "pd": 0, "vg": held.gen}
    (folder / "ds").write_bytes(ds)
    (folder / "anchor").write_bytes(pack(anchor))


def _put(store: Any, m: Maker) -> None:
    with store.write():
        cursor = store.connection.cursor()
        cursor.executemany("INSERT INTO entry(site_id, log, seq, b) VALUES(?, ?, ?, ?)", m.entries)
        cursor.executemany("INSERT INTO checkpoint(site_id, log, n, note) VALUES(?, ?, ?, ?)", m.notes)
    m.entries, m.notes = [], []


def _state(store: Any, m: Maker) -> None:
    for t in ("person", "record"):
        names = [column.name for column in STATE[t].c if not column.name.startswith("_")]
        sql = f"INSERT INTO s_{t}({', '.join(names)}) VALUES({', '.join('?' * len(names))})"
        with store.write():
            store.connection.cursor().executemany(sql, (
                [SITE, *(_cell(name, row.get(name)) for name in names[1:])]
                for key, (_, row) in m.rows.items() if key.startswith(f"{t}/")
            ))  # fmt: skip


def _cell(name: str, value: Any) -> Any:
    return pack(value).decode() if name.endswith("_j") and value is not None else value


def _persons(path: Path, key: bytes, m: Maker) -> None:
    store = engines.sqlcipher_store(store_vault.connect(path, key, kind="pkeys", create=True), SITE)
    engines.found_pkeys(store)
    with store.write():
        store.connection.cursor().executemany(
            "INSERT INTO dek(site_id, pid, ver, dek) VALUES(?, ?, 1, ?)",
            [(SITE, pid, dek) for pid, dek in m.deks.items()],
        )
    store.close()
