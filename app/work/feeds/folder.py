"""The files that lie beside a register: regular files of one folder, by name, hashed.

- Links, subfolders and hidden files are not looked at; a file above the store's limit is named, not hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from app.base.faults import Fault
from app.base.words import Value
from app.store.files import LIMIT


class Beside(Value, frozen=True, kw_only=True):
    """One file: path, hex SHA-256 (empty above the store's limit) and size in bytes."""

    path: Path
    sha256: str
    size: int


def beside(folder: Path) -> Mapping[str, Beside]:
    """The files in `folder` by name; none if there is no such folder. Raises Fault feed.unreadable."""
    if not folder.is_dir():
        return {}
    try:
        paths = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
        return {path.name: _hashed(path) for path in paths if not path.name.startswith(".")}
    except OSError as error:
        raise Fault("feed.unreadable", file=folder.name) from error


def _hashed(path: Path) -> Beside:
    size = path.stat().st_size
    if size > LIMIT:
        return Beside(path=path, sha256="", size=size)
    with path.open("rb") as stream:
        return Beside(path=path, sha256=hashlib.file_digest(stream, "sha256").hexdigest(), size=size)
