"""Judging one batch before anything is written: pure, bytes and what is held in, a verdict out.

- Only structure and cryptography can reject a batch (decision 21); what its entries mean is for people later on.
- A verdict is `New` (to be admitted) or `No`: an HTTP status, a code, and what the device needs to go on.
- Known entries with other bytes are a fork: evidence. So is a broken chain under a good seal. What was cut on the
  way, or comes too early or twice, is no evidence and is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from app.base.codec import b64u
from app.base.words import Value
from app.central.registry import device_of, revoked
from app.proof.batch import Batch, BatchBad, Checked, check_batch, check_seal, read_batch
from app.proof.merkle import Frontier
from app.proof.trust import TrustBundle, TrustedDevice

FORBIDDEN, CONFLICT, UNPROCESSABLE, LEGAL = 403, 409, 422, 451


class No(Value, frozen=True):
    """A refusal: HTTP `status`, `code` of the error, members that go with it, and whether the bytes are evidence."""

    status: int
    code: str
    about: Mapping[str, str | int] = {}
    evidence: bool = False


class Held(Value, frozen=True):
    """What the centre holds of a log: its tree, the leaf of its last entry, roots at sizes where batches ended."""

    tree: Frontier
    tail: bytes
    roots: Mapping[int, bytes]


Read: TypeAlias = Batch | No


def read(data: bytes, log: str, hash: str) -> Read:
    """The batch in `data`, if it is the one that the URL names (`log`, `hash` in hex)."""
    try:
        batch = read_batch(data)
    except BatchBad as bad:
        return No(status=UNPROCESSABLE, code=bad.code)
    if batch.hash != hash or batch.manifest.log != log:
        return No(status=UNPROCESSABLE, code="url_mismatch")
    return batch


def sealed_by(batch: Batch, bundle: TrustBundle | None, region: str, ms: int) -> TrustedDevice | No:
    """The device of the bundle that sealed the batch and may send it to `region` now; its entries are not looked at.

    403 `site_unknown`, `device_unknown`, `device_revoked`; 422 `signature`; 451 `region`.
    """
    if bundle is None:
        return No(status=FORBIDDEN, code="site_unknown")
    device = device_of(bundle, batch.manifest.log)
    if device is None:
        return No(status=FORBIDDEN, code="device_unknown")
    try:
        check_seal(batch, device.jwk)
    except BatchBad as bad:
        return No(status=UNPROCESSABLE, code=bad.code)
    if revoked(device, ms):
        return No(status=FORBIDDEN, code="device_revoked")
    if batch.manifest.region is not None and batch.manifest.region != region:
        return No(status=LEGAL, code="region", about={"region": region})
    return device


def place(batch: Batch, size: int, known: Iterable[tuple[int, bytes]]) -> No | None:
    """None if the batch begins where the log of `size` entries ends; else 409 `gap`, `fork` or `overlap`.

    `known` are the (seq, bytes) held from the batch's first entry on; they are looked at only on an overlap.
    """
    first = batch.manifest.first
    if first > size:
        return No(status=CONFLICT, code="gap", about={"need": size})
    if first == size:
        return None
    for seq, held in known:
        if seq > batch.manifest.last:
            break
        if batch.entries[seq - first] != held:
            return No(status=CONFLICT, code="fork", about={"at": seq}, evidence=True)
    return No(status=CONFLICT, code="overlap", about={"need": size})


def follows(batch: Batch, device: TrustedDevice, held: Held) -> Checked | No:
    """What a batch that begins at the end of the log leads to; 409 `fork` for another past, 422 `chain`."""
    try:
        return check_batch(batch, device.jwk, device.note_key(), held.tree, held.tail, held.roots)
    except BatchBad as bad:
        at = batch.manifest.first
        if bad.code == "chain" and _other_past(batch, held):
            return No(status=CONFLICT, code="fork", about={"at": max(at - 1, 0)}, evidence=True)
        return No(status=UNPROCESSABLE, code=bad.code, evidence=True)


def _other_past(batch: Batch, held: Held) -> bool:
    """Whether the batch is sound in itself and names another entry before its first than the one held."""
    return batch.manifest.first > 0 and batch.manifest.prev != b64u(held.tail)
