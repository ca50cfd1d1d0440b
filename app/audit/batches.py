"""Batches, receipts and the trust bundle (formats §6), as they lie in the store.

- A batch is signed by its device, is of exactly the entries held, and carries a checkpoint of their end.
- A receipt is the centre's over that batch: its token and its cosignature both hold, else RCPT_MISMATCH.
- A bundle proves itself; another genesis, root, site or recovery point than the chain's is CP_MISMATCH.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.audit.checkpoints import Devices, Held, opened
from app.audit.findings import Findings
from app.audit.landmarks import BROKEN, Landmarks
from app.base.codec import b64u, unb64u
from app.base.entry import read
from app.base.words import Json
from app.proof import esign
from app.proof.batch import hashes_of
from app.proof.chain import leaf
from app.proof.esign import SigBad
from app.proof.trust import TrustBundle
from app.store import scan

COSIGNATURE = re.compile(r"— ([^ \n]+) ([A-Za-z0-9+/]+=*)\n?")
KIND = b"\x04"
KEY_ID, TIME = 4, 8


class Batches:
    """Judges one store's batches and receipts."""

    def __init__(
        self, connection: scan.Driver, site: str, held: Iterable[Held], devices: Devices, found: Findings
    ) -> None:
        self._connection, self._site, self._devices, self._found = connection, site, devices, found
        self._held = {one.log: one for one in held}
        self._manifests: dict[tuple[str, int], str] = {}

    def batches(self, rows: Iterable[Mapping[str, Json]]) -> None:
        """SIG_BAD, RCPT_MISMATCH, CP_MISMATCH and CP_BADSIG of every batch."""
        for row in rows:
            try:
                self._batch(row)
            except (SigBad, *BROKEN):
                self._found.add("SIG_BAD", row["log"], row["last"], note="batch")

    def _batch(self, row: Mapping[str, Json]) -> None:
        manifest, log, last = _text(row["manifest"]), row["log"], row["last"]
        self._manifests[log, last] = manifest
        token = esign.parse(manifest)
        p, keys = token.payload, self._devices.keys(log, token.payload["to"] + 1)
        if token.typ != esign.BATCH or p["v"] != 1 or not any(_signed(token, key.jwk) for key in keys):
            self._found.add("SIG_BAD", log, last, note="batch")
        first, count, digest = self._lines(log, p["from"], p["to"])
        same = (p["log"], p["from"], p["to"], p["prev"], p["sha256"]) == (
            log,
            row["first"],
            last,
            first,
            digest,
        )
        if not same or count != p["to"] + 1 - p["from"]:
            self._found.add("RCPT_MISMATCH", log, last, note="batch is not of these entries")
        note = opened(p["cp"], log, keys)
        if note is None:
            self._found.add("CP_BADSIG", log, last, note="batch")
        elif note.size != p["to"] + 1 or self._held[log].tree.root(note.size) != note.root:
            self._found.add("CP_MISMATCH", log, last, note="batch")

    def _lines(self, log: str, first: int, last: int) -> tuple[str | None, int, str]:
        """`prev` of the first entry, how many there are, and the digest over their lines."""
        state, prev, count = sha256(), None, 0
        for rows in scan.entries(self._connection, self._site, log, first, last + 1):
            for seq, raw in rows:
                if seq == first:
                    prev = read(raw).prev
                state.update(raw + b"\n")
                count += 1
        return prev, count, b64u(state.digest())

    def receipts(
        self, rows: Iterable[Mapping[str, Json]], centres: Iterable[Mapping[str, Json]]
    ) -> Iterator[Mapping[str, Json]]:
        """What each readable receipt says; RCPT_MISMATCH for those that don't hold."""
        known = list(centres)
        for row in rows:
            fine = False
            try:
                token = esign.parse(_text(row["note"]))
                fine = self._receipt(row, token, known)
                if token.payload.keys() >= {"log", "from", "to", "pos", "prov"}:
                    yield token.payload
            except (SigBad, *BROKEN):
                pass
            if not fine:
                self._found.add("RCPT_MISMATCH", row["log"], row["n"] - 1)

    def _receipt(self, row: Mapping[str, Json], token: esign.Token, centres: list[Mapping[str, Json]]) -> bool:
        p = token.payload
        centre = next((c for c in centres if esign.thumbprint(c["jwk"]) == token.kid), None)
        manifest = self._manifests.get((p["log"], p["to"]))
        last = scan.entry(self._connection, self._site, p["log"], p["to"])
        if centre is None or manifest is None or last is None or token.typ != esign.RECEIPT:
            return False
        m = esign.parse(manifest).payload
        told = (p["v"], p["log"], p["from"], p["to"] + 1, p["tail"]) == (
            1, row["log"], m["from"], row["n"], b64u(leaf(last))
        )  # fmt: skip
        # Nothing but its hash names a batch: its id is the device's choice.
        same = p["batch"] in hashes_of(manifest)
        cosigned = cosignature_holds(p["cosig"], centre["name"], unb64u(centre["ed25519"]), m["cp"])
        return told and same and cosigned and _signed(token, centre["jwk"])


def cosignature_holds(line: str, name: str, public: bytes, note: str) -> bool:
    """Whether a C2SP cosignature/v1 line of that name and Ed25519 key is over the checkpoint in `note`."""
    match = COSIGNATURE.fullmatch(line)
    if match is None or match[1] != name:
        return False
    box = b64decode(match[2], validate=True)
    if box[:KEY_ID] != sha256(name.encode() + b"\n" + KIND + public).digest()[:KEY_ID]:
        return False
    when, signature = int.from_bytes(box[KEY_ID : KEY_ID + TIME], "big"), box[KEY_ID + TIME :]
    text = f"cosignature/v1\ntime {when}\n{note.partition(chr(10) * 2)[0]}\n"
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def against_bundle(bundle: TrustBundle | None, known: Landmarks, found: Findings) -> None:
    """CP_MISMATCH where the chain has no sound genesis, or another one than the bundle says."""
    genesis = known.genesis
    if genesis is None:
        found.add("CP_MISMATCH", note="no sound genesis")
        return
    if bundle is None:
        return
    body: dict[str, Any] = genesis.body or {}
    pairs = {
        "genesis": (bundle.genesis, known.standing.genesis_hash),
        "root": (bundle.fingerprint, known.root_print()),
        "site": (bundle.site, body.get("site")),
        "domain": (bundle.domain, body.get("domain")),
        "recovery": (bundle.recovery, known.standing.recovery),
    }
    for name, (promised, held) in pairs.items():
        if promised != held:
            found.add("CP_MISMATCH", genesis.log, 0, f"site/{genesis.ent.id}", name)


def _signed(token: esign.Token, jwk: Mapping[str, Json]) -> bool:
    try:
        return esign.thumbprint(jwk) == token.kid and esign.holds(token.signed, token.signature, jwk)
    except SigBad:
        return False


def _text(value: Json) -> str:
    return (value.decode() if isinstance(value, bytes) else str(value)).strip()
