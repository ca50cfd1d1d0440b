"""Whether a signature holds: its key, place, person, subject, words and meaning.

Clauses followed (formats.md): §5 signature required; §6 e-signature, auth, meanings, sides, why; §1 `sid`; §9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from checking import History
from entries import Entry, Row
from folding import Fold, row_hash
from opening import Findings, Json, b64u, derive, mac, sha256
from registry import Registry, is_two
from signed import Token, read_token, token_holds

NEED_QA = {"key.retire", "clock.ack", "centre.descriptor", "code.reset", "db.rekey"}
SIDE = {
    "READ": "learner",
    "TRAINED": "learner",
    "TAUGHT": "trainer",
    "COMPETENT": "trainer",
    "NOT_YET": "trainer",
    "WITNESSED": "trainer",
    "REVIEWED": "decision",
    "APPROVED": "decision",
    "REJECTED": "decision",
    "VOIDED": "decision",
    "WAIVED": "decision",
    "RELEASED": "decision",
    "CORRECTED": None,
    "DELEGATED": None,
    "ACKNOWLEDGED": None,
    "DISPUTED": None,
}
SIDE_ROLES = {"trainer": {"trainer", "assessor"}, "decision": {"qa"}}
CODE_ROLES = {"CORRECTED": {"trainer", "assessor", "qa"}, "DELEGATED": {"manager", "qa"}}
WHY_CODES = {"NOT_YET", "REJECTED", "CORRECTED", "VOIDED", "WAIVED", "DISPUTED"}
Reveal = Callable[[Json, str, str, str], bytes | None]
Deks = dict[str, bytes]


@dataclass
class Session:
    uid: str
    closed: bool = False
    k: int = 0
    sheet: str | None = None


@dataclass
class Signed:
    entry: Entry
    token: Token
    covers: list[Entry] = field(default_factory=list)


class Signatures:
    """Every signature of the history; `step` judges the one of an entry, if it has or needs one."""

    def __init__(
        self,
        history: History,
        fold: Fold,
        registry: Registry,
        found: Findings,
        reveal: Reveal,
        deks: Deks,
    ) -> None:
        self.history, self.fold, self.registry, self.found = history, fold, registry, found
        self.reveal, self.deks = reveal, deks
        self.signed = {(s.entry.log, s.entry.seq): s for s in self._signatures()}
        self.covered = {(c.log, c.seq) for s in self.signed.values() for c in s.covers}
        self.over = {(c.log, c.seq): s for s in self.signed.values() for c in [s.entry, *s.covers]}
        self.sessions: dict[tuple[str, str], Session] = {}
        self.sides: dict[tuple[str, str], dict[str, str]] = {}

    def _signatures(self) -> Iterator[Signed]:
        for e in self.history.order:
            if e.d is None or e.d["sig"] is None:
                continue
            try:
                token = read_token(e.d["sig"], "session" if e.d["act"] == "session.open" else "esig")
            except ValueError:
                continue
            first = max(0, e.seq - token.payload.get("with", 0))
            before = (self.history.logs[e.log].get(seq) for seq in range(first, e.seq))
            yield Signed(e, token, [c for c in before if c is not None])

    def _say(self, code: str, e: Entry, note: str) -> None:
        self.found.add(code, log=e.log, seq=e.seq, entity=e.entity, note=note)

    def step(self, e: Entry, before: Row | None, after: Row | None) -> None:
        assert e.d is not None
        signed = self.signed.get((e.log, e.seq))
        if signed is None:
            noun, verb = e.d["act"].split(".")
            needs = verb == "sign" or noun == "device" or e.d["act"] in {"session.open"} | NEED_QA
            if e.d["sig"] is not None or needs or (noun == "role" and not is_two(e.d)):
                self._say("SIG_BAD", e, "missing or unparsable")
            return
        self._key(e, signed.token)
        self._position(e, signed.token.payload)
        self._actor(e, signed.token.payload)
        self._entry_digest(e, signed.token.payload)
        if e.d["act"] != "session.open":
            self._subject(e, signed, before)
            self._document(e, signed.token.payload, after)
            self._words(e, signed.token.payload, before or after or {})
            self._meaning(e, signed.token.payload, before or after or {})

    def _key(self, e: Entry, token: Token) -> None:
        key = self.registry.keys.get(token.kid)
        uid = token.payload["signer"]["uid"]
        if key is None or key.uid != uid or not self.history.before(key.entry, e):
            self._say("SIG_KEY_UNREGISTERED", e, token.kid)
        if key is not None and not token_holds(token, key.jwk):
            self._say("SIG_BAD", e, "mathematics")
        if self.registry.was_ended(token.kid, e):
            self._say("SIG_KEY_RETIRED", e, token.kid)

    def _position(self, e: Entry, p: dict[str, Json]) -> None:
        last = self.history.logs[e.log].get(e.seq - 1)
        head = last.h if last else e.d["prev"] if e.d else None
        if (p["log"], p["head"]["n"], p["head"]["h"]) != (e.log, e.seq, head):
            self._say("SIG_POSITION", e, "head")
        self.registry.spend(p["sid"], e)

    def _actor(self, e: Entry, p: dict[str, Json]) -> None:
        assert e.d is not None
        by, auth = e.d["by"], p["auth"]
        if p["signer"]["uid"] != by["uid"]:
            self._say("SIG_ACTOR", e, "signer is not by.uid")
        if e.d["act"] == "session.open":
            fine = auth == {"lvl": "full", "sess": p["sess"], "k": 0} and p["sess"] == e.d["body"]["sess"]
        elif by["sess"] is None:
            fine = auth == {"lvl": "full", "sess": None, "k": 1}
        else:
            fine = auth["sess"] == by["sess"] and self._ceremony(e, p)
        if not fine:
            self._say("SIG_ACTOR", e, "auth")

    def _ceremony(self, e: Entry, p: dict[str, Json]) -> bool:
        """K counts from 1, one more per ceremony; all signatures of a sheet share theirs."""
        session = self.sessions.get((e.log, p["auth"]["sess"]))
        if session is None:
            return False
        sheet, k = p["sheet"]["id"] if p["sheet"] else None, p["auth"]["k"]
        fine = k == (session.k if sheet and sheet == session.sheet else session.k + 1)
        session.k, session.sheet = k, sheet
        login = self.fold.row("setting", "login_first", e) or {}
        return fine and (k > 1 or p["auth"]["lvl"] == "full" or any(v in (1, "1") for v in login.values()))

    def _entry_digest(self, e: Entry, p: dict[str, Json]) -> None:
        assert e.d is not None
        held = b'"sig":"' + e.d["sig"].encode() + b'"'
        digest = b64u(sha256(e.raw.replace(held, b'"sig":null')))
        if e.raw.count(held) != 1 or digest != p["entry"]:
            self._say("SIG_SUBJECT", e, "entry")
        if (p["utc"], p["off"]) != (e.d["ts"]["utc"], e.d["ts"]["off"]):
            self._say("SIG_SUBJECT", e, "utc, off")

    def _subject(self, e: Entry, signed: Signed, before: Row | None) -> None:
        assert e.d is not None
        p, key = signed.token.payload, (e.d["ent"]["t"], e.d["ent"]["id"])
        rows = {row_hash(n.row) for h, n in self.fold.nodes.get(key, {}).items() if h in e.d["ent"]["base"]}
        if (p["subj"]["t"], p["subj"]["id"]) != key or p["subj"]["row"] not in (rows or {None}):
            self._say("SIG_SUBJECT", e, "subj")
        if before is None and p["subj"]["row"] is not None:
            self._say("SIG_SUBJECT", e, "subj.row of nothing")
        if len(signed.covers) != p["with"]:
            self._say("SIG_SUBJECT", e, "with reaches too far")
        entities = [c.entity for c in [*signed.covers, e]]
        if len(set(entities)) != len(entities) or not all(self._one_command(c, e) for c in signed.covers):
            self._say("SIG_SUBJECT", e, "covered entries")

    @staticmethod
    def _one_command(c: Entry, e: Entry) -> bool:
        if c.d is None or e.d is None:
            return False
        same = all(c.d[name] == e.d[name] for name in ("by", "why", "log"))
        same = same and c.d["ts"]["utc"] == e.d["ts"]["utc"] and c.d["scope"]["site"] == e.d["scope"]["site"]
        return same and c.d["sig"] is None

    def _document(self, e: Entry, p: dict[str, Json], after: Row | None) -> None:
        doc = p["subj"]["doc"]
        if doc is None:
            if p["meaning"]["code"] == "READ":
                self._say("DOC_HASH", e, "READ names no document")
            return
        if (after or {}).get("doc", doc["id"]) != doc["id"]:
            self._say("DOC_HASH", e, "another document than the row's")
        row = self.fold.row("document", doc["id"], e)
        rows = [row, after if e.entity == f"document/{doc['id']}" else None]
        if not any(r and (r.get("ver"), r.get("sha256")) == (doc["ver"], doc["sha256"]) for r in rows):
            self._say("DOC_HASH", e, doc["id"])

    def _words(self, e: Entry, p: dict[str, Json], row: Row) -> None:
        disp, owner = p["disp"], row.get("pid") or self.registry.person(p["signer"]["uid"])
        text = self.reveal(disp["text"], "esig", p["sid"], "disp.text")
        if disp["text"].get("k") != disp["k"] or disp["k"].rpartition(".")[0] != owner:
            self._say("SIG_SUBJECT", e, "disp is under another key")
        if text is not None and b64u(mac(derive(self.deks[disp["k"]], "cs/disp/v1"), text)) != disp["m"]:
            self._say("SIG_SUBJECT", e, "disp")

    def _meaning(self, e: Entry, p: dict[str, Json], row: Row) -> None:
        assert e.d is not None
        code, role, act = p["meaning"]["code"], e.d["by"]["role"], e.d["act"]
        if code not in SIDE:
            self._say("SIG_BAD", e, "meaning")
            return
        side = SIDE[code]
        allowed = CODE_ROLES.get(code) or SIDE_ROLES.get(side or "")
        if allowed and role not in allowed:
            self._say("RBAC", e, f"{role} signs {code}")
        quality = act in NEED_QA or act.split(".")[0] in ("role", "device")
        if quality and (role, code) != ("qa", "APPROVED"):
            self._say("RBAC", e, "needs qa and APPROVED")
        void = [c for c in e.d["chg"] if c[0] == "void"]
        if (code == "VOIDED" or void) and (e.d["chg"] != [["void", None, 1]] or code != "VOIDED"):
            self._say("RBAC", e, "voiding")
        if code in WHY_CODES and e.d["why"] is None:
            self._say("ENTRY_SCHEMA", e, "why is missing")
        self.registry.appointing = self.registry.appointing and code != "COMPETENT"
        self._side(e, side, self.registry.person(e.d["by"]["uid"]), row)

    def _side(self, e: Entry, side: str | None, person: str, row: Row) -> None:
        assert e.d is not None
        taken = self.sides.setdefault((e.d["ent"]["t"], e.d["ent"]["id"]), {})
        if side == "learner" and e.d["ent"]["t"] == "record" and row.get("pid") != person:
            self._say("RBAC", e, "not the trainee's own record")
        if "pid" in row:
            taken.setdefault(row["pid"], "learner")
        if side and taken.setdefault(person, side) != side:
            self._say("RBAC", e, f"{person} on the sides {taken[person]} and {side}")
