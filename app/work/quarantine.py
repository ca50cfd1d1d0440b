"""Batches that can't be believed, kept as they came (trust §5; decision 21: evidence is never thrown away).

- `quarantine/<hash>.batch` is a batch that a device of the site sealed and that can't be true; its log is taken no further
  on this device until two people acknowledge it.
- `quarantine/<hash>.forged` is what no device sealed, or what came with a receipt that the centre never gave for it. It says
  something of the way here and nothing of a log: no log is stopped by it.
- `<hash>.receipt` is what the centre said of either, `<hash>.told` what was found: `{v:1,code,log,seq}`.
- Whoever sends evidence must not fill the disk: so many of each kind and so many bytes, the first ones stay.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from app.audit.kept import BATCH, FOLDER, FORGED, evidence, files, line_of, log_of
from app.base.codec import pack
from app.base.words import Json
from app.proof.vaultfile import replace_file

__all__ = ["FOLDER", "evidence", "held_logs", "keep", "keep_forged"]

MOST = 32
"""So many of either kind are kept."""
MOST_BYTES = 64 * 1024 * 1024
"""So many bytes of either kind."""
MOST_FORGED = 1024 * 1024
"""Of a forgery no more than its beginning is kept: a true batch is four MiB at most."""
RECEIPT = 64 * 1024


def keep(folder: Path, name: str, batch: bytes, receipt: str, code: str = "CENTRE_FORK", seq: int = 0) -> bool:
    """Keep a batch that its device sealed, with its receipt, and what was found at which entry; whether there was room.

    The first of each log always finds room. Faults `disk.*`, `store.read_only`.
    """
    log = log_of(batch.partition(b"\n")[0])
    first = log is not None and log not in held_logs(folder)
    return _keep(
        folder, name, BATCH, batch, receipt, {"v": 1, "code": code, "log": log, "seq": seq}, first=first
    )


def keep_forged(folder: Path, data: bytes, receipt: str, code: str) -> bool:
    """Keep the beginning of what no device sealed; whether there was room. Faults `disk.*`, `store.read_only`."""
    name, told = sha256(data).hexdigest(), {"v": 1, "code": code, "log": None, "seq": None}
    return _keep(folder, name, FORGED, data[:MOST_FORGED], receipt, told, first=False)


def _keep(
    folder: Path, name: str, end: str, data: bytes, receipt: str, told: dict[str, Json], *, first: bool
) -> bool:  # fmt: skip
    place = folder / FOLDER
    held = [path for path in place.glob(f"*{end}") if path.stem != name]
    room = len(held) < MOST and sum(path.stat().st_size for path in held) + len(data) <= MOST_BYTES
    if (place / f"{name}{end}").exists():
        return True
    if not (room or first):
        return False
    place.mkdir(mode=0o700, exist_ok=True)
    replace_file(place / f"{name}.receipt", receipt.encode("utf-8", "replace")[:RECEIPT])
    replace_file(place / f"{name}.told", pack(told))
    replace_file(place / f"{name}{end}", data)
    return True


def held_logs(folder: Path) -> frozenset[str]:
    """The logs of which a batch is kept here that their device sealed."""
    return frozenset(log for path in files(folder, BATCH) if (log := log_of(line_of(path))) is not None)
