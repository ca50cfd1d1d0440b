"""The evidence file: signed entries with the proof that they stand in a device's history (FORMATS §11).

- Lines of canonical JSON, each ended by LF: report, trust, log…, entry…, receipt…, said…, seal.
- Entries are the exact bytes; each has its RFC 9162 path to the checkpoint of its log.
- The last line seals all before it with the device's key, so the words in clear are vouched for by the device.
- Made here, checked in `witness.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec

from app.base.codec import b64u, pack
from app.base.words import Json, Value
from app.proof import esign

SEAL = "countersign-evidence+jws"
LIMIT = 16 * 1024 * 1024
NODE = b"\1"


class Piece(Value, frozen=True):
    """One entry with its path, nearest sibling first."""

    log: str
    seq: int
    b: bytes
    path: tuple[bytes, ...]


class Said(Value, frozen=True):
    """What is printed of one signature in clear: its `sid`, the name and the words."""

    sid: str
    name: str
    words: str


class Contents(Value, frozen=True):
    """Everything but the seal. `report` are the members of the first line; `notes` and `receipts` are (log, size, text)."""

    report: Mapping[str, Json]
    trust: str
    notes: Sequence[tuple[str, int, str]]
    pieces: Sequence[Piece]
    receipts: Sequence[tuple[str, int, str]]
    said: Sequence[Said]


def make(contents: Contents, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The file's bytes, sealed by the device's P-256 key; always the same for the same contents."""
    body = b"".join(pack(line) + b"\n" for line in _lines(contents))
    seal = {"v": 1, "report": contents.report["id"], "sha256": b64u(sha256(body).digest())}
    token = esign.sign(seal, SEAL, key, esign.thumbprint(esign.jwk_of(key.public_key())))
    return body + pack({"t": "seal", "jws": token}) + b"\n"


def _lines(contents: Contents) -> Iterable[dict[str, Json]]:
    yield {"t": "report", "v": 1, **contents.report}
    yield {"t": "trust", "jws": contents.trust}
    for log, n, note in contents.notes:
        yield {"t": "log", "log": log, "n": n, "note": note}
    for piece in sorted(contents.pieces, key=lambda piece: (piece.log, piece.seq)):
        path = [b64u(node) for node in piece.path]
        yield {"t": "entry", "log": piece.log, "seq": piece.seq, "b": piece.b.decode("utf-8"), "path": path}
    for log, n, token in contents.receipts:
        yield {"t": "receipt", "log": log, "n": n, "jws": token}
    for one in contents.said:
        yield {"t": "said", "sid": one.sid, "name": one.name, "words": one.words}


def paths(leaves: Sequence[bytes], wanted: Iterable[int]) -> dict[int, tuple[bytes, ...]]:
    """The audit paths of several leaves of one tree (RFC 9162 §2.1.3.1), hashing the tree once. Raises IndexError."""
    at = {index: index for index in wanted}
    if at and not 0 <= min(at) <= max(at) < len(leaves):
        raise IndexError("no such leaf")
    found: dict[int, list[bytes]] = {index: [] for index in at}
    level = list(leaves)
    while len(level) > 1:
        for index, here in at.items():
            if here ^ 1 < len(level):
                found[index].append(level[here ^ 1])
            at[index] = here >> 1
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(NODE + left + right).digest() for left, right in pairs]
        # A node without a sibling goes up as it is.
        level = above if len(level) % 2 == 0 else [*above, level[-1]]
    return {index: tuple(path) for index, path in found.items()}
