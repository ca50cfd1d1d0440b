"""Checkpoints of a log (C2SP signed-note and tlog-checkpoint), signed by the device; a centre's cosignature.

- Three lines: origin, size, root in standard base64; a blank line; one signature line of the log's own key.
- The key name is the origin; the key id is the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
- What is not spelt exactly as `sign_checkpoint` would spell it is refused: no extension lines, no second
  signature, no other spelling of a number or of base64.
- A cosignature (C2SP tlog-cosignature, "cosignature/v1") is one line of its own: key id, 8 bytes of Unix seconds
  and an Ed25519 signature over `cosignature/v1`, that time and the checkpoint's text; its type byte is 0x04.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.base.codec import LIMIT
from app.base.words import Value

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
ID, TIME = 4, 8
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
WITNESS = re.compile(r"[^\s+—]+")
COSIGNED = re.compile(r"— ([^\n ]+) ([A-Za-z0-9+/]{102}==)\n")
NOTE = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n— ([^\n ]+) ([A-Za-z0-9+/]{91}=)\n")


class NoteBad(Exception):
    """The note is misspelt, of another log, or its signature does not hold."""


class Checkpoint(Value, frozen=True):
    """What a checkpoint says: `size` entries of the log `origin` have the Merkle root `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes


def sign_checkpoint(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """The signed note of one checkpoint. Raises ValueError for an origin or a size outside formats §5."""
    if not NAME.fullmatch(origin) or not 0 <= size < LIMIT or len(root) != 32:
        raise ValueError("not a checkpoint: origin, size or root is out of form")
    text = _text(origin, size, root)
    signature = key_id(origin, key.public_key()) + key.sign(text.encode("ascii"))
    return f"{text}\n— {origin} {b64encode(signature).decode('ascii')}\n"


def open_checkpoint(note: str, origin: str, key: Ed25519PublicKey) -> Checkpoint:
    """What `note` says, if `key` signed it for the log `origin`; else raises NoteBad."""
    match = NOTE.fullmatch(note)
    if not match:
        raise NoteBad("not a checkpoint note")
    if match[1] != origin or match[4] != origin:
        raise NoteBad("the note is of another log")
    checkpoint = Checkpoint(origin=origin, size=int(match[2]), root=_exact(match[3]))
    if checkpoint.size >= LIMIT:
        raise NoteBad("the size is out of range")
    signature = _exact(match[5])
    if signature[:4] != key_id(origin, key):
        raise NoteBad("signed by another key")
    try:
        key.verify(signature[4:], _text(origin, checkpoint.size, checkpoint.root).encode("ascii"))
    except InvalidSignature:
        raise NoteBad("the signature does not hold") from None
    return checkpoint


def cosign(note: str, name: str, seconds: int, key: Ed25519PrivateKey) -> str:
    """The cosignature line, LF included, of the witness `name` over the checkpoint in `note` at that Unix time.

    Raises ValueError for a name or a time out of form. The note itself is verified by whoever cosigns it.
    """
    if not WITNESS.fullmatch(name) or not 0 <= seconds < LIMIT:
        raise ValueError("not a cosignature: name or time is out of form")
    box = key_id(name, key.public_key(), COSIGNATURE) + seconds.to_bytes(TIME, "big")
    box += key.sign(_cosigned(note, seconds))
    return f"— {name} {b64encode(box).decode('ascii')}\n"


def open_cosignature(line: str, note: str, name: str, key: Ed25519PublicKey) -> int:
    """When (Unix seconds) the witness `name` cosigned the checkpoint in `note`; else raises NoteBad."""
    match = COSIGNED.fullmatch(line)
    if not match or match[1] != name:
        raise NoteBad("not a cosignature of that name")
    box = _exact(match[2])
    if box[:ID] != key_id(name, key, COSIGNATURE):
        raise NoteBad("cosigned by another key")
    seconds = int.from_bytes(box[ID : ID + TIME], "big")
    try:
        key.verify(box[ID + TIME :], _cosigned(note, seconds))
    except InvalidSignature:
        raise NoteBad("the cosignature does not hold") from None
    return seconds


def key_id(name: str, key: Ed25519PublicKey, kind: bytes = ED25519) -> bytes:
    """The 4 bytes that name a key in a signature line (C2SP signed-note, "Signatures")."""
    return sha256(name.encode("utf-8") + b"\n" + kind + key.public_bytes_raw()).digest()[:ID]


def _cosigned(note: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{note.partition(chr(10) * 2)[0]}\n".encode()


def _text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{b64encode(root).decode('ascii')}\n"


def _exact(text: str) -> bytes:
    """Standard base64 in its one canonical spelling."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode("ascii") != text:
        raise NoteBad("not canonical base64")
    return data
