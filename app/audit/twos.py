"""What two or three persons vouch for (formats §5 "Two-person acts", "Genesis", "Keys", device proofs).

- Exactly two approvals of exactly this body, by different entitled persons, at least one of them QA, none a subject.
- Whoever writes the entry is one of the two, and it carries no signature.
- A new key proves that it is held; no key and no account ever passes to another person.
- The genesis is approved by the three persons whose keys it registers.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.audit.findings import Findings
from app.audit.personal import Personal, entity_of, sealed
from app.audit.tokens import approval_of
from app.base.codec import NotCanonical, unb64u
from app.base.entry import Entry
from app.base.words import Json
from app.domain.roles import two_person
from app.domain.standing import Standing
from app.proof import esign
from app.proof.approvals import Approval, check_approval, check_device_pop, check_pop
from app.proof.esign import SigBad

TWO = frozenset({"key.enrol", "key.reset", "person.erase", "log.restore", "hold.ack", "recovery.used"})
FOUNDERS = ["manager", "qa", "qa"]


def is_two(e: Entry) -> bool:
    """Whether an entry stands under two approvals."""
    return e.act in TWO or two_person(e.act, e.body or {})


class Twos:
    """Judges approvals against what is known so far; `sids` are those of every approval seen, with their entries."""

    def __init__(self, standing: Standing, personal: Personal, found: Findings) -> None:
        self._standing, self._personal, self._found = standing, personal, found
        self.sids: list[tuple[str, Entry]] = []
        self._spent: set[str] = set()

    def judge(self, e: Entry, body: dict[str, Json]) -> None:
        """ENROL_APPROVAL unless two entitled, different persons approved this body."""
        texts = body["appr"] if type(body.get("appr")) is list else []
        uids = [uid for text in texts if (uid := self._approved(e, body, text, None)) is not None]
        persons = self._standing.keys.person
        subjects = {body.get("pid"), body.get("uid"), persons(str(body.get("uid")))}
        able = [uid for uid in uids if self._entitled(e, uid) and not {uid, persons(uid)} & subjects]
        two = len(texts) == len(able) == 2 and persons(able[0]) != persons(able[1])
        quality = any(self._holds(e, uid, "qa") for uid in able)
        if not (two and quality and e.by.uid in able and e.sig is None):
            self._refuse(e, "two approvals")
        if e.act == "key.enrol":
            self._enrolment(e, body, body, body["pop"])
            if e.ent.id != body["jkt"]:
                self._refuse(e, "ent is not the key")

    def genesis(self, e: Entry, body: dict[str, Json]) -> None:
        """ENROL_APPROVAL unless three persons registered themselves together."""
        people, pops, tokens = body["people"], body["pop"], body["appr"]
        three = len(people) == len(pops) == len(tokens) == 3 and len({who["pid"] for who in people}) == 3
        if not three or sorted(who["role"] for who in people) != FOUNDERS:
            self._refuse(e, "three people: qa, qa, manager")
            return
        for who, pop, token in zip(people, pops, tokens, strict=True):
            self._enrolment(e, body, who, pop)
            if self._approved(e, body, token, who["jwk"]) != who["uid"]:
                self._refuse(e, f"approval of {who['uid']}")

    def device(self, e: Entry, body: dict[str, Json]) -> None:
        """SIG_BAD unless both keys of a device prove that they are held."""
        try:
            check_pop(body["pop"][0], body["jwk"], body=body, act=e.act, log=e.log)
            key = Ed25519PublicKey.from_public_bytes(unb64u(body["ed25519"]))
            check_device_pop(body["pop"][1], key, body)
        except (SigBad, NotCanonical, ValueError, TypeError, IndexError):
            self._found.add("SIG_BAD", e.log, e.seq, entity_of(e), "device.pop")

    def _approved(
        self, e: Entry, body: dict[str, Json], text: Json, jwk: Mapping[str, Json] | None
    ) -> str | None:
        """The account whose sound approval this is; `jwk` where its key is registered by this very entry."""
        read = approval_of(text)
        if read is None:
            return None
        token, approval = read
        if approval.sid in self._spent:
            # Told at once: what was approved before must not teach a second time.
            self._found.add("SIG_POSITION", e.log, e.seq, entity_of(e), "sid used before")
        self._spent.add(approval.sid)
        self.sids.append((approval.sid, e))
        self._sealed(e, approval)
        key = self._standing.keys.get(token.kid)
        if jwk is None:
            live = self._standing.keys.all_live(approval.signer.uid, (e.log, e.seq))
            if key is None or key not in live:
                return None
        try:
            check_approval(token, jwk or (key.jwk if key else {}), body=body, act=e.act, log=e.log)
        except SigBad:
            return None
        return approval.signer.uid

    def _sealed(self, e: Entry, approval: Approval) -> None:
        at = None if e.act == "site.genesis" else (e.log, e.seq)
        for spot in sealed(approval.sid, approval.signer.name, approval.disp.text):
            if self._personal.bad(spot, at, self._standing.order.before):
                self._found.add("ENVELOPE_BAD", e.log, e.seq, entity_of(e), spot[2])

    def _entitled(self, e: Entry, uid: str) -> bool:
        able = self._holds(e, uid, "qa") or self._holds(e, uid, "manager")
        return able and "admin" not in self._standing.roles.held(uid, (e.log, e.seq), e.ts.utc)

    def _holds(self, e: Entry, uid: str, role: str) -> bool:
        return self._standing.roles.holds(uid, role, (e.log, e.seq), e.ts.utc, e.scope.site, None)

    def _enrolment(self, e: Entry, body: dict[str, Json], who: Mapping[str, Json], pop: Json) -> None:
        keys = self._standing.keys
        try:
            check_pop(pop, who["jwk"], body=body, act=e.act, log=e.log)
            proof = esign.thumbprint(who["jwk"]) == who["jkt"]
        except (SigBad, NotCanonical, KeyError, TypeError, AttributeError):
            proof = False
        taken = keys.get(who["jkt"]) is not None or keys.persons.get(who["uid"], who["pid"]) != who["pid"]
        if not proof or taken:
            self._refuse(e, "proof of possession, or the key or account is another's")

    def _refuse(self, e: Entry, note: str) -> None:
        self._found.add("ENROL_APPROVAL", e.log, e.seq, entity_of(e), note)
