"""Batches that can't be believed, kept as they came (trust §5; decision 21: evidence is never thrown away).

- `quarantine/<hash>.batch` holds the bytes, `<hash>.receipt` what the centre said of them (formats §2).
- A log with a batch here is taken no further on this device until two people acknowledge it.
"""

from __future__ import annotations

from pathlib import Path

from app.proof.batch import BatchBad, read_line
from app.proof.vaultfile import replace_file

FOLDER = "quarantine"


def keep(folder: Path, name: str, batch: bytes, receipt: str) -> None:
    """Keep a batch and its receipt as evidence. Faults `disk.*`, `store.read_only`."""
    place = folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    replace_file(place / f"{name}.receipt", receipt.encode("utf-8", "replace"))
    replace_file(place / f"{name}.batch", batch)


def held_logs(folder: Path) -> frozenset[str]:
    """The logs of which something is kept here."""
    logs = set()
    for path in (folder / FOLDER).glob("*.batch"):
        try:
            logs.add(read_line(path.read_bytes().partition(b"\n")[0])[1].log)
        except BatchBad:
            continue
    return frozenset(logs)
