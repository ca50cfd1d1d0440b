"""Checkpoints of a log (formats §5): signed by its device, of its entries.

- The device's key is the bundle's where a bundle names the device, else that of its newest enrolment before the checkpoint.
- At the entry that replaces a device's key either key may have signed.
- A root that can't be made because entries are missing is not judged; a size beyond the log's end is CP_MISMATCH.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.audit.findings import Findings
from app.audit.shape import ORIGIN
from app.audit.walk import Tree
from app.base.codec import unb64u
from app.base.words import Json, Value
from app.domain.standing import Jwk, Standing
from app.proof.notes import Checkpoint, NoteBad, open_checkpoint
from app.proof.trust import TrustedDevice


class Keys(Value, frozen=True):
    """A device's public keys: P-256 for batches, Ed25519 (b64u) for checkpoints."""

    jwk: Jwk
    ed25519: str


class Devices:
    """Which keys a log's device has at a size; a trust bundle wins over the chain. Can be sent to another process."""

    def __init__(self, standing: Standing, trusted: Iterable[TrustedDevice]) -> None:
        self._machines = standing.machines
        self._trusted = {device.id: Keys(jwk=device.jwk, ed25519=device.ed25519) for device in trusted}

    def keys(self, log: str, size: int) -> list[Keys]:
        """The keys that may have signed for the first `size` entries of a log."""
        match = ORIGIN.fullmatch(log)
        ident = match[1] if match else ""
        if ident in self._trusted:
            return [self._trusted[ident]]
        mine = [machine for machine in self._machines if machine.log == log]
        mine = mine or [machine for machine in self._machines if machine.id == ident]
        known = [machine for machine in mine if machine.place[0] != log or machine.place[1] < size]
        both = bool(known) and known[-1].place == (log, size - 1)
        return [Keys(jwk=machine.jwk, ed25519=machine.ed25519) for machine in known[-2 if both else -1 :]]


class Held(Value, frozen=True):
    """What a log's checkpoints are checked against: its entries counted, and whether one of them is missing."""

    log: str
    size: int
    gap: bool
    tree: Tree


def judge(rows: Sequence[tuple[Json, Json]], held: Held, devices: Devices, found: Findings) -> None:
    """CP_BADSIG and CP_MISMATCH of (size, note) rows of one log."""
    for n, note in rows:
        text = note.decode("utf-8", "replace") if isinstance(note, bytes) else str(note)
        said = opened(text, held.log, devices.keys(held.log, n))
        if said is None:
            found.add("CP_BADSIG", held.log, n - 1)
            continue
        root = held.tree.root(n)
        missing = root is None and held.gap
        if said.size != n or not (missing or root == said.root):
            found.add("CP_MISMATCH", held.log, n - 1)


def opened(note: str, log: str, keys: Iterable[Keys]) -> Checkpoint | None:
    """What a note says, if one of the keys signed it for this log."""
    for key in keys:
        try:
            return open_checkpoint(note, log, _public(key.ed25519))
        except (NoteBad, ValueError):
            continue
    return None


def missing(
    signed: Iterable[int], sizes: set[int], log: str, entities: Mapping[int, str], found: Findings
) -> None:
    """CP_MISSING for every signed entry without a checkpoint of its size."""
    for seq in signed:
        if seq + 1 not in sizes:
            found.add("CP_MISSING", log, seq, entities.get(seq))


@lru_cache(maxsize=256)
def _public(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(unb64u(text))
