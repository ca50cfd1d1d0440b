"""A site as the centre sees it: a root that signs bundles, devices that write, chain, note and seal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.base.codec import b64u, pack, unb64u
from app.proof import trust
from app.proof.batch import make_batch
from app.proof.chain import ZERO, leaf
from app.proof.derive import new_scalar, point_of, private_of
from app.proof.device import Device, new_device
from app.proof.merkle import Frontier, consistency
from app.proof.notes import sign_checkpoint
from app.proof.trust import TrustedCentre, TrustedDevice

START = "2026-01-01T00:00:00.000Z"


class Sender:
    """One device and its log. `entries` may be swapped for a forged past."""

    def __init__(self, site: str, id: str, keys: Device | None = None) -> None:
        self.id, self.keys = id, keys or new_device(os.urandom)
        self.log = f"countersign.local.invalid/{site}/{id}/0"
        self.site = site
        self.entries: list[bytes] = []

    @property
    def leaves(self) -> list[bytes]:
        return [leaf(entry) for entry in self.entries]

    def write(self, count: int, text: str = "") -> Sender:
        """Chain `count` more entries; `text` makes them others than they would be."""
        for seq in range(len(self.entries), len(self.entries) + count):
            prev = leaf(self.entries[-1]) if seq else ZERO
            stamp = {"boot": "b", "clk": "ok", "hlc": f"{seq + 1}.0000", "off": "+00:00", "up": seq,
                     "utc": START, "zone": "UTC"}  # fmt: skip
            self.entries.append(pack({
                "v": 1, "log": self.log, "seq": seq, "prev": b64u(prev), "ts": stamp,
                "by": {"uid": "sys", "sess": None, "role": "system"}, "scope": {"site": self.site, "dept": None},
                "act": "backup.ok", "ent": {"t": "site", "id": self.site, "base": []}, "chg": [], "post": None,
                "body": {"h": text, "n": seq}, "why": None, "sig": None, "app": "1", "sch": 1,
            }))  # fmt: skip
        return self

    def note(self, size: int) -> str:
        tree = Frontier()
        tree.extend(self.leaves[:size])
        return sign_checkpoint(self.log, size, tree.root(), self.keys.ed25519)

    def batch(self, first: int, end: int, **more: Any) -> bytes:
        """The entries from `first` up to and without `end`, sealed."""
        leaves = self.leaves[:end]
        told: dict[str, Any] = {
            "id": f"b_{first}_{end}", "log": self.log, "first": first, "prev": leaves[first - 1] if first else ZERO,
            "cp": self.note(end), "region": "eu", "key": self.keys.p256, "rcpt": first or None,
            "cons": consistency(leaves, first) if first else (),
        }  # fmt: skip
        return make_batch(self.entries[first:end], **{**told, **more})

    def path(self, batch: bytes, site: str | None = None) -> str:
        """Where the batch is put."""
        line = batch.split(b"\n", 1)[0].decode()
        log = b64u(self.log.encode())
        return f"/sync/v1/sites/{site or self.site}/logs/{log}/batches/{hash_of(line)}"

    def trusted(self, until: str | None = None) -> TrustedDevice:
        return TrustedDevice(
            id=self.id, jwk=self.keys.jwk, ed25519=b64u(self.keys.notes_raw), start=START, end=until
        )


def hash_of(line: str) -> str:
    return sha256(line.encode()).hexdigest()


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def twinned(batch: bytes) -> bytes:
    """The batch with the other s of its seal, n - s: what anybody can make of it without a key."""
    line, _, body = batch.partition(b"\n")
    told, _, seal = line.rpartition(b".")
    signature = unb64u(seal.decode())
    other = signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    return told + b"." + b64u(other).encode() + b"\n" + body


class Site:
    """A site's root and its devices."""

    def __init__(self, name: str, devices: Sequence[str] = ("dev1",)) -> None:
        self.name = name
        self.root: EllipticCurvePrivateKey = private_of(new_scalar(os.urandom))
        self.kit = private_of(new_scalar(os.urandom))
        self.devices = {id: Sender(name, id) for id in devices}

    @property
    def one(self) -> Sender:
        return self.devices["dev1"]

    def bundle(
        self, centres: Sequence[TrustedCentre] = (), issued: str = START, until: str | None = None, **more: Any
    ) -> str:
        """The trust bundle; `until` ends the first device."""
        told: dict[str, Any] = {
            "site": self.name, "domain": "local.invalid", "genesis": b64u(bytes(32)),
            "recovery": b64u(point_of(self.kit)), "issued": issued, "key": self.root, "centres": centres,
            "devices": [d.trusted(until if n == 0 else None) for n, d in enumerate(self.devices.values())],
        }  # fmt: skip
        return trust.make(**{**told, **more})
