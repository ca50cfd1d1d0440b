"""Attachments: `files/<h[:2]>/<h>`, h the hash of the stored bytes (formats §4 "Files").

- Takes and gives stored bytes; sealing and opening is the proofs' work.
- A file is complete or absent: written beside its name, flushed, then renamed.
- A file that does not hash to its name is never handed out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path

from app.base.faults import Fault

LIMIT = 64 * 1024 * 1024


def put(folder: Path, stored: bytes) -> str:
    """Keep `stored`; returns its name, the hex SHA-256. Raises Fault `file.too_large`, `disk.full`, `disk.failed`."""
    if len(stored) > LIMIT + 28:
        raise Fault("file.too_large", limit=LIMIT // (1024 * 1024))
    name = sha256(stored).hexdigest()
    path = path_of(folder, name)
    partial = path.with_suffix(".part")
    try:
        # What lies there but is not what its name says is put right.
        if path.is_file() and path.read_bytes() == stored:
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(stored)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise Fault("disk.full" if error.errno == ENOSPC else "disk.failed") from error
    return name


def get(folder: Path, name: str) -> bytes:
    """The stored bytes of `name`. Raises Fault `file.missing` or `file.changed`."""
    path = path_of(folder, name)
    if not path.is_file():
        raise Fault("file.missing", file=name)
    stored = path.read_bytes()
    if sha256(stored).hexdigest() != name:
        raise Fault("file.changed", file=name)
    return stored


def path_of(folder: Path, name: str) -> Path:
    """Where `name` lies inside the data folder."""
    return folder / "files" / name[:2] / name
