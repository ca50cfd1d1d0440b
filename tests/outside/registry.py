"""What the chain says about keys, roles, people and devices, and whether two persons said so.

Clauses followed (formats.md §5): two-person acts and approvers, genesis, initial appointments, keys, roles,
devices, fewer than three persons, unknown logs. Whatever fails its own check registers nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checking import History
from entries import ORIGIN, Entry
from opening import Findings, Json, b64u, jcs, sha256, unb64u
from signed import Token, ed25519_holds, read_token, thumbprint, token_holds

TWO = {"key.enrol", "key.reset", "person.erase", "log.restore", "hold.ack", "recovery.used"}
ROLES = {"learner", "trainer", "assessor", "manager", "qa", "admin", "inspector"}
APART = {"trainer", "assessor", "manager", "qa"}


@dataclass
class Key:
    entry: Entry
    uid: str
    pid: str
    jkt: str
    jwk: dict[str, Json]


@dataclass
class Grant:
    entry: Entry
    uid: str
    role: str
    site: str | None
    dept: str | None
    start: str
    end: str | None

    def covers(self, site: str | None, dept: str | None) -> bool:
        return self.site in (None, site) and self.dept in (None, dept)


@dataclass
class Device:
    entry: Entry
    ident: str
    log: str
    jwk: dict[str, Json]
    ed25519: str


def approval_digest(body: dict[str, Json]) -> str:
    bare = {name: value for name, value in body.items() if name not in ("pop", "appr")}
    return b64u(sha256(b"cs/approve/v1\n" + jcs(bare)))


def is_two(d: dict[str, Json]) -> bool:
    """Whether this entry needs two approvals: by its act, as an initial appointment, or for a high role."""
    body = d["body"] or {}
    first = d["act"] == "role.grant" and body.get("grade") == "W"
    high = d["act"] in ("role.grant", "role.revoke") and body.get("role") in ("qa", "manager", "admin")
    return d["act"] in TWO or first or high


class Registry:
    """Filled entry by entry, in an order that respects *before*."""

    def __init__(self, history: History, found: Findings) -> None:
        self.history, self.found = history, found
        self.keys: dict[str, Key] = {}
        self.ended: list[tuple[str, Entry]] = []
        self.grants: list[Grant] = []
        self.revokes: list[Grant] = []
        self.persons: dict[str, str] = {}
        self.hpk: dict[str, str] = {}
        self.devices: list[Device] = []
        self.cut: list[tuple[str, int]] = []
        self.sids: set[str] = set()
        self.centres: dict[str, dict[str, Json]] = {}
        self.genesis: Entry | None = None
        self.recovery: str | None = None
        self.bundle: dict[str, Json] | None = None
        self.appointing = True

    # --- questions ---------------------------------------------------------------------------------------

    def was_ended(self, jkt: str, at: Entry) -> bool:
        return any(one == jkt and self.history.before(entry, at) for one, entry in self.ended)

    def live(self, jkt: str, at: Entry) -> Key | None:
        key = self.keys.get(jkt)
        fine = key and self.history.before(key.entry, at) and not self.was_ended(jkt, at)
        return key if fine else None

    def in_force(self, uid: str, at: Entry) -> list[Grant]:
        """The grants of this account that count for an entry."""
        before, utc = self.history.before, at.d["ts"]["utc"] if at.d else ""
        ends = [r for r in self.revokes if r.uid == uid and before(r.entry, at)]
        mine = [g for g in self.grants if g.uid == uid and before(g.entry, at)]
        return [
            g
            for g in mine
            if g.start <= utc
            and (g.end is None or utc < g.end)
            and not any(
                r.role == g.role and before(g.entry, r.entry) and r.covers(g.site, g.dept) for r in ends
            )
        ]

    def holds(self, uid: str, role: str, at: Entry, dept: str | None, *, anywhere: bool = False) -> bool:
        site = at.d["scope"]["site"] if at.d else None
        return any(g.role == role and (anywhere or g.covers(site, dept)) for g in self.in_force(uid, at))

    def person(self, uid: str) -> str:
        return self.persons.get(uid, uid)

    def root_jwk(self) -> dict[str, Json] | None:
        """The site root's public key: of the bundle, or of the genesis entry where that holds a JWK."""
        if self.bundle:
            return dict(self.bundle["root"]) if isinstance(self.bundle["root"], dict) else None
        root = self.genesis.d["body"]["root"] if self.genesis and self.genesis.d else None
        return root if isinstance(root, dict) else None

    def root_print(self) -> str | None:
        root = self.genesis.d["body"]["root"] if self.genesis and self.genesis.d else None
        return thumbprint(root) if isinstance(root, dict) else root

    def _devices(self, log: str, size: int) -> list[dict[str, Json]]:
        match = ORIGIN.fullmatch(log)
        ident = match[1] if match else None
        if self.bundle and any(d["id"] == ident for d in self.bundle["devices"]):
            return [d for d in self.bundle["devices"] if d["id"] == ident]
        mine = [d for d in self.devices if d.log == log] or [d for d in self.devices if d.ident == ident]
        known = [d for d in mine if d.entry.log != log or d.entry.seq < size]
        both = known and known[-1].entry.log == log and known[-1].entry.seq == size - 1
        return [{"jwk": d.jwk, "ed25519": d.ed25519} for d in known[-2 if both else -1 :]]

    def note_keys(self, log: str, size: int) -> list[bytes]:
        return [unb64u(device["ed25519"]) for device in self._devices(log, size)]

    def batch_keys(self, log: str, size: int) -> list[dict[str, Json]]:
        return [device["jwk"] for device in self._devices(log, size)]

    # --- tokens of two persons ---------------------------------------------------------------------------

    def spend(self, sid: str, e: Entry) -> None:
        if sid in self.sids:
            self.found.add("SIG_POSITION", log=e.log, seq=e.seq, entity=e.entity, note="sid used before")
        self.sids.add(sid)

    def _approval(self, text: Json, e: Entry, digest: str, jwk: Json = None) -> Token | None:
        """The token if it approves exactly this body; `jwk` where the key is not registered yet (genesis)."""
        assert e.d is not None
        try:
            token = read_token(text, "enrol")
        except ValueError:
            return None
        self.spend(token.payload["sid"], e)
        key, p = self.live(token.kid, e), token.payload
        if jwk is None and (key is None or key.uid != p["signer"]["uid"]):
            return None
        fine = (p["log"], p["act"], p["body"]) == (e.log, e.d["act"], digest) and token_holds(
            token, jwk or (key.jwk if key else {})
        )
        form = p["meaning"]["code"] == "APPROVED" and p["auth"] == {"lvl": "full", "sess": None, "k": 0}
        return token if fine and form else None

    def check_two(self, e: Entry) -> None:
        """ENROL_APPROVAL unless exactly two entitled and different persons approved this body."""
        assert e.d is not None
        body, texts = e.d["body"] or {}, (e.d["body"] or {}).get("appr")
        digest = approval_digest(body)
        tokens = [self._approval(text, e, digest) for text in texts] if isinstance(texts, list) else []
        uids = [token.payload["signer"]["uid"] for token in tokens if token]
        subjects = {body.get("pid"), body.get("uid"), self.person(str(body.get("uid")))}
        able = [uid for uid in uids if self._may_approve(uid, e) and not {uid, self.person(uid)} & subjects]
        any_qa = any(self.holds(uid, "qa", e, None) for uid in able)
        two = len(tokens) == len(able) == 2 and self.person(able[0]) != self.person(able[1])
        if not (two and any_qa and e.d["by"]["uid"] in able and e.d["sig"] is None):
            self._refuse(e, "two approvals")
        if e.d["act"] == "key.enrol":
            self._check_enrolment(e, body, body["pop"], digest)

    def _may_approve(self, uid: str, e: Entry) -> bool:
        entitled = self.holds(uid, "qa", e, None) or self.holds(uid, "manager", e, None)
        return entitled and not self.holds(uid, "admin", e, None, anywhere=True)

    def _check_enrolment(self, e: Entry, who: dict[str, Json], pop: Json, digest: str) -> None:
        assert e.d is not None
        try:
            token = read_token(pop, "pop")
            proof = (token.payload["log"], token.payload["act"], token.payload["body"]) == (
                e.log,
                e.d["act"],
                digest,
            ) and token_holds(token, who["jwk"])
            proof = proof and thumbprint(who["jwk"]) == who["jkt"]
        except (ValueError, KeyError, TypeError):
            proof = False
        if not proof or who["jkt"] in self.keys or self.persons.get(who["uid"], who["pid"]) != who["pid"]:
            self._refuse(e, "proof of possession, or the key or account is another's")
        if e.d["act"] == "key.enrol" and e.d["ent"]["id"] != who["jkt"]:
            self._refuse(e, "ent is not the key")

    def _refuse(self, e: Entry, note: str) -> None:
        self.found.add("ENROL_APPROVAL", log=e.log, seq=e.seq, entity=e.entity, note=note)

    def check_genesis(self, e: Entry) -> None:
        assert e.d is not None
        body, digest = e.d["body"], approval_digest(e.d["body"])
        people, pops, apprs = body["people"], body["pop"], body["appr"]
        form = len(people) == len(pops) == len(apprs) == 3 and len({p["pid"] for p in people}) == 3
        if not form or sorted(p["role"] for p in people) != ["manager", "qa", "qa"]:
            self._refuse(e, "three people: qa, qa, manager")
            return
        for who, pop, appr in zip(people, pops, apprs, strict=True):
            self._check_enrolment(e, who, pop, digest)
            token = self._approval(appr, e, digest, who["jwk"])
            if token is None or token.payload["signer"]["uid"] != who["uid"]:
                self._refuse(e, f"approval of {who['uid']}")

    def check_device(self, e: Entry) -> None:
        """Both keys of a device prove that they are there (wrong mathematics: SIG_BAD)."""
        assert e.d is not None
        body, digest = e.d["body"], approval_digest(e.d["body"])
        try:
            token = read_token(body["pop"][0], "pop")
            fine = (
                token.payload["body"] == digest
                and token_holds(token, body["jwk"])
                and ed25519_holds(
                    unb64u(body["ed25519"]), unb64u(body["pop"][1]), b"cs/pop/v1|" + digest.encode()
                )
            )
        except (ValueError, TypeError, IndexError):
            fine = False
        if not fine:
            self.found.add("SIG_BAD", log=e.log, seq=e.seq, entity=e.entity, note="device.pop")

    # --- learning ----------------------------------------------------------------------------------------

    def learn(self, e: Entry) -> None:
        """Take over what a sound entry says."""
        assert e.d is not None
        name = "_" + e.d["act"].replace(".", "_")
        if hasattr(self, name):
            getattr(self, name)(e, e.d["body"])

    def _enrol(self, e: Entry, who: dict[str, Any]) -> None:
        for jkt, key in self.keys.items():
            if key.uid == who["uid"] and not any(one == jkt for one, _ in self.ended):
                self.ended.append((jkt, e))
        self.keys[who["jkt"]] = Key(e, who["uid"], who["pid"], who["jkt"], who["jwk"])
        self.persons[who["uid"]] = who["pid"]
        self.hpk[who["uid"]] = who["hpk"]

    def _site_genesis(self, e: Entry, body: dict[str, Any]) -> None:
        self.genesis, self.recovery = e, body["recovery"]
        for who in body["people"]:
            self._enrol(e, who)
            self.grants.append(Grant(e, who["uid"], who["role"], body["site"], None, who["from"] or "", None))
        device = body["device"]
        self.devices.append(Device(e, device["id"], e.log, device["jwk"], device["ed25519"]))

    def _key_enrol(self, e: Entry, body: dict[str, Any]) -> None:
        self._enrol(e, body)

    def _key_retire(self, e: Entry, body: dict[str, Any]) -> None:
        self.ended.append((body["jkt"], e))
        self._still_three(e)

    def _key_reset(self, e: Entry, body: dict[str, Any]) -> None:
        self.ended += [(key.jkt, e) for key in self.keys.values() if key.uid == body["uid"]]
        self.persons.setdefault(body["uid"], body["pid"])
        self.hpk[body["uid"]] = body["hpk"]

    def _grant(self, e: Entry, body: dict[str, Any]) -> Grant:
        scope = body["scope"] or {}
        return Grant(
            e, body["uid"], body["role"], scope.get("site"), scope.get("dept"), body["from"] or "", body["to"]
        )

    def _role_grant(self, e: Entry, body: dict[str, Any]) -> None:
        new = self._grant(e, body)
        mine = [
            g
            for uid in {*self.persons, new.uid}
            if self.person(uid) == self.person(new.uid)
            for g in self.in_force(uid, e)
            if new.end is None or g.start < new.end
        ]
        clash = new.role == "admin" and any(g.role in APART for g in mine)
        if clash or (new.role in APART and any(g.role == "admin" for g in mine)) or new.role not in ROLES:
            self.found.add("RBAC", log=e.log, seq=e.seq, entity=e.entity, note="roles that never go together")
            return
        self.grants.append(new)

    def _role_revoke(self, e: Entry, body: dict[str, Any]) -> None:
        self.revokes.append(self._grant(e, body))
        self._still_three(e)

    def _still_three(self, e: Entry) -> None:
        """A retirement or revocation that leaves fewer than three is RBAC."""
        after = Entry(e.log, e.seq + 1, b"", e.d)
        able = {
            key.pid
            for key in self.keys.values()
            if self.live(key.jkt, after)
            for role in ("qa", "manager")
            if self.holds(key.uid, role, after, None, anywhere=True)
        }
        if len(able) < 3:
            self.found.add("RBAC", log=e.log, seq=e.seq, entity=e.entity, note="fewer than three are left")

    def _device_enrol(self, e: Entry, body: dict[str, Any]) -> None:
        self.devices.append(Device(e, body["id"], body["log"], body["jwk"], body["ed25519"]))

    _device_key = _device_enrol

    def _device_revoke(self, _e: Entry, body: dict[str, Any]) -> None:
        self.cut.append((body["log"], body["last_n"]))

    def _recovery_used(self, _e: Entry, body: dict[str, Any]) -> None:
        self.recovery = body["recovery"]

    def _centre_descriptor(self, e: Entry, body: dict[str, Any]) -> None:
        root = self.root_jwk()
        try:
            token = read_token(body["jws"], "centre")
        except ValueError:
            self.found.add("SIG_BAD", log=e.log, seq=e.seq, entity=e.entity, note="centre descriptor")
            return
        if token.kid != self.root_print() or (root and not token_holds(token, root)):
            self.found.add("SIG_BAD", log=e.log, seq=e.seq, entity=e.entity, note="centre descriptor")
            return
        self.centres[token.payload["name"]] = token.payload

    # --- logs --------------------------------------------------------------------------------------------

    def check_logs(self) -> None:
        """LOG_UNKNOWN: how each log must begin."""
        for log, entries in self.history.logs.items():
            first = entries.get(0)
            match = ORIGIN.fullmatch(log)
            if first is None or first.d is None:
                continue
            if match is None or not self._begins_well(first, int(match[2])):
                self.found.add("LOG_UNKNOWN", log=log, seq=0, entity=first.entity)

    def _begins_well(self, first: Entry, epoch: int) -> bool:
        assert first.d is not None
        if epoch > 0:
            return bool(first.d["act"] == "log.restore")
        if first.d["act"] == "site.genesis":
            return self.genesis in (None, first)
        return first.d["act"] == "session.open" and any(
            d.log == first.log and self.history.before(d.entry, first) for d in self.devices
        )
