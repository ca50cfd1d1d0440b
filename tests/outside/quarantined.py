"""What lies in `quarantine/`: named, and never taken for history (formats.md §2, §9).

A `.batch` was sealed by a device and can't be true, a `.forged` was sealed by none; `.told` says what was found
when it came. A note that says nothing of that kind leaves CENTRE_FORK for the one, RCPT_MISMATCH for the other.
"""

from __future__ import annotations

from pathlib import Path

from opening import Findings, Json, parse
from wire import read_line

KINDS = {".batch": "CENTRE_FORK", ".forged": "RCPT_MISMATCH"}
CODES = {"CENTRE_FORK", "CHAIN_BREAK", "BEFORE_MISMATCH", "ENTRY_SCHEMA", "SIG_BAD", "RCPT_MISMATCH"}
NOTE, LINE = 4096, 64 * 1024


def check_quarantine(site: Path, found: Findings) -> None:
    """One finding for each piece of evidence; the log is read from the batch itself."""
    for end, code in KINDS.items():
        for path in sorted((site / "quarantine").glob(f"*{end}")):
            told, seq = note_of(path.with_suffix(".told"))
            log = log_of(path) if end == ".batch" else None
            found.add(told or code, log=log, seq=seq, entity=f"quarantine/{path.name}", note="kept as evidence")


def note_of(path: Path) -> tuple[str | None, int | None]:
    """The code and the entry that a note names; (None, None) for what is no such note."""
    try:
        note = parse(begin(path, NOTE))
        if note["code"] not in CODES:
            return None, None
        seq = note.get("seq")
    except (OSError, ValueError, KeyError, TypeError):
        return None, None
    return note["code"], seq if type(seq) is int else None


def log_of(path: Path) -> Json:
    """The log that line 1 of a batch names, None for what is no batch."""
    try:
        return read_line(begin(path, LINE + 1).partition(b"\n")[0]).payload["log"]
    except (OSError, ValueError):
        return None


def begin(path: Path, size: int) -> bytes:
    """The first bytes of a file; a pipe, which would be waited for without end, is none."""
    if not path.is_file():
        raise OSError("no file")
    with path.open("rb") as file:
        return file.read(size)
