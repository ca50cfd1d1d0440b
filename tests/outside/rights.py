"""Whether each entry was made by somebody who could, might and did: sessions, rights, coverage, sheets.

Clauses followed (formats.md): §5 commands, what must be covered, two-person acts, roles, late revocation; §6 sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

from checking import History
from columns import column_faults, steps_are_the_requirements
from entries import Entry, Row
from folding import Fold
from opening import Findings, Json, b64u, jcs, sha256
from registry import Registry, is_two
from signatures import Deks, Reveal, Session, Signatures, Signed
from signed import Tree

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
        self.check_private = check_private
        self.disabled: list[tuple[Entry, str, bool]] = []
        self.signatures = s = Signatures(history, fold, registry, found, reveal, deks)
        self.signed, self.covered, self.over, self.sessions = s.signed, s.covered, s.over, s.sessions

    def _say(self, code: str, e: Entry, note: str) -> None:
        self.found.add(code, log=e.log, seq=e.seq, entity=e.entity, note=note)

    def step(self, e: Entry) -> None:
        assert e.d is not None
        before, after = self.fold.step(e)
        self.check_private(e, after or {})
        mark = len(self.found.rows)
        if e.d["act"] == "site.genesis":
            self.registry.check_genesis(e)
        elif is_two(e.d):
            self.registry.check_two(e)
        elif e.d["act"] in ("device.enrol", "device.key"):
            self.registry.check_device(e)
        self.signatures.step(e, before, after)
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
        if same or (by["role"] != "qa" and not is_two(e.d)):
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
