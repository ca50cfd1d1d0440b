"""One signature (formats §6): key, position, actor and subject are all reported; then words, document, meaning, sides.

- The key is registered for that account before the entry and not ended; the mathematics holds over exact bytes.
- `head` is the entry before; `entry` the digest of the entry's own bytes; `subj` the row before, as the base has it.
- The words shown are MACed under the key of the record's person, else of the signer.
- A meaning asks for its roles; nobody stands on two sides of one subject, judged by person.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from app.audit.findings import Findings
from app.audit.fold import Row, Step, digest
from app.audit.personal import Personal, entity_of, sealed
from app.audit.tokens import Esig, Opening, Sheet, Signed, read_signature
from app.base.codec import pack_checked
from app.base.entry import Entry
from app.domain.roles import Place, two_person
from app.domain.signatures import MEANINGS, NEEDS_WHY, SIDE_OF, roles_for
from app.domain.standing import Standing
from app.proof.chain import leaf
from app.proof.esign import SigBad, entry_digest

NEED_QA = frozenset({"key.retire", "clock.ack", "centre.descriptor", "code.reset", "db.rekey"})
FULL = "full"


class Used(NamedTuple):
    """What is left to ask of a token when all are known: its `sid`, its ceremony, its sheet, its key's later end."""

    place: Place
    hlc: tuple[int, int]
    entity: str
    sid: str
    uid: str
    role: str
    kid: str
    code: str
    sess: str | None
    lvl: str
    k: int
    login_first: bool
    sheet: Sheet | None
    subject: bytes
    utc: str = ""
    first: int = 0


class Doubt(NamedTuple):
    """A signature whose mathematics is still to be checked."""

    place: Place
    entity: str
    signed: bytes
    signature: bytes
    jwk: dict[str, str]


def must_be_signed(e: Entry) -> bool:
    """Whether an entry without a signature is SIG_BAD for that alone (formats §5 "Signature required")."""
    return needs_signature(e.act) and not (e.act.startswith("role.") and two_person(e.act, e.body or {}))


@lru_cache(maxsize=4096)
def needs_signature(act: str) -> bool:
    """Whether an act is signed, or stands under two approvals instead."""
    noun, _, verb = act.partition(".")
    return verb == "sign" or noun in ("device", "role") or act == "session.open" or act in NEED_QA


class Signatures:
    """Judges the signatures of entries, in their order; `row` gives a row as it is for an entry."""

    def __init__(
        self, standing: Standing, personal: Personal, found: Findings, row: Callable[[str, Place], Row | None]
    ) -> None:
        self._standing, self._personal, self._found, self._row = standing, personal, found, row
        self._sides: dict[str, str] = {}
        self.used: list[Used] = []
        self.doubts: list[Doubt] = []

    def judge(self, e: Entry, raw: bytes, step: Step, hlc: tuple[int, int], *, later: bool = False) -> None:
        """Every finding about the signature of one entry, or about the want of one.

        `later`: keep a session's mathematics in `doubts`, to be checked by others.
        """
        opening = e.act == "session.open"
        token = None if e.sig is None else read_signature(e.sig, session=opening)
        if token is None:
            if e.sig is not None or must_be_signed(e):
                self._say("SIG_BAD", e, "missing or unparsable")
            return
        p = token.payload
        self._key(e, token, later=later and opening)
        if (p.log, p.head.n, p.head.h) != (e.log, e.seq, e.prev):
            self._say("SIG_POSITION", e, "head")
        self._actor(e, p)
        if self._standing.disabled(e.by.uid, (e.log, e.seq)):
            self._say("RBAC", e, "the account is disabled")
        self._entry(e, raw, p)
        if isinstance(p, Esig):
            self._subject(e, p, step)
            self._document(e, p, step.after)
            row = step.before or step.after or {}
            self._words(e, p, row)
            self._meaning(e, p, row)
        self._use(e, token, hlc)

    def _key(self, e: Entry, token: Signed, *, later: bool) -> None:
        key, place = self._standing.keys.get(token.kid), (e.log, e.seq)
        if (
            key is None
            or key.uid != token.payload.signer.uid
            or not self._standing.order.before(key.place, place)
        ):
            self._say("SIG_KEY_UNREGISTERED", e, token.kid)
        if key is not None and later:
            self.doubts.append(Doubt(place, entity_of(e), token.signed, token.signature, dict(key.jwk)))
        elif key is not None and not token.holds(dict(key.jwk)):
            self._say("SIG_BAD", e, "mathematics")
        if self._standing.keys.ended(token.kid, place):
            self._say("SIG_KEY_RETIRED", e, token.kid)

    def _actor(self, e: Entry, p: Esig | Opening) -> None:
        auth, by = p.auth, e.by
        if p.signer.uid != by.uid:
            self._say("SIG_ACTOR", e, "signer is not by.uid")
        if isinstance(p, Opening):
            told = None if e.body is None else e.body["sess"]
            fine = (auth.lvl, auth.sess, auth.k) == (FULL, p.sess, 0) and p.sess == told
        elif by.sess is None:
            fine = (auth.lvl, auth.sess, auth.k) == (FULL, None, 1)
        else:
            fine = auth.sess == by.sess
        if not fine:
            self._say("SIG_ACTOR", e, "auth")

    def _entry(self, e: Entry, raw: bytes, p: Esig | Opening) -> None:
        try:
            same = entry_digest(raw, e.sig or "") == p.entry
        except SigBad:
            same = False
        if not same:
            self._say("SIG_SUBJECT", e, "entry")
        if (p.utc, p.off) != (e.ts.utc, e.ts.off):
            self._say("SIG_SUBJECT", e, "utc, off")

    def _subject(self, e: Entry, p: Esig, step: Step) -> None:
        subj = p.subj
        rows: set[str | None] = {digest(row) for row in step.bases} or {None}
        if (subj.t, subj.id) != (e.ent.t, e.ent.id) or subj.row not in rows:
            self._say("SIG_SUBJECT", e, "subj")
        if step.before is None and subj.row is not None:
            self._say("SIG_SUBJECT", e, "subj.row of nothing")
        if p.covers > e.seq:
            self._say("SIG_SUBJECT", e, "with reaches too far")

    def _document(self, e: Entry, p: Esig, after: Row | None) -> None:
        doc = p.subj.doc
        if doc is None:
            if p.meaning.code == "READ":
                self._say("DOC_HASH", e, "READ names no document")
            return
        key = f"document/{doc.id}"
        rows = [self._row(key, (e.log, e.seq)), after if entity_of(e) == key else None]
        if (after or {}).get("doc", doc.id) != doc.id:
            self._say("DOC_HASH", e, "another document than the row's")
        if not any(row and (row.get("ver"), row.get("sha256")) == (doc.ver, doc.sha256) for row in rows):
            self._say("DOC_HASH", e, doc.id)

    def _words(self, e: Entry, p: Esig, row: Row) -> None:
        disp, personal, place = p.disp, self._personal, (e.log, e.seq)
        owner = row.get("pid") or self._standing.keys.person(p.signer.uid)
        if disp.text.get("k") != disp.k or disp.k.rpartition(".")[0] != owner:
            self._say("SIG_SUBJECT", e, "disp is under another key")
        text = None
        for spot in sealed(p.sid, p.signer.name, disp.text):
            bad, text = personal.look(spot, place, self._standing.order.before)
            if bad:
                self._say("ENVELOPE_BAD", e, spot[2])
        # The words shown come last of the two.
        if text is not None and personal.display_mac(disp.k, text) not in (None, disp.m):
            self._say("SIG_SUBJECT", e, "disp")

    def _meaning(self, e: Entry, p: Esig, row: Row) -> None:
        code, role = p.meaning.code, e.by.role
        if code not in MEANINGS:
            self._say("SIG_BAD", e, "meaning")
            return
        allowed = roles_for(code)
        if allowed is not None and role not in allowed:
            self._say("RBAC", e, f"{role} signs {code}")
        quality = e.act in NEED_QA or e.act.startswith(("role.", "device."))
        if quality and (role, code) != ("qa", "APPROVED"):
            self._say("RBAC", e, "needs qa and APPROVED")
        if code == "VOIDED" or any(column == "void" for column, _, _ in e.chg):
            voids = len(e.chg) == 1 and pack_checked(e.chg[0]) == b'["void",null,1]'
            if not voids or code != "VOIDED":
                self._say("RBAC", e, "voiding")
        if code in NEEDS_WHY and e.why is None:
            self._say("ENTRY_SCHEMA", e, "why is missing")
        self._side(e, SIDE_OF.get(code), row)

    def _side(self, e: Entry, side: str | None, row: Row) -> None:
        """One person, one side; what is known of an entity is kept as `|person=side|person=side|`."""
        key, person = entity_of(e), self._standing.keys.person(e.by.uid)
        taken = self._sides.get(key, "|")
        owner = row.get("pid")
        if side == "learner" and e.ent.t == "record" and owner != person:
            self._say("RBAC", e, "not the trainee's own record")
        if owner is not None and f"|{owner}=" not in taken:
            taken += f"{owner}=learner|"
        if side is not None:
            at = taken.find(f"|{person}=")
            if at < 0:
                taken += f"{person}={side}|"
            elif not taken.startswith(f"|{person}={side}|", at):
                self._say("RBAC", e, f"{person} stands on two sides")
        self._sides[key] = taken

    def _use(self, e: Entry, token: Signed, hlc: tuple[int, int]) -> None:
        p = token.payload
        esig = p if isinstance(p, Esig) else None
        code, sheet, subject, login_first = "", None, b"", False
        if esig is not None:
            code, sheet = esig.meaning.code, esig.sheet
            if sheet is not None:
                subject = leaf(pack_checked(esig.subj))
            if p.auth.k == 1 and p.auth.lvl != FULL:
                setting = self._row("setting/login_first", (e.log, e.seq)) or {}
                login_first = setting.get("value") == 1 or setting.get("text") == "1"
        self.used.append(
            # Tokens are many, what they name is few: the same text is kept once.
            Used((intern(e.log), e.seq), hlc, entity_of(e), p.sid, intern(e.by.uid), intern(e.by.role),
                 intern(token.kid), intern(code), p.auth.sess and intern(p.auth.sess), intern(p.auth.lvl), p.auth.k,
                 login_first, sheet, subject, intern(e.ts.utc), e.seq - (0 if esig is None else esig.covers))
        )  # fmt: skip

    def _say(self, code: str, e: Entry, note: str) -> None:
        self._found.add(code, e.log, e.seq, entity_of(e), note)
