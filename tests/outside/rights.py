"""Whether each entry was made by somebody who could, might and did: signatures, sessions, rights, coverage.

Clauses followed (formats.md):
- §5 commands, what must be covered, voiding, signature required, two-person acts, roles, late revocation;
- §6 e-signature (key, position, actor, subject, doc, disp), auth, sheet, meanings, sides, why; §1 `sid`; §9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from checking import Entry, Fold, History, Row, row_hash
from columns import column_faults, steps_are_the_requirements
from opening import Findings, Json, b64u, derive, jcs, mac, sha256
from registry import TWO, Registry
from signed import Token, Tree, read_token, token_holds

MACHINES = {"sys", "centre"}
STARRED = {
    "clock.jump",
    "anchor.lag",
    "backup.ok",
    "sync.blocked",
    "auth.fail",
    "auth.lock_reset",
    "rbac.denied",
    "person.key",
    "session.close",
}
COVERED = {
    "record",
    "qualification",
    "certificate",
    "waiver",
    "equivalence",
    "document",
    "requirement",
    "curriculum",
    "setting",
}
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


class Rights:
    """One pass over the entries; every rule adds findings, the registry learns from sound entries only."""

    def __init__(
        self,
        history: History,
        fold: Fold,
        registry: Registry,
        found: Findings,
        reveal: Reveal,
        deks: Deks,
        check_private: Callable[[Entry, Row], None],
    ) -> None:
        self.history, self.fold, self.registry, self.found = history, fold, registry, found
        self.reveal, self.deks, self.check_private = reveal, deks, check_private
        self.disabled: list[tuple[Entry, str, bool]] = []
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

    def step(self, e: Entry) -> None:
        assert e.d is not None
        before, after = self.fold.step(e)
        self.check_private(e, after or {})
        mark = len(self.found.rows)
        if e.d["act"] == "site.genesis":
            self.registry.check_genesis(e)
        elif self._is_two(e.d):
            self.registry.check_two(e)
        elif e.d["act"] in ("device.enrol", "device.key"):
            self.registry.check_device(e)
        self._signature(e, before, after)
        self._disabled(e)
        self._session_rule(e)
        self._rights(e, before or after or {})
        self._coverage(e)
        self._columns(e, before, after or {})
        told = self.sessions.get((e.log, str((e.d["body"] or {}).get("sess"))))
        if e.d["act"] == "session.close" and told is not None and told.closed:
            self._say("SIG_ACTOR", e, "the session was closed before")
        if not any(row["severity"] == "error" for row in self.found.rows[mark:]):
            self.registry.learn(e)
        self._session_step(e)

    def _is_two(self, d: dict[str, Json]) -> bool:
        body = d["body"] or {}
        first = d["act"] == "role.grant" and body.get("grade") == "W"
        high = d["act"] in ("role.grant", "role.revoke") and body.get("role") in ("qa", "manager", "admin")
        return d["act"] in TWO or first or high

    # --- one signature -----------------------------------------------------------------------------------

    def _signature(self, e: Entry, before: Row | None, after: Row | None) -> None:
        assert e.d is not None
        signed = self.signed.get((e.log, e.seq))
        if signed is None:
            noun, verb = e.d["act"].split(".")
            needs = verb == "sign" or noun == "device" or e.d["act"] in {"session.open"} | NEED_QA
            if e.d["sig"] is not None or needs or (noun == "role" and not self._is_two(e.d)):
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
        """k counts from 1, one more per ceremony; all signatures of a sheet share theirs."""
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

    def _disabled(self, e: Entry) -> None:
        """Nobody signs or opens a session while the account's row says disabled."""
        assert e.d is not None
        if e.d["sig"] is not None:
            known = [
                off for at, uid, off in self.disabled if uid == e.d["by"]["uid"] and self.history.before(at, e)
            ]
            if known and known[-1]:
                self._say("RBAC", e, "the account is disabled")
        if e.d["ent"]["t"] == "account":
            self.disabled += [(e, e.d["ent"]["id"], c[2] == "disabled") for c in e.d["chg"] if c[0] == "state"]

    # --- sessions, rights, coverage ----------------------------------------------------------------------

    def _session_rule(self, e: Entry) -> None:
        assert e.d is not None
        by, body = e.d["by"], e.d["body"] or {}
        if by["uid"] in MACHINES:
            return
        if e.d["act"] == "session.open":
            fine = by["sess"] in (None, body["sess"])
        elif by["sess"] is None:
            fine = bool(e.d["sig"] or body.get("appr") or (e.log, e.seq) in self.covered)
        else:
            session = self.sessions.get((e.log, by["sess"]))
            fine = session is not None and session.uid == by["uid"] and not session.closed
        if not fine:
            self._say("SIG_ACTOR", e, "no such open session")

    def _session_step(self, e: Entry) -> None:
        assert e.d is not None
        if e.d["act"] == "session.open":
            self.sessions[e.log, e.d["body"]["sess"]] = Session(e.d["by"]["uid"])
        if e.d["act"] == "session.close" and (e.log, e.d["body"]["sess"]) in self.sessions:
            self.sessions[e.log, e.d["body"]["sess"]].closed = True

    def _rights(self, e: Entry, row: Row) -> None:
        assert e.d is not None
        by, act, dept = e.d["by"], e.d["act"], e.d["scope"]["dept"]
        noun = act.split(".")[0]
        if by["uid"] in MACHINES:
            if by["sess"] or by["role"] != "system" or act not in STARRED | {"site.genesis"} or e.d["chg"]:
                self._say("RBAC", e, "a machine may not")
            return
        if dept != row.get("dept"):
            self._say("RBAC", e, "scope.dept is not the row's")
        if not self.registry.holds(by["uid"], by["role"], e, dept, anywhere=noun == "session"):
            self._say("RBAC", e, f"{by['uid']} is not {by['role']} here")
        only = {"inspector": {"session"}, "admin": {"session", "account", "auth", "backup"}}.get(by["role"])
        if only and noun not in only:
            self._say("RBAC", e, f"{by['role']} does {act}")
        if noun == "role":
            self._granting(e)

    def _granting(self, e: Entry) -> None:
        assert e.d is not None
        by, body = e.d["by"], e.d["body"]
        same = self.registry.person(body["uid"]) == self.registry.person(by["uid"])
        if same or (by["role"] != "qa" and not self._is_two(e.d)):
            self._say("RBAC", e, "granter is qa and another person")
        if e.d["act"] == "role.grant" and body["grade"] == "W" and not self.registry.appointing:
            self._say("RBAC", e, "initial appointment after the first COMPETENT")

    def _coverage(self, e: Entry) -> None:
        assert e.d is not None
        signed = (e.log, e.seq) in self.covered or (e.log, e.seq) in self.signed
        if e.d["chg"] and e.d["ent"]["t"] in COVERED and not signed:
            self._say("SIG_BAD", e, "changes a covered row without a signature")
        if len(e.d["ent"]["base"]) > 1 and not all(c[0].startswith("reg_") for c in e.d["chg"]):
            if not signed or e.d["by"]["role"] != "qa":
                self._say("RBAC", e, "rivals are settled by qa, signed")
            if e.d["why"] is None:
                self._say("ENTRY_SCHEMA", e, "why is missing")
        if e.d["why"] is None and self._is_late(e):
            self._say("ENTRY_SCHEMA", e, "late without why")

    def _columns(self, e: Entry, before: Row | None, after: Row) -> None:
        """What the meaning over a change lets change; the act names the type that it changes."""
        assert e.d is not None
        over, kind = self.over.get((e.log, e.seq)), e.d["ent"]["t"]
        if e.d["chg"] and e.d["act"].split(".")[0] != kind:
            self._say("RBAC", e, "the act is another type's")
        if over is None or kind not in COVERED or not e.d["chg"]:
            return
        code = over.token.payload.get("meaning", {}).get("code", "")
        for note in column_faults(e.d, before, after, code):
            self._say("RBAC", e, note)
        if kind == "record" and before is None and (code, e.d["by"]["role"]) != ("APPROVED", "qa"):
            requirement = self.fold.row("requirement", str(after.get("req")), e)
            if not steps_are_the_requirements(after, requirement, self.fold.row("setting", "qa_approves", e)):
                self._say("RBAC", e, "the steps are not the requirement's")

    def _is_late(self, e: Entry) -> bool:
        assert e.d is not None
        done = next((c[2] for c in e.d["chg"] if c[0] == "done"), None)
        setting = (self.fold.row("setting", "late_h", e) or {}).get("value", 24)
        try:
            gap = datetime.fromisoformat(e.d["ts"]["utc"]) - datetime.fromisoformat(done)
            return abs(gap.total_seconds()) > int(setting) * 3600
        except (TypeError, ValueError):
            return False

    # --- at the end --------------------------------------------------------------------------------------

    def finish(self, receipts: list[dict[str, Any]]) -> None:
        self._sheets()
        for s in self.signed.values():
            if any(s.entry.log == log and s.entry.seq >= n for log, n in self.registry.cut):
                self._say("SIG_KEY_RETIRED", s.entry, "beyond last_n of a revoked device")
            uid, role = s.entry.d["by"]["uid"], s.entry.d["by"]["role"]
            ends = [entry for jkt, entry in self.registry.ended if jkt == s.token.kid]
            ends += [r.entry for r in self.registry.revokes if (r.uid, r.role) == (uid, role)]
            if any(self._came_late(end, s.entry, receipts) for end in ends):
                self._say("LATE_REVOCATION", s.entry, "the signature does not count until QA decides")

    def _came_late(self, end: Entry, e: Entry, receipts: list[dict[str, Any]]) -> bool:
        if end.log == e.log or self.history.before(end, e):
            return False
        places = [
            next((r["pos"] for r in receipts if r["log"] == x.log and r["from"] <= x.seq <= r["to"]), None)
            for x in (end, e)
        ]
        return end.hlc() < e.hlc() or (None not in places and places[0] < places[1])

    def _sheets(self) -> None:
        sheets: dict[tuple[str, str], list[Signed]] = {}
        for s in self.signed.values():
            if s.token.payload.get("sheet"):
                sheets.setdefault((s.entry.log, s.token.payload["sheet"]["id"]), []).append(s)
        for rows in sheets.values():
            rows.sort(key=lambda s: s.entry.seq)
            tree, first = Tree(), rows[0].token.payload
            for s in rows:
                tree.add(sha256(b"\x00" + jcs(s.token.payload["subj"])))
            fine = all(self._same_sheet(s.token.payload, first, i, len(rows)) for i, s in enumerate(rows))
            fine = fine and all(
                s.entry.seq - s.token.payload["with"] == last.entry.seq + 1 for last, s in pairwise(rows)
            )
            if not fine or b64u(tree.root()) != first["sheet"]["root"]:
                self._say("SIG_SUBJECT", rows[-1].entry, "sheet")

    @staticmethod
    def _same_sheet(p: dict[str, Json], first: dict[str, Json], i: int, n: int) -> bool:
        same = all(p[name] == first[name] for name in ("auth", "log", "utc")) and (
            p["signer"]["uid"],
            p["meaning"]["code"],
            p["sheet"]["root"],
        ) == (first["signer"]["uid"], first["meaning"]["code"], first["sheet"]["root"])
        return same and (p["sheet"]["i"], p["sheet"]["n"]) == (i, n)
