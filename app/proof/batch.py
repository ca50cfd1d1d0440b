"""Batches of entries sealed by their device, and the centre's receipts for them (formats §6).

- Line 1 is the device's JWS over the manifest; then the exact entry bytes, one per line, nothing serialised again.
- A batch is refused for its structure or its cryptography only (decision 21); `BatchBad.code` says which:
  `signature`, `truncated`, `count`, `chain`. What an entry means is nobody's business here.
- Its checkpoint must have the root that the entries lead to; so the tree before the batch has to be known.
- A receipt is two signatures of the centre: the JWS over what was received, and a cosignature of the checkpoint.
- A batch's hash is the hex SHA-256 of line 1 without its LF; so that nobody can rename it, its seal has the lower s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.base.codec import LIMIT, NotCanonical, b64u, unb64u
from app.base.moment import utc_ms, utc_text
from app.base.words import Json, Value
from app.proof import esign
from app.proof.chain import GAP, Walk, leaf
from app.proof.esign import SigBad
from app.proof.merkle import Frontier, check_consistency
from app.proof.notes import Checkpoint, NoteBad, cosign, open_checkpoint, open_cosignature
from app.proof.trust import TrustedCentre

ENTRY = 64 * 1024
"""The longest entry, in bytes (formats §1)."""

LINE = 64 * 1024
"""The longest line 1, in bytes: a manifest is about 1.5 KiB."""

MOST = 65_536
"""The most entries of one batch: counted before anything is taken apart, or many short lines would fill memory."""

SECOND = 1000


class BatchBad(Exception):
    """The batch can't be accepted; `code` is `signature`, `truncated`, `count` or `chain`."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


class ReceiptBad(Exception):
    """The receipt is not this centre's over this batch (finding RCPT_MISMATCH)."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Manifest(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payload of line 1. `first` and `last` (members `from`, `to`) are inclusive; `cp` is a signed note."""

    v: int
    id: str
    log: str
    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")
    prev: str
    sha256: str
    cp: str
    rcpt: int | None
    cons: list[str]
    ccp: Json
    region: str | None


class Receipt(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payload of a receipt. `batch` is the batch's hash, `pos` its place in the site's feed, `at` UTC."""

    v: int
    site: str
    log: str
    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")
    tail: str
    batch: str
    pos: int
    at: str
    inc: int | str
    prov: bool
    cosig: str


class Batch(Value, frozen=True):
    """A batch taken apart: line 1 (without LF), its token, what it says, and the entry bytes in order."""

    line: str
    token: esign.Token
    manifest: Manifest
    entries: tuple[bytes, ...]

    @property
    def hash(self) -> str:
        """The batch's hash, 64 hex digits."""
        return batch_hash(self.line)


class Checked(Value, frozen=True):
    """What a sound batch leads to: the leaf of its last entry (32 bytes), and the tree after it."""

    tail: bytes
    tree: Frontier
    checkpoint: Checkpoint


def batch_hash(line: str) -> str:
    """Hex SHA-256 of line 1 without its LF: the batch's name in URLs and receipts."""
    return sha256(line.encode("ascii")).hexdigest()


def hashes_of(line: str) -> tuple[str, str]:
    """The hashes of a line 1 and of its twin, the same seal with n − s: a receipt for one is a receipt for the other."""
    return batch_hash(line), batch_hash(esign.twin(line))


def make_batch(
    entries: Sequence[bytes], *, id: str, log: str, first: int, prev: bytes, cp: str, region: str | None,
    key: EllipticCurvePrivateKey, rcpt: int | None = None, cons: Sequence[bytes] = (), ccp: Json = None,
) -> bytes:  # fmt: skip
    """The bytes of a batch of `entries`, number `first` and on; the device's P-256 `key` seals it.

    `prev` is the leaf before `first` (32 zero bytes at 0), `cp` the device's checkpoint of the size after the
    last entry, `rcpt` the size under the last receipt with `cons` the RFC 9162 proof from there, `ccp` the
    centre's checkpoint last seen or None. Raises ValueError without entries or for one that holds a LF.
    """
    if not entries or any(b"\n" in entry for entry in entries):
        raise ValueError("a batch is at least one entry, each on one line")
    body = b"".join(entry + b"\n" for entry in entries)
    payload: dict[str, Json] = {
        "v": 1, "id": id, "log": log, "from": first, "to": first + len(entries) - 1, "prev": b64u(prev),
        "sha256": b64u(sha256(body).digest()), "cp": cp, "rcpt": rcpt, "cons": [b64u(node) for node in cons],
        "ccp": ccp, "region": region,
    }  # fmt: skip
    kid = esign.thumbprint(esign.jwk_of(key.public_key()))
    return esign.low(esign.sign(payload, esign.BATCH, key, kid)).encode("ascii") + b"\n" + body


def read_line(line: bytes) -> tuple[esign.Token, Manifest]:
    """What line 1 says, not yet verified. Raises BatchBad `signature` for any other form."""
    try:
        token = esign.parse(line.decode("ascii"))
        manifest = msgspec.convert(token.payload, Manifest, strict=True)
    except (SigBad, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BatchBad("signature", f"line 1: {error}") from None
    whole = manifest.v == 1 and token.typ == esign.BATCH and 0 <= manifest.first <= manifest.last < LIMIT
    # A receipt is of the end of an earlier batch, so its size lies within what came before this one.
    if not whole or (manifest.rcpt is not None and not 0 < manifest.rcpt <= manifest.first):
        raise BatchBad("signature", "line 1 is not a batch of a known version")
    return token, manifest


def read_batch(data: bytes) -> Batch:
    """The batch in `data`, complete and of the bytes its line 1 names; the signature is not verified here.

    Raises BatchBad `signature` (line 1, or other bytes than it names), `truncated` (less than it names),
    `count` (more).
    """
    end = data.find(b"\n", 0, LINE + 1)
    if end < 0:
        raise BatchBad("truncated" if len(data) <= LINE else "signature", "line 1 has no end")
    token, manifest = read_line(data[:end])
    body = data[end + 1 :]
    wanted, found = manifest.last - manifest.first + 1, body.count(b"\n")
    if found < wanted <= MOST:
        raise BatchBad("truncated", f"{found} entries where {wanted} belong")
    # Bytes behind the last promised line are too many; a line without its end before that is a cut.
    if not found == wanted <= MOST or not body.endswith(b"\n"):
        raise BatchBad("count", f"{found} entries where {wanted} belong, {MOST} at most")
    if b64u(sha256(body).digest()) != manifest.sha256:
        raise BatchBad("signature", "not the bytes that line 1 names")
    return Batch(
        line=data[:end].decode("ascii"), token=token, manifest=manifest, entries=tuple(body[:-1].split(b"\n"))
    )


def check_seal(batch: Batch, jwk: Mapping[str, Json]) -> None:
    """Raise BatchBad `signature` unless the device's key `jwk` sealed the batch."""
    try:
        esign.verify(batch.token, esign.BATCH, jwk)
    except SigBad as error:
        raise BatchBad("signature", str(error)) from None


def check_batch(
    batch: Batch, jwk: Mapping[str, Json], notes: Ed25519PublicKey, before: Frontier, prev: bytes,
    roots: Mapping[int, bytes] | None = None,
) -> Checked:  # fmt: skip
    """Seal, chain, checkpoint and proof of a batch that continues the tree `before` after the leaf `prev`.

    `jwk` and `notes` are the device's keys; `roots` are roots known at earlier sizes, for the proof `cons`
    (without one the tree itself says more). Raises BatchBad `signature` or `chain`; `before` stays as it is.
    """
    check_seal(batch, jwk)
    m, tree = batch.manifest, before.copy()
    if before.size != m.first or m.prev != b64u(prev):
        raise BatchBad("chain", "the batch does not continue this log")
    tail = _follow(batch, tree, prev)
    try:
        note = open_checkpoint(m.cp, m.log, notes)
    except NoteBad as error:
        raise BatchBad("chain", f"checkpoint: {error}") from None
    if (note.size, note.root) != (tree.size, tree.root()):
        raise BatchBad("chain", "the checkpoint is not of these entries")
    _check_proof(m, note, {**(roots or {}), before.size: before.root()})
    return Checked(tail=tail, tree=tree, checkpoint=note)


def _follow(batch: Batch, tree: Frontier, prev: bytes) -> bytes:
    """Grow `tree` by the batch; the leaf of its last entry. BatchBad `chain` at the first that does not follow."""
    if max(map(len, batch.entries)) > ENTRY:
        raise BatchBad("chain", "an entry is too long")
    walk = Walk(batch.manifest.log, batch.manifest.first, prev)
    leaves = walk.take(list(enumerate(batch.entries, batch.manifest.first)))
    if walk.flaws:
        flaw = walk.flaws[0]
        raise BatchBad("chain", f"{'gap' if flaw.code == GAP else 'break'} at {flaw.seq}")
    tree.extend(leaves)
    return leaves[-1]


def _check_proof(m: Manifest, note: Checkpoint, roots: Mapping[int, bytes]) -> None:
    root = None if m.rcpt is None else roots.get(m.rcpt)
    if m.rcpt is None or root is None:
        return
    try:
        path = [unb64u(node) for node in m.cons]
    except NotCanonical as error:
        raise BatchBad("chain", str(error)) from None
    if not check_consistency(m.rcpt, note.size, root, note.root, path):
        raise BatchBad("chain", "the proof from the last receipt does not hold")


def make_receipt(
    batch: Batch, *, site: str, name: str, pos: int, ms: int, inc: int | str, prov: bool,
    key: EllipticCurvePrivateKey, notes: Ed25519PrivateKey,
) -> str:  # fmt: skip
    """The centre's receipt (JWS) for a batch that was checked and is being kept at feed position `pos`.

    `name` is the centre's, `ms` now in milliseconds since 1970, `inc` its incarnation, `prov` whether it may
    still be lost with this machine. The cosignature's time is that of `at`, in whole seconds.
    """
    m = batch.manifest
    payload: dict[str, Json] = {
        "v": 1, "site": site, "log": m.log, "from": m.first, "to": m.last, "tail": b64u(leaf(batch.entries[-1])),
        "batch": batch.hash, "pos": pos, "at": utc_text(ms), "inc": inc, "prov": prov,
        "cosig": cosign(m.cp, name, ms // SECOND, notes),
    }  # fmt: skip
    return esign.sign(payload, esign.RECEIPT, key, esign.thumbprint(esign.jwk_of(key.public_key())))


def read_receipt(token: str) -> Receipt:
    """What a receipt says, not yet verified. Raises ReceiptBad for any other form."""
    try:
        receipt = msgspec.convert(esign.parse(token).payload, Receipt, strict=True)
        utc_ms(receipt.at)
    except (SigBad, msgspec.ValidationError, ValueError) as error:
        raise ReceiptBad(str(error)) from None
    return receipt


def check_receipt(token: str, *, site: str, line: str, tail: bytes, centre: TrustedCentre) -> Receipt:
    """What the receipt says, if the `centre` gave it for the batch of `line` whose last leaf is `tail`.

    Both signatures must hold and everything it repeats must be the batch's own; else raises ReceiptBad.
    """
    receipt = read_receipt(token)
    try:
        esign.verify(token, esign.RECEIPT, centre.jwk)
        m = read_line(line.encode("ascii"))[1]
        notes = Ed25519PublicKey.from_public_bytes(unb64u(centre.ed25519))
        open_cosignature(receipt.cosig, m.cp, centre.name, notes)
    except (SigBad, NoteBad, BatchBad, ValueError) as error:
        raise ReceiptBad(str(error)) from None
    told = (receipt.v, receipt.site, receipt.log, receipt.first, receipt.last, receipt.tail)
    same = told == (1, site, m.log, m.first, m.last, b64u(tail)) and receipt.batch in hashes_of(line)
    if not same or receipt.pos < 1:
        raise ReceiptBad("the receipt is for something else")
    return receipt
