"""Checking an evidence file with nothing but a trust bundle (FORMATS §11, "To check").

- Every entry must lie under a checkpoint of a device that the bundle names; every signature must hold under a key that
  was enrolled in the file itself, by genesis or by two approvals; the seal must cover every line.
- Where the bundle names centres, every receipt must be one of theirs; where it names none, receipts are counted only.
- Findings are those of formats §9. What the file can't tell is not judged: rights, roles, keys that ended.
- A file that is no evidence file, or a device that the bundle does not name, leaves the question open.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.base.codec import NotCanonical, b64u, unb64u, unpack
from app.base.entry import Entry, read
from app.base.faults import CannotDecide
from app.base.moment import utc_ms
from app.base.words import Json, Value
from app.proof import approvals, esign, merkle, notes, trust
from app.proof.approvals import Signer
from app.proof.batch import ReceiptBad, read_receipt
from app.proof.chain import leaf
from app.proof.esign import SigBad
from app.proof.evidence import LIMIT, SEAL
from app.proof.notes import NoteBad, open_cosignature
from app.proof.trust import TrustBundle

TIMES = ("at", "known_at", "issued")
KINDS: dict[str, dict[str, type]] = {
    "report": {**dict.fromkeys(("id", "site", "domain", "pid", "device", *TIMES), str), "v": int},
    "trust": {"jws": str},
    "log": {"log": str, "n": int, "note": str},
    "entry": {"log": str, "seq": int, "b": str, "path": list},
    "receipt": {"log": str, "n": int, "jws": str},
    "said": {"sid": str, "name": str, "words": str},
    "seal": {"jws": str},
}
"""Kinds of line in their order, and the members of each beside `t`."""
APPROVERS = 2


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class _Head(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    n: int
    h: str


class _Subject(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    t: str
    id: str
    row: str | None
    doc: Json


class _Signed(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Exactly the members of an e-signature (formats §6); those that are not asked about here may hold anything."""

    v: Literal[1]
    sid: str
    log: str
    head: _Head
    entry: str
    covers: int = msgspec.field(name="with")
    signer: Signer
    meaning: Json
    utc: str
    off: str
    subj: _Subject
    disp: Json
    auth: Json
    sheet: Json


class Flaw(Value, frozen=True):
    """One finding: code of formats §9, where, about which entity (`<t>/<id>`); `of` names the closer sentence."""

    code: str
    log: str | None = None
    seq: int | None = None
    entity: str | None = None
    of: str = ""


class Witnessed(Value, frozen=True):
    """What a check found; `report` is the file's first line, `device` sealed it."""

    flaws: tuple[Flaw, ...]
    entries: int
    signatures: int
    checkpoints: int
    receipts: int
    how: str
    report: Mapping[str, Json]
    bundle: TrustBundle
    sids: frozenset[str]


class _Check:
    def __init__(self, bundle: TrustBundle) -> None:
        self.bundle = bundle
        self.flaws: dict[Flaw, None] = {}
        self.roots: dict[str, tuple[int, bytes]] = {}
        self.notes: dict[str, tuple[int, str]] = {}
        self.keys: dict[str, tuple[str, Mapping[str, str]]] = {}
        self.signatures = 0
        self.sids: set[str] = set()
        self.covered: dict[str, tuple[str, int, int]] = {}
        """By `sid`: the log, the first entry that the signature covers, and its own."""

    def add(self, code: str, entry: Entry | None = None, log: str | None = None, of: str = "") -> None:
        """Keep one finding."""
        about = None if entry is None else f"{entry.ent.t}/{entry.ent.id}"
        place = (log, None) if entry is None else (entry.log, entry.seq)
        self.flaws[Flaw(code=code, log=place[0], seq=place[1], entity=about, of=of)] = None


def check(data: bytes, bundle: TrustBundle | None) -> Witnessed:
    """Everything that is wrong with an evidence file; `bundle` None: trust what the file brings along.

    CannotDecide `evidence.unreadable`, `trust.device_unknown`.
    """
    lines, own = _lines(data), None
    try:
        own = trust.read(lines["trust"][0]["jws"])
    except (SigBad, KeyError, TypeError, AttributeError):
        if bundle is None:
            raise CannotDecide("evidence.unreadable") from None
    case = _Check(bundle or own)  # type: ignore[arg-type]
    report = lines["report"][0]
    _same_site(case, own, report)
    _sealed(case, data, lines)
    for line in lines["log"]:
        _checkpoint(case, line)
    entries = [entry for line in lines["entry"] if (entry := _entry(case, line)) is not None]
    for one, _ in sorted(entries, key=lambda pair: pair[0].ts.utc):
        _enrolments(case, one)
    for one, b in entries:
        _signature(case, one, b)
    if case.bundle.centres:
        leaves = {(one.log, one.seq): leaf(b) for one, b in entries}
        for line in lines["receipt"]:
            _receipt(case, line, leaves)
    _said(case, lines["said"])
    _of_person(case, [one for one, _ in entries], report["pid"], lines["said"])
    return Witnessed(
        flaws=tuple(case.flaws), entries=len(entries), signatures=case.signatures, checkpoints=len(case.roots),
        receipts=len(lines["receipt"]), how="first-use" if bundle is None else "bundle", report=report,
        bundle=case.bundle, sids=frozenset(case.sids),
    )  # fmt: skip


def _lines(data: bytes) -> dict[str, list[Json]]:
    """The lines by kind, in the order that the format asks for; else CannotDecide."""
    if len(data) > LIMIT or not data.endswith(b"\n"):
        raise CannotDecide("evidence.unreadable")
    found: dict[str, list[Json]] = {kind: [] for kind in KINDS}
    last = 0
    for raw in data[:-1].split(b"\n"):
        try:
            line = unpack(raw)
            place = list(KINDS).index(line["t"])
            _in_form(line)
        except (NotCanonical, ValueError, KeyError, TypeError):
            raise CannotDecide("evidence.unreadable") from None
        if place < last:
            raise CannotDecide("evidence.unreadable")
        last = place
        found[line["t"]].append(line)
    if [len(found[kind]) for kind in ("report", "trust", "seal")] != [1, 1, 1]:
        raise CannotDecide("evidence.unreadable")
    return found


def _in_form(line: Json) -> None:
    """Raises ValueError unless the line has exactly the members of its kind."""
    kinds = KINDS[line["t"]]
    if line.keys() != {"t", *kinds} or any(type(line[name]) is not kind for name, kind in kinds.items()):
        raise ValueError("not the members of a line of this kind")
    if line["t"] == "report":
        for name in TIMES:
            utc_ms(line[name])
        if line["v"] != 1:
            raise ValueError("an evidence file of an unknown version")


def _same_site(case: _Check, own: TrustBundle | None, report: Json) -> None:
    """Another root or genesis than the bundle's is another site, whatever it calls itself."""
    bundle = case.bundle
    if (
        own is None
        or (own.root, own.genesis) != (bundle.root, bundle.genesis)
        or report.get("site") != bundle.site
    ):
        case.add("CP_MISMATCH")


def _sealed(case: _Check, data: bytes, lines: dict[str, list[Json]]) -> None:
    report, token = lines["report"][0], lines["seal"][0].get("jws")
    device = case.bundle.device(str(report.get("device")))
    if device is None:
        raise CannotDecide("trust.device_unknown", device=str(report.get("device")))
    if not device.holds_at(utc_ms(report["issued"])):
        case.add("SIG_KEY_RETIRED", of="device")
    body = data[: data[:-1].rindex(b"\n") + 1]
    try:
        told = esign.verify(str(token), SEAL, device.jwk)
    except SigBad:
        told = {}
    if told != {"v": 1, "report": report.get("id"), "sha256": b64u(sha256(body).digest())}:
        case.add("SIG_BAD")


def _checkpoint(case: _Check, line: Json) -> None:
    log = str(line.get("log"))
    parts = log.split("/")
    device = case.bundle.device(parts[2]) if len(parts) == 4 else None
    if device is None:
        raise CannotDecide("trust.device_unknown", device=log)
    try:
        key = Ed25519PublicKey.from_public_bytes(unb64u(device.ed25519))
        point = notes.open_checkpoint(str(line.get("note")), log, key)
    except (NoteBad, NotCanonical, ValueError):
        case.add("CP_BADSIG", log=log)
        return
    if point.size != line["n"]:
        case.add("CP_MISMATCH", log=log)
    case.roots[log] = point.size, point.root
    case.notes[log] = point.size, line["note"]


def _entry(case: _Check, line: Json) -> tuple[Entry, bytes] | None:
    """The entry, if it is one; a finding when it does not lie where the line says."""
    try:
        b = line["b"].encode("utf-8")
        entry, path = read(b), [unb64u(node) for node in line["path"]]
    except (msgspec.DecodeError, NotCanonical, KeyError, AttributeError, TypeError):
        case.add("ENTRY_SCHEMA", log=str(line.get("log")))
        return None
    size, root = case.roots.get(entry.log, (0, b""))
    held = (entry.log, entry.seq) == (line.get("log"), line.get("seq"))
    if not held or not merkle.check_inclusion(leaf(b), entry.seq, size, root, path):
        case.add("CP_MISMATCH", entry)
    if entry.act == "site.genesis" and b64u(leaf(b)) != case.bundle.genesis:
        case.add("CP_MISMATCH", entry)
    return entry, b


def _enrolments(case: _Check, entry: Entry) -> None:
    """The keys that an entry enrols: genesis is the bundle's own, every other one needs two approvals by enrolled keys."""
    body = entry.body
    if body is None or entry.act not in ("site.genesis", "key.enrol"):
        return
    try:
        if entry.act == "site.genesis":
            for who in body["people"]:
                case.keys[esign.thumbprint(who["jwk"])] = who["uid"], who["jwk"]
            return
        approvers = {_approver(case, token, entry) for token in body["appr"]}
        if len(approvers) == APPROVERS and body["uid"] not in approvers:
            case.keys[esign.thumbprint(body["jwk"])] = body["uid"], body["jwk"]
        else:
            case.add("ENROL_APPROVAL", entry)
    except (SigBad, KeyError, TypeError):
        case.add("ENROL_APPROVAL", entry)


def _approver(case: _Check, token: str, entry: Entry) -> str:
    uid, jwk = case.keys[esign.parse(str(token)).kid]
    told = approvals.check_approval(token, jwk, body=entry.body or {}, act=entry.act, log=entry.log)
    if told.signer.uid != uid:
        raise SigBad("signed by another account")
    return uid


def _signature(case: _Check, entry: Entry, b: bytes) -> None:
    """The e-signature of an entry, against the entry's own bytes and place (formats §6)."""
    if entry.sig is None:
        return
    try:
        token = esign.parse(entry.sig)
        if token.typ != esign.ESIG:
            return
        case.signatures += 1
        if token.kid not in case.keys:
            case.add("SIG_KEY_UNREGISTERED", entry)
            return
        uid, jwk = case.keys[token.kid]
        told = msgspec.convert(esign.verify(token, esign.ESIG, jwk), _Signed, strict=True)
        draft = esign.entry_digest(b, entry.sig)
    except (SigBad, msgspec.ValidationError):
        case.add("SIG_BAD", entry)
        return
    if not told.signer.uid == uid == entry.by.uid:
        case.add("SIG_ACTOR", entry)
    if (told.log, told.head.n, told.head.h) != (entry.log, entry.seq, entry.prev) or told.sid in case.sids:
        case.add("SIG_POSITION", entry)
    if (told.entry, told.subj.t, told.subj.id) != (draft, entry.ent.t, entry.ent.id):
        case.add("SIG_SUBJECT", entry)
    case.sids.add(told.sid)
    case.covered[told.sid] = entry.log, entry.seq - told.covers, entry.seq


def _receipt(case: _Check, line: Json, leaves: Mapping[tuple[str, int], bytes]) -> None:
    """A receipt is of a centre that the bundle names, for this site and place, and contradicts nothing in the file.

    Its batch is not in the file: the cosignature is checked where the file's checkpoint of the log is of that very size.
    """
    log, n, token = line["log"], line["n"], line["jws"]
    try:
        told, kid = read_receipt(token), esign.parse(token).kid
        centre = next(one for one in case.bundle.centres if esign.thumbprint(one.jwk) == kid)
        esign.verify(token, esign.RECEIPT, centre.jwk)
        size, note = case.notes.get(log, (-1, ""))
        if size == n:
            open_cosignature(told.cosig, note, centre.name, centre.note_key())
    except (SigBad, NoteBad, ReceiptBad, StopIteration):
        case.add("RCPT_MISMATCH", log=log)
        return
    same = (told.v, told.site, told.log, told.last + 1) == (1, case.bundle.site, log, n)
    tail = leaves.get((log, told.last))
    if not same or not 0 <= told.first <= told.last or told.pos < 1 or (tail and b64u(tail) != told.tail):
        case.add("RCPT_MISMATCH", log=log)


def _said(case: _Check, lines: list[Json]) -> None:
    """Words in clear belong to a signature of the file, and no two lines tell one signature differently."""
    told: dict[str, tuple[str, str]] = {}
    for line in lines:
        words = line["name"], line["words"]
        if line["sid"] not in case.sids or told.setdefault(line["sid"], words) != words:
            case.add("SIG_SUBJECT", of="said")


def _of_person(case: _Check, entries: list[Entry], pid: str, said: list[Json]) -> None:
    """The records are those of the report's person: one at least, and every signature that is printed is over one.

    Another person's record may stand in the file for a signature that it carries, of a command about several persons.
    """
    made = [one for one in entries if one.ent.t == "record"]
    own = {one.ent.id for one in made if ("pid", None, pid) in one.chg}
    if made and not own:
        case.add("SIG_SUBJECT", of="person")
        return
    places = [(one.log, one.seq) for one in made if one.ent.id in own]
    for sid in {line["sid"] for line in said} & case.covered.keys():
        log, first, last = case.covered[sid]
        if not any(log == where and first <= seq <= last for where, seq in places):
            case.add("SIG_SUBJECT", log=log, of="person")
