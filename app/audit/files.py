"""Stored files against the rows that refer to them (formats §4 "Files").

- A stored file's name is the hash of its bytes, its folder the first two digits; anything else is ATTACH_HASH.
- A reference names the plaintext: the stored file is found by its length and by opening.
- No stored file that opens is ATTACH_HASH; another plaintext than the register promises is DOC_HASH.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from app.audit.findings import Findings
from app.audit.live import Attached
from app.audit.personal import Personal
from app.base.words import Json
from app.proof.envelope import EnvelopeBad, open_file

AROUND = 28
"""Nonce and tag: how much longer stored bytes are."""
PIECE = 1 << 20


def judge(folder: Path, attached: Iterable[Attached], personal: Personal, found: Findings) -> None:
    """ATTACH_HASH and DOC_HASH of `folder`/files."""
    stored = _stored(folder / "files", found)
    opened: dict[Path, str] = {}
    for one in attached:
        try:
            _judge(one, stored, opened, personal, found)
        except (KeyError, TypeError, ValueError):
            found.add("ATTACH_HASH", entity=one.entity, note="not a reference")


def _stored(folder: Path, found: Findings) -> Mapping[int, list[Path]]:
    """Sound files by length."""
    stored: dict[int, list[Path]] = {}
    for path in sorted(folder.glob("*/*")):
        # A pipe would be waited for without end.
        if not path.is_file():
            found.add("ATTACH_HASH", note=f"{path.name} is no file")
            continue
        try:
            digest, size = _digest(path), path.stat().st_size
        except OSError:
            found.add("ATTACH_HASH", note=f"{path.name} can't be read")
            continue
        if digest != path.name or path.parent.name != path.name[:2]:
            found.add("ATTACH_HASH", note=path.name)
        else:
            stored.setdefault(size, []).append(path)
    return stored


def _digest(path: Path) -> str:
    state = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            state.update(piece)
    return state.hexdigest()


def _judge(
    one: Attached,
    stored: Mapping[int, list[Path]],
    opened: dict[Path, str],
    personal: Personal,
    found: Findings,
) -> None:
    name, digest, size = one.ref["k"], one.ref["sha256"], one.ref["size"]
    if name in personal.named and name not in personal.keys:
        return
    mark = f"{name} {digest}"
    for path in stored.get(size + AROUND, ()):
        # A file that opened as another plaintext can't open as this one.
        if opened.get(path, mark) == mark and (path in opened or _opens(path, name, digest, personal)):
            opened[path] = mark
            if one.promised != digest:
                found.add("DOC_HASH", entity=one.entity)
            return
    found.add("ATTACH_HASH", entity=one.entity, note="no stored file opens as this one")


def _opens(path: Path, name: str, digest: Json, personal: Personal) -> bool:
    dek = personal.keys.get(name)
    if dek is None:
        return False
    try:
        open_file(dek, name.rpartition(".")[0], path.read_bytes(), digest)
    except (EnvelopeBad, OSError):
        return False
    return True
