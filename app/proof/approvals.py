"""What two people sign when an act needs two (formats §5 "Two-person acts"), and proofs of possession.

- D = b64u SHA-256("cs/approve/v1\\n" ‖ JCS(body without `pop` and `appr`)): approvers and the new key
  vouch for the same bytes.
- An approval names the act and the log, so that it can't be used for another act or in another log.
- A token whose D, act, log or fixed members differ is refused like one whose mathematics fails.
- Who may approve, and that there are two of them, is judged by the rules, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.base.codec import NotCanonical, b64u, pack, unb64u
from app.base.words import Json
from app.proof import esign
from app.proof.envelope import is_envelope
from app.proof.esign import SigBad

APART = {"pop", "appr"}
AUTH = {"k": 0, "lvl": "full", "sess": None}


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Signer(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The approver: the account, and the printed name as an envelope."""

    uid: str
    name: dict[str, Json]


class Meaning(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the approver meant: always APPROVED, in the words of a template and a language."""

    code: str
    tpl: str
    lang: str


class Display(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The words shown: `text` an envelope under the key `k`, `m` their MAC (formats §6 `disp`)."""

    k: str
    m: str
    text: dict[str, Json]


class Approval(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payload of `countersign-enrol+jws`; `body` is D."""

    v: int
    sid: str
    log: str
    act: str
    body: str
    signer: Signer
    meaning: Meaning
    utc: str
    off: str
    disp: Display
    auth: dict[str, Json]


def body_digest(body: Mapping[str, Json]) -> str:
    """D of an entry's body, b64u. Raises NotCanonical."""
    rest = {name: member for name, member in body.items() if name not in APART}
    return b64u(sha256(b"cs/approve/v1\n" + pack(rest)).digest())


def draft_approval(
    body: Mapping[str, Json], *, act: str, log: str, sid: str, uid: str, name: Json,
    tpl: str, lang: str, utc: str, off: str, disp: Display,
) -> Approval:  # fmt: skip
    """The approval of `body` for `act` in `log` that the account `uid` is asked to sign."""
    return Approval(
        v=1, sid=sid, log=log, act=act, body=body_digest(body), signer=Signer(uid=uid, name=name),
        meaning=Meaning(code="APPROVED", tpl=tpl, lang=lang), utc=utc, off=off, disp=disp, auth=dict(AUTH),
    )  # fmt: skip


def sign_approval(approval: Approval, key: EllipticCurvePrivateKey, kid: str) -> str:
    """The token `countersign-enrol+jws` of an approval."""
    return esign.sign(msgspec.to_builtins(approval), esign.ENROL, key, kid)


def read_approval(token: esign.Token | str) -> Approval:
    """What an approval says, unverified: for finding the signer's key. Raises SigBad."""
    parts = esign.parse(token) if isinstance(token, str) else token
    if parts.typ != esign.ENROL:
        raise SigBad(f"of type {parts.typ!r}, not an approval")
    return _approval(parts.payload)


def check_approval(
    token: esign.Token | str, jwk: Mapping[str, Json], *, body: Mapping[str, Json], act: str, log: str
) -> Approval:
    """What `token` says, if `jwk` signed it for this body, act and log; else raises SigBad."""
    approval = _approval(esign.verify(token, esign.ENROL, jwk))
    # Compared as bytes: in Python `False == 0`, in a signed payload it is another word.
    if approval.v != 1 or pack(approval.auth) != pack(AUTH) or approval.meaning.code != "APPROVED":
        raise SigBad("not a full approval of version 1")
    if not is_envelope(approval.signer.name) or not is_envelope(approval.disp.text):
        raise SigBad("name or words of an approval are not sealed")
    if (approval.act, approval.log) != (act, log):
        raise SigBad("an approval of another act or log")
    if approval.body != body_digest(body):
        raise SigBad("an approval of another body")
    return approval


def sign_pop(body: Mapping[str, Json], *, act: str, log: str, key: EllipticCurvePrivateKey, kid: str) -> str:
    """The proof that the new key in `body` is held: token `countersign-pop+jws` by that key."""
    return esign.sign({"v": 1, "log": log, "act": act, "body": body_digest(body)}, esign.POP, key, kid)


def check_pop(
    token: esign.Token | str, jwk: Mapping[str, Json], *, body: Mapping[str, Json], act: str, log: str
) -> None:
    """Raises SigBad unless `jwk` signed `token` for exactly this body, act and log."""
    payload = esign.verify(token, esign.POP, jwk)
    if pack(payload) != pack({"v": 1, "log": log, "act": act, "body": body_digest(body)}):
        raise SigBad("a proof of possession of another body, act or log")


def sign_device_pop(body: Mapping[str, Json], key: Ed25519PrivateKey) -> str:
    """`edsig` of `device.enrol`: b64u Ed25519 over ASCII `cs/pop/v1|` ‖ D."""
    return b64u(key.sign(_device_words(body)))


def check_device_pop(edsig: str, key: Ed25519PublicKey, body: Mapping[str, Json]) -> None:
    """Raises SigBad unless the device key `key` signed D of `body`."""
    try:
        key.verify(unb64u(edsig), _device_words(body))
    except (InvalidSignature, NotCanonical):
        raise SigBad("the device did not prove possession of its key") from None


def _device_words(body: Mapping[str, Json]) -> bytes:
    return f"cs/pop/v1|{body_digest(body)}".encode("ascii")


def _approval(payload: Mapping[str, Json]) -> Approval:
    try:
        return msgspec.convert(payload, Approval, strict=True)
    except msgspec.ValidationError as error:
        raise SigBad(f"not an approval: {error}") from None
