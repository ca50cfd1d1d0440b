"""Evidence that lies in quarantine, as any verification names it (formats §9; app/DECISIONS.md).

- `quarantine/<hash>.batch` is a batch that a device of the site sealed and that can't be true: its log is stopped here.
- `quarantine/<hash>.forged` is what no device sealed, or came with a receipt that the centre never gave for it: no log is.
- `<hash>.told` says what was found: `{v:1,code,log,seq}`. It is a note, not a proof: the log is read from the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.audit.findings import Findings
from app.base.codec import NotCanonical, parse
from app.base.words import Value
from app.proof.batch import LINE, BatchBad, read_line

FOLDER = "quarantine"
BATCH, FORGED = ".batch", ".forged"
CODES = frozenset({"CENTRE_FORK", "CHAIN_BREAK", "BEFORE_MISMATCH", "ENTRY_SCHEMA", "SIG_BAD", "RCPT_MISMATCH"})
NOTE = 4096
"""The longest note, in bytes."""


class Kept(Value, frozen=True):
    """One piece of evidence: its file, what was found, and of which entry (None where it names none)."""

    name: str
    code: str
    log: str | None
    seq: int | None


def judge(folder: Path, found: Findings) -> None:
    """What was found when each piece of evidence came; the entity is its place in the folder."""
    for one in evidence(folder):
        found.add(one.code, one.log, one.seq, f"{FOLDER}/{one.name}", "kept as evidence")


def evidence(folder: Path) -> list[Kept]:
    """Everything that is kept here."""
    return [_kept(path, end) for end in (BATCH, FORGED) for path in files(folder, end)]


def files(folder: Path, end: str) -> Iterator[Path]:
    """The pieces of one kind, by name."""
    return iter(sorted((folder / FOLDER).glob(f"*{end}")))


def log_of(line: bytes) -> str | None:
    """The log that line 1 of a batch names, None for what is no batch."""
    try:
        return read_line(line)[1].log
    except BatchBad:
        return None


def line_of(path: Path) -> bytes:
    """Line 1 of a kept batch, as far as it may be long; empty if it can't be read."""
    try:
        return _begin(path, LINE + 1).partition(b"\n")[0]
    except OSError:
        return b""


def _begin(path: Path, size: int) -> bytes:
    """The first bytes of a file; raises OSError for what is none: a pipe would be waited for without end."""
    if not path.is_file():
        raise FileNotFoundError
    with path.open("rb") as file:
        return file.read(size)


def _kept(path: Path, end: str) -> Kept:
    """What was found; of a batch whose note is missing or damaged, that there are two histories."""
    code, seq = "RCPT_MISMATCH" if end == FORGED else "CENTRE_FORK", None
    try:
        told = parse(_begin(path.with_suffix(".told"), NOTE))
        if type(told) is dict and type(told.get("code")) is str and told["code"] in CODES:
            code, seq = told["code"], told["seq"] if type(told.get("seq")) is int else None
    except (OSError, NotCanonical):
        pass
    return Kept(name=path.name, code=code, log=log_of(line_of(path)) if end == BATCH else None, seq=seq)
