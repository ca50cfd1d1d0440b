"""From a typed password to signatures (formats §6 "E-signature"; trust §4; decision 12).

- The first signing of a session asks user name, password and one-time code; later ones the password.
- A second person at the workstation always gives all three, opens no session and inherits nothing.
- The key is unwrapped outside the transaction, used for one command and forgotten.
- What is signed is the change itself: the entry's own bytes, the head before it, the words that were shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.base.codec import b64u
from app.base.ids import new_sid
from app.base.words import Json, Personal, Row, Value
from app.domain.signatures import statement
from app.proof import esign
from app.proof.chain import row_digest
from app.proof.envelope import display_mac
from app.work.ring import Ring
from app.work.scribe import Draft, Scribe

ESIG = "countersign-esig+jws"
SESSION = "countersign-session+jws"


class Signer(Value, frozen=True):
    """An unwrapped signing key, good for one command: whose it is and how it was unlocked; `nonce` tells ceremonies apart."""

    uid: str
    pid: str
    name: str
    key: EllipticCurvePrivateKey
    kid: str
    lvl: str
    sess: str | None
    k: int
    nonce: bytes = b""

    def __repr__(self) -> str:
        return f"Signer({self.uid})"


class Meaning(Value, frozen=True):
    """What a signature says: the code, the template's id and the facts that fill it."""

    code: str
    tpl: str
    about: Mapping[str, str | int]
    lang: str = "en"

    @property
    def text(self) -> str:
        """The words as shown."""
        return statement(self.tpl, self.about, self.lang)


def subject(draft: Draft, doc: Row | None) -> dict[str, Json]:
    """`subj`: what is signed, the seal of its row before, and the document version trained on."""
    return {
        "t": draft.t,
        "id": draft.id,
        "row": None if draft.before is None else row_digest(draft.before),
        "doc": None if doc is None else {"id": doc["id"], "ver": doc["ver"], "sha256": doc["sha256"]},
    }


def esign_entry(
    signer: Signer, meaning: Meaning, scribe: Scribe, covered: int, doc: Row | None, b: bytes, draft: Draft,
    sheet: Json = None,
) -> str:  # fmt: skip
    """The e-signature over one entry whose bytes (with `sig` null) are `b`; `sheet` if it is one of several."""
    sid = new_sid(scribe.ms, scribe.random)
    payload: dict[str, Json] = {
        "v": 1,
        "sid": sid,
        "log": scribe.tail.log,
        "head": {"n": scribe.tail.n, "h": b64u(scribe.tail.last)},
        "entry": b64u(sha256(b).digest()),
        "with": covered,
        "signer": {
            "uid": signer.uid,
            "name": _sealed(scribe.ring, signer.pid, signer.name, sid, "signer.name"),
        },
        "meaning": {"code": meaning.code, "tpl": meaning.tpl, "lang": meaning.lang},
        "utc": scribe.reading.instant.utc,
        "off": scribe.reading.instant.off,
        "subj": subject(draft, doc),
        "disp": shown(scribe.ring, signer.pid, draft, meaning.text, sid),
        "auth": {"lvl": signer.lvl, "sess": signer.sess, "k": signer.k},
        "sheet": sheet,
    }
    return esign.sign(payload, ESIG, signer.key, signer.kid)


def shown(ring: Ring, signer_pid: str, draft: Draft, text: str, sid: str) -> dict[str, Json]:
    """`disp`: the words shown, sealed and authenticated under the record's person, else the signer."""
    row = draft.after or draft.before or {}
    pid = row.get("pid") or signer_pid
    name, key = ring.newest(pid)
    return {"k": name, "m": display_mac(key, text), "text": _sealed(ring, pid, text, sid, "disp.text")}


def _sealed(ring: Ring, pid: str, text: str, sid: str, column: str) -> Mapping[str, Json]:
    return ring.seal(Personal(pid, text), "esig", sid, column)


def sign_session(signer: Signer, sess: str, scribe: Scribe, b: bytes) -> str:
    """The human checkpoint that opens a session: signed, and never shown as an e-signature."""
    payload: dict[str, Json] = {
        "v": 1,
        "sid": new_sid(scribe.ms, scribe.random),
        "log": scribe.tail.log,
        "head": {"n": scribe.tail.n, "h": b64u(scribe.tail.last)},
        "entry": b64u(sha256(b).digest()),
        "signer": {"uid": signer.uid},
        "utc": scribe.reading.instant.utc,
        "off": scribe.reading.instant.off,
        "sess": sess,
        "auth": {"lvl": "full", "sess": sess, "k": 0},
    }
    return esign.sign(payload, SESSION, signer.key, signer.kid)
