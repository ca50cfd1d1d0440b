"""A document's own file, opened and held against the register (formats §4 "Files"; R-SIG-07).

- Found by its length, for a stored file's name is the hash of sealed bytes that nobody but its writer foresees.
- Handed out only if it opens under its key as exactly the hash that the register names.
"""

from __future__ import annotations

from app.base.faults import Fault
from app.proof.envelope import EnvelopeBad, open_file
from app.store import state
from app.work.office import Office

AROUND = 28
"""Nonce and tag: how much longer stored bytes are."""


def original(office: Office, id: str) -> bytes:
    """The file of document version `id`. Faults `file.missing` where none is kept here, `file.changed`."""
    with office.store.read() as tx:
        row = state.row(tx, "document", id) or {}
    ref = row.get("file_j")
    if not isinstance(ref, dict) or not office.ring.has(str(ref["k"]).rpartition(".")[0]):
        raise Fault("file.missing", file=str(row.get("number", id)))
    digest, key = row.get("sha256") or ref["sha256"], office.ring.key(ref["k"])
    found = [
        path
        for path in sorted((office.folder / "files").glob("*/*"))
        if path.is_file() and path.stat().st_size == ref["size"] + AROUND
    ]
    for path in found:
        try:
            return open_file(key, str(ref["k"]).rpartition(".")[0], path.read_bytes(), digest)
        except (EnvelopeBad, OSError):
            continue
    raise Fault("file.changed" if found else "file.missing", file=str(ref["name"]))
