"""The evidence file of a report (formats.md §11): its form, and everything under "To check" with a trust bundle.

Unreadable, or a device that the bundle does not name: CannotDecideError. Without a bundle the file is held to its
own, which proves nothing about whose it is ("first-use").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bundles import Bundle, centre_of, device_of, in_time, log_device, read_bundle
from entries import Entry, schema_faults
from opening import CannotDecideError, Findings, Json, b64u, jcs, parse, sha256, unb64u
from proofs import inclusion_holds
from registry import approval_digest
from signed import (
    UTC,
    Note,
    Token,
    cosignature_holds,
    fits,
    note_holds,
    read_note,
    read_token,
    thumbprint,
    token_holds,
)
from wire import BROKEN

LIMIT = 16 * 1024 * 1024
KINDS: dict[str, dict[str, Any]] = {
    "report": {"v": int, "id": str, "site": str, "domain": str, "pid": str, "at": UTC, "known_at": UTC,
               "issued": UTC, "device": str},
    "trust": {"jws": str},
    "log": {"log": str, "n": int, "note": str},
    "entry": {"log": str, "seq": int, "b": str, "path": list},
    "receipt": {"log": str, "n": int, "jws": str},
    "said": {"sid": str, "name": str, "words": str},
    "seal": {"jws": str},
}  # fmt: skip
Line = dict[str, Json]


def read_lines(data: bytes) -> dict[str, list[Line]]:
    """The lines by kind, in the order of the format; ValueError for another form."""
    if len(data) > LIMIT or not data.endswith(b"\n"):
        raise ValueError("too long, or cut short")
    made: dict[str, list[Line]] = {kind: [] for kind in KINDS}
    order = list(KINDS)
    last = 0
    for raw in data[:-1].split(b"\n"):
        line = parse(raw)
        kind = line.get("t") if isinstance(line, dict) else None
        if kind not in KINDS or not fits(line, {"t": str, **KINDS[kind]}) or jcs(line) != raw:
            raise ValueError("not a line of an evidence file")
        if order.index(kind) < last:
            raise ValueError("lines out of order")
        last = order.index(kind)
        made[kind].append(line)
    if [len(made[kind]) for kind in ("report", "trust", "seal")] != [1, 1, 1] or made["report"][0]["v"] != 1:
        raise ValueError("report, trust and seal stand once each")
    return made


@dataclass
class Evidence:
    """One file and what was found in it; `entries` are those that could be read."""

    data: bytes
    bundle: Bundle
    found: Findings
    lines: dict[str, list[Line]]
    trees: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    keys: dict[str, tuple[str, dict[str, Json]]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    sids: set[str] = field(default_factory=set)
    covered: dict[str, tuple[str, range]] = field(default_factory=dict)
    signatures: int = 0

    @property
    def report(self) -> Line:
        return self.lines["report"][0]

    def device(self) -> dict[str, Json]:
        """The device that made the report, as the bundle names it."""
        made = device_of(self.bundle, self.report["device"])
        if made is None:
            raise CannotDecideError("the bundle does not name this device")
        return made

    # --- the frame ---------------------------------------------------------------------------------------

    def check(self) -> None:
        """Every rule of "To check"."""
        try:
            own: Bundle | None = read_bundle(self.lines["trust"][0]["jws"])
        except BROKEN:
            own = None
        same = own is not None and (own["root"], own["genesis"]) == (
            self.bundle["root"],
            self.bundle["genesis"],
        )
        if not same or self.report["site"] != self.bundle["site"]:
            self.found.add("CP_MISMATCH", note="another site")
        self._seal()
        for line in self.lines["log"]:
            self._tree(line)
        for line in self.lines["entry"]:
            self._entry(line)
        for e in sorted(self.entries, key=lambda e: e.d["ts"]["utc"] if e.d else ""):
            self._enrolment(e)
        for e in self.entries:
            self._signature(e)
        for line in self.lines["receipt"] if self.bundle["centres"] else ():
            if not self._receipt(line):
                self.found.add("RCPT_MISMATCH", log=line["log"])
        self._said()
        self._person()

    def _seal(self) -> None:
        body = self.data[: self.data[:-1].rindex(b"\n") + 1]
        promised = {"v": 1, "report": self.report["id"], "sha256": b64u(sha256(body))}
        device = self.device()
        if not in_time(device, self.report["issued"]):
            self.found.add("SIG_KEY_RETIRED", note="issued before or after the device's time")
        try:
            token = read_token(self.lines["seal"][0]["jws"], "evidence")
            fine = token.payload == promised and token_holds(token, device["jwk"])
        except ValueError:
            fine = False
        if not fine:
            self.found.add("SIG_BAD", note="seal")

    def _tree(self, line: Line) -> None:
        device = log_device(self.bundle, line["log"])
        if device is None:
            raise CannotDecideError("the bundle does not name the device of a log")
        try:
            note = read_note(line["note"])
            fine = note.origin == line["log"] and note_holds(note, line["log"], unb64u(device["ed25519"]))
        except BROKEN:
            fine = False
        if fine:
            self.trees[line["log"]], self.notes[line["log"]] = (note.size, note.root), note
            if note.size != line["n"]:
                self.found.add("CP_MISMATCH", log=line["log"])
        else:
            self.found.add("CP_BADSIG", log=line["log"])

    def _entry(self, line: Line) -> None:
        raw = line["b"].encode()
        try:
            d = parse(raw)
            if list(schema_faults(d)) or jcs(d) != raw:
                raise ValueError("members")
            e, path = Entry(d["log"], d["seq"], raw, d), [unb64u(one) for one in line["path"]]
        except BROKEN:
            self.found.add("ENTRY_SCHEMA", log=line["log"])
            return
        size, root = self.trees.get(e.log, (0, b""))
        told = (line["log"], line["seq"]) == (e.log, e.seq)
        held = told and inclusion_holds(e.leaf, e.seq, size, root, path)
        if not held or (d["act"] == "site.genesis" and e.h != self.bundle["genesis"]):
            self.found.add("CP_MISMATCH", log=e.log, seq=e.seq, entity=e.entity)
        self.entries.append(e)

    def _receipt(self, line: Line) -> bool:
        """Whether a centre of the bundle gave it for this place, and nothing in the file contradicts it."""
        try:
            token = read_token(line["jws"], "receipt")
        except ValueError:
            return False
        p, centre = token.payload, centre_of(self.bundle, [], token.kid)
        place = (p["site"], p["log"], p["to"] + 1)
        if centre is None or place != (self.bundle["site"], line["log"], line["n"]):
            return False
        tails = {e.h for e in self.entries if (e.log, e.seq) == (p["log"], p["to"])}
        told = 0 <= p["from"] <= p["to"] and p["pos"] > 0 and tails <= {p["tail"]}
        return told and token_holds(token, centre["jwk"]) and self._cosigned(p, centre)

    def _cosigned(self, p: Line, centre: dict[str, Json]) -> bool:
        """Only where the file has the checkpoint of that very size is there something to hold a cosignature to."""
        note = self.notes.get(p["log"])
        if note is None or note.size != p["to"] + 1:
            return True
        try:
            return cosignature_holds(p["cosig"], centre["name"], unb64u(centre["ed25519"]), note)
        except BROKEN:
            return False

    def _said(self) -> None:
        """Words belong to a signature of the file, one signature has one name and one text."""
        told = {(line["sid"], line["name"], line["words"]) for line in self.lines["said"]}
        sids = [sid for sid, _name, _words in told]
        if len(set(sids)) != len(sids) or not set(sids) <= self.sids:
            self.found.add("SIG_SUBJECT", note="words of no signature, or two texts of one")

    def _person(self) -> None:
        """A file with records holds one of the report's person, and prints only signatures over that person's."""
        records = [e for e in self.entries if e.d and e.d["ent"]["t"] == "record"]
        born = ["pid", None, self.report["pid"]]
        own = {e.d["ent"]["id"] for e in records if e.d and born in e.d["chg"]}
        held = {(e.log, e.seq) for e in records if e.d and e.d["ent"]["id"] in own}
        said = {line["sid"] for line in self.lines["said"]} & self.covered.keys()
        places = [self.covered[sid] for sid in said]
        over = all(any(log == where and seq in seqs for where, seq in held) for log, seqs in places)
        if (records and not own) or not over:
            self.found.add("SIG_SUBJECT", note="another person's")

    # --- keys and signatures -----------------------------------------------------------------------------

    def _enrolment(self, e: Entry) -> None:
        assert e.d is not None
        body = e.d["body"] or {}
        try:
            if e.d["act"] == "site.genesis":
                self.keys.update({thumbprint(who["jwk"]): (who["uid"], who["jwk"]) for who in body["people"]})
            if e.d["act"] != "key.enrol":
                return
            uids = {self._approver(text, e) for text in body["appr"]}
            fine = len(uids) == 2 == len(body["appr"]) and not uids & {None, body["uid"]}
            if fine:
                self.keys[thumbprint(body["jwk"])] = body["uid"], body["jwk"]
        except BROKEN:
            fine = False
        if not fine:
            self.found.add("ENROL_APPROVAL", log=e.log, seq=e.seq, entity=e.entity)

    def _approver(self, text: Json, e: Entry) -> str | None:
        assert e.d is not None
        token = read_token(text, "enrol")
        uid, jwk = self.keys.get(token.kid, (None, {}))
        p = token.payload
        told = (p["log"], p["act"], p["body"], p["signer"]["uid"], p["meaning"]["code"])
        fine = told == (e.log, e.d["act"], approval_digest(e.d["body"]), uid, "APPROVED")
        return uid if fine and token_holds(token, jwk) else None

    def _signature(self, e: Entry) -> None:
        """Key, mathematics, signer, place, subject of the one e-signature of an entry."""
        assert e.d is not None
        if e.d["sig"] is None or e.d["act"] == "session.open":
            return
        where = {"log": e.log, "seq": e.seq, "entity": e.entity}
        self.signatures += 1
        try:
            token = read_token(e.d["sig"], "esig")
        except ValueError:
            self.found.add("SIG_BAD", **where)
            return
        uid, jwk = self.keys.get(token.kid, (None, {}))
        if uid is None:
            self.found.add("SIG_KEY_UNREGISTERED", **where)
            return
        if not token_holds(token, jwk):
            self.found.add("SIG_BAD", **where)
            return
        for code in self._flaws(e, token, uid):
            self.found.add(code, **where)
        self.sids.add(token.payload["sid"])
        self.covered[token.payload["sid"]] = e.log, range(e.seq - token.payload["with"], e.seq + 1)

    def _flaws(self, e: Entry, token: Token, uid: str) -> list[str]:
        assert e.d is not None
        p, codes = token.payload, []
        held = b'"sig":"' + e.d["sig"].encode() + b'"'
        if not p["signer"]["uid"] == uid == e.d["by"]["uid"]:
            codes.append("SIG_ACTOR")
        place = (p["log"], p["head"]["n"], p["head"]["h"])
        if place != (e.log, e.seq, e.d["prev"]) or p["sid"] in self.sids:
            codes.append("SIG_POSITION")
        same = e.raw.count(held) == 1 and p["entry"] == b64u(sha256(e.raw.replace(held, b'"sig":null')))
        if not same or (p["subj"]["t"], p["subj"]["id"]) != (e.d["ent"]["t"], e.d["ent"]["id"]):
            codes.append("SIG_SUBJECT")
        return codes


def check_evidence(data: bytes, bundle: Bundle | None, found: Findings) -> Evidence:
    """The file, checked; `bundle` None: held to the one that it brings along."""
    try:
        lines = read_lines(data)
        held = bundle or read_bundle(lines["trust"][0]["jws"])
    except BROKEN as bad:
        raise CannotDecideError(f"not an evidence file: {bad}") from bad
    made = Evidence(data, held, found, lines)
    made.check()
    return made


def check_rows(made: Evidence, pages: list[Any]) -> None:
    """The codes of a report against its evidence: same report and history, every row the `post` of a held entry."""
    posts = {unb64u(e.d["post"])[:6] for e in made.entries if e.d and e.d["post"]}
    names = {line["name"] for line in made.lines["said"]}
    size, root = made.trees.get(
        next((log for log in made.trees if log.split("/")[2] == made.report["device"]), ""), (0, b"")
    )
    for page in pages:
        if (page.report, page.d[10]) != (made.report["id"], made.report["device"]):
            made.found.add("CP_MISMATCH", note="a page of another report")
        elif page.d[9] != [size, root]:
            made.found.add("CP_MISMATCH", note="a page of another history")
        elif not {row[5] for row in page.d[8]} <= posts or not signers(page) <= names:
            made.found.add("POST_MISMATCH", note="a row that the evidence does not hold")


def signers(page: Any) -> set[str]:
    """Who signed the rows of a page (names may be cut there)."""
    return {page.d[7][one[0]] for row in page.d[8] for one in row[4]}
