"""Personal values and files under a person's own key (formats §4 "Envelope" and "Files").

- `{"$e":1,"k":"<pid>.<ver>","n":…,"c":…}`; `$e` 1 = AES-256-GCM-SIV (RFC 8452), 2 = AES-256-GCM.
- The place is bound in: `cs/pii/v1|<pid>|<t>|<id>|<column>`; an envelope moved elsewhere does not open.
- The plaintext is the UTF-8 of the NFC string; anything else that opens is refused too.
- Neither cipher commits to its key, so every key is committed in the chain (`commit`).
- No key is kept beyond the Sealer that its user holds.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV

from app.base.codec import NotCanonical, b64u, unb64u
from app.base.words import Json
from app.proof.derive import expand

GCM_SIV = 1
GCM = 2
NONCE = 12
TAG = 16
FILE_LIMIT = 64 * 1024 * 1024
KEY_NAME = re.compile(r"([^.|]+)\.(0|[1-9][0-9]{0,8})")
MEMBERS = {"$e", "k", "n", "c"}
CIPHERS: dict[int, type[AESGCMSIV] | type[AESGCM]] = {GCM_SIV: AESGCMSIV, GCM: AESGCM}


class EnvelopeBad(Exception):
    """It does not open under this key at this place (finding ENVELOPE_BAD; for a file, ATTACH_HASH)."""


class NoKey(KeyError):
    """The data key of a person is not held: destroyed, or not here yet. `pid` tells whose."""

    def __init__(self, pid: str) -> None:
        super().__init__(pid)
        self.pid = pid


class Sealer:
    """One person's data key in use: derives each of its keys once, and keeps them only as long as itself.

    `dek` is 32 bytes, `ver` its version; `alg` what new envelopes are made with.
    """

    __slots__ = ("_alg", "_ciphers", "_dek", "_display", "_k", "_key", "_prefix")

    def __init__(self, dek: bytes, pid: str, ver: int, *, alg: int = GCM_SIV) -> None:
        self._dek = dek
        self._key = expand(dek, "cs/pii/v1")
        self._ciphers = {alg: CIPHERS[alg](self._key)}
        self._display: bytes | None = None
        self._alg = alg
        self._k = f"{pid}.{ver}"
        self._prefix = f"cs/pii/v1|{pid}|"

    def seal(self, t: str, id: str, column: str, text: str, nonce: bytes) -> dict[str, Json]:
        """The envelope of `text` at (t, id, column); `nonce` is 12 fresh bytes.

        Raises ValueError for a place that holds `|`.
        """
        data, place = _nfc(text).encode("utf-8"), self._place(t, id, column)
        sealed = self._ciphers[self._alg].encrypt(nonce, data, place)
        return {"$e": self._alg, "k": self._k, "n": b64u(nonce), "c": b64u(sealed)}

    def open(self, envelope: Json, t: str, id: str, column: str) -> str:
        """The text of an envelope found at (t, id, column). Raises EnvelopeBad."""
        nonce, sealed = _parts(envelope, self._k)
        cipher = self._cipher(envelope["$e"])
        try:
            text = cipher.decrypt(nonce, sealed, self._place(t, id, column)).decode("utf-8")
        except (InvalidTag, UnicodeDecodeError, ValueError):
            raise EnvelopeBad("it does not open under this key at this place") from None
        if _nfc(text) != text:
            raise EnvelopeBad("the text is not in normal form C")
        return text

    def display_mac(self, text: str) -> str:
        """`disp.m`: b64u HMAC-SHA256 over the exact words shown (formats §6)."""
        if self._display is None:
            self._display = expand(self._dek, "cs/disp/v1")
        return b64u(hmac.digest(self._display, _nfc(text).encode("utf-8"), "sha256"))

    def _place(self, t: str, id: str, column: str) -> bytes:
        place = f"{self._prefix}{t}|{id}|{column}"
        if place.count("|") != 4:
            raise ValueError("a place may not hold |")
        return place.encode("utf-8")

    def _cipher(self, alg: int) -> AESGCMSIV | AESGCM:
        if alg not in self._ciphers:
            self._ciphers[alg] = CIPHERS[alg](self._key)
        return self._ciphers[alg]


def seal(
    dek: bytes, pid: str, ver: int, t: str, id: str, column: str, text: str, nonce: bytes
) -> dict[str, Json]:
    """The envelope of `text` at (t, id, column) under the key `dek` (32 bytes), version `ver`, of `pid`."""
    return Sealer(dek, pid, ver).seal(t, id, column, text, nonce)


def open_envelope(dek: bytes, envelope: Json, t: str, id: str, column: str) -> str:
    """The text of `envelope` at (t, id, column) under the key that it names. Raises EnvelopeBad."""
    pid, ver = key_of(envelope)
    return Sealer(dek, pid, ver).open(envelope, t, id, column)


def is_envelope(value: Json) -> bool:
    """Whether `value` has exactly the members of an envelope; says nothing about opening it."""
    return type(value) is dict and value.keys() == MEMBERS


def key_of(envelope: Json) -> tuple[str, int]:
    """(pid, ver) of the key that `envelope` names. Raises EnvelopeBad when it is none."""
    named = is_envelope(envelope) and type(envelope["k"]) is str and KEY_NAME.fullmatch(envelope["k"])
    if not named:
        raise EnvelopeBad("it names no key")
    return named[1], int(named[2])


def commit(dek: bytes) -> str:
    """What `person.key` says of a data key: b64u SHA-256("cs/dek-commit/v1" ‖ DEK)."""
    return b64u(sha256(b"cs/dek-commit/v1" + dek).digest())


def display_mac(dek: bytes, text: str) -> str:
    """`disp.m` of the words shown under the data key `dek` (formats §6)."""
    return b64u(hmac.digest(expand(dek, "cs/disp/v1"), _nfc(text).encode("utf-8"), "sha256"))


def seal_file(dek: bytes, pid: str, plain: bytes, nonce: bytes) -> bytes:
    """The bytes to store for a file of `pid`: nonce12 ‖ AES-256-GCM-SIV. Raises ValueError over 64 MiB."""
    if len(plain) > FILE_LIMIT:
        raise ValueError("the file is larger than 64 MiB")
    place = _file_place(pid, sha256(plain).hexdigest())
    return nonce + AESGCMSIV(expand(dek, "cs/file/v1")).encrypt(nonce, plain, place)


def open_file(dek: bytes, pid: str, stored: bytes, digest: str) -> bytes:
    """The file of `pid` whose plaintext has the hex SHA-256 `digest`. Raises EnvelopeBad."""
    if not NONCE + TAG <= len(stored) <= NONCE + FILE_LIMIT + TAG:
        raise EnvelopeBad("the stored bytes are too short or too long")
    cipher = AESGCMSIV(expand(dek, "cs/file/v1"))
    try:
        plain = cipher.decrypt(stored[:NONCE], stored[NONCE:], _file_place(pid, digest))
    except InvalidTag:
        raise EnvelopeBad("the file does not open under this key and hash") from None
    if sha256(plain).hexdigest() != digest:
        raise EnvelopeBad("the plaintext has another hash")
    return plain


def _file_place(pid: str, digest: str) -> bytes:
    return f"cs/file/v1|{pid}|{digest}".encode()


def _parts(envelope: Json, key: str) -> tuple[bytes, bytes]:
    """(nonce, ciphertext with tag) of an envelope in exact form under `key`, else EnvelopeBad."""
    if not is_envelope(envelope) or type(envelope["$e"]) is not int or envelope["$e"] not in CIPHERS:
        raise EnvelopeBad("not an envelope of a known kind")
    if envelope["k"] != key:
        raise EnvelopeBad("sealed under another key")
    if type(envelope["n"]) is not str or type(envelope["c"]) is not str:
        raise EnvelopeBad("nonce and text are not strings")
    try:
        nonce, sealed = unb64u(envelope["n"]), unb64u(envelope["c"])
    except NotCanonical as error:
        raise EnvelopeBad(str(error)) from None
    if len(nonce) != NONCE or len(sealed) < TAG:
        raise EnvelopeBad("nonce or text is too short")
    return nonce, sealed


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
