"""Events before sign-in that wait to be moved into the chain: `pending.ndjson` (formats §2; trust §1.6).

- One canonical line an event, under a MAC of the device secret, numbered from 1, flushed before it counts.
- Lines are only added; after a login has moved them into the chain the file is put away as a whole.
- A last line without its line feed was cut by a power failure: nobody was told of it, so it counts for nothing.
- Any other line that does not hold, and fewer lines than the anchor outside counted, is `PENDING_LOST`.
- Honest limit: an old file put back with as many lines is only seen by comparing its times with the chain.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from app.base.codec import NotCanonical, pack, unpack
from app.base.faults import Fault
from app.base.moment import Reading
from app.base.words import Json, Value
from app.proof.derive import expand, tag, tag_holds
from app.proof.vaultfile import disk_fault, flush_folder
from app.work.secrets import DeviceSecrets, load_anchor

NAME = "pending.ndjson"
LABEL = "cs/pending/v1"
KIND = re.compile(r"[a-z]+(\.[a-z]+)*")
SLOT = re.compile(r"[0-9a-f]{32}")
MEMBERS = {"v": int, "i": int, "utc": str, "up": int, "slot": str, "kind": str, "mac": str}


class Line(Value, frozen=True):
    """One event: its number, when by both clocks, the slot of the name that was typed, and what happened."""

    i: int
    utc: str
    up: int
    slot: str
    kind: str


class Pending:
    """The waiting events of one data folder. `count` rises with every event and falls only by `clear`."""

    def __init__(self, folder: Path, ds: bytes) -> None:
        """Reads what waits in `folder`. Fault `store.unreadable`."""
        self._path = folder / NAME
        self._key = expand(ds, LABEL)
        lines, _ = self._look()
        self.count = len(lines)
        self._last = max((line.i for line in lines), default=0)

    def read(self) -> list[Line]:
        """The events that hold, in the file's order. Fault `store.unreadable`."""
        return self._look()[0]

    def findings(self, pd: int, moved: int = 0) -> list[str]:
        """`["PENDING_LOST"]` or nothing.

        `pd` is the anchor's count, `moved` how many `auth.fail` entries the log has beyond the anchor's size:
        a login that was killed between commit and anchor had moved them. Fault `store.unreadable`.
        """
        lines, broken = self._look()
        in_order = [line.i for line in lines] == list(range(1, len(lines) + 1))
        lost = broken or not in_order or len(lines) + moved < pd
        return ["PENDING_LOST"] if lost else []

    def append(self, kind: str, slot: str, reading: Reading) -> None:
        """Add an event (`auth.password`, `auth.code` …) and return once it lasts.

        `slot` is the sid of the name that was typed. Fault `disk.*`, `store.read_only`: then nothing was added.
        """
        if not KIND.fullmatch(kind) or not SLOT.fullmatch(slot):
            raise ValueError(f"not an event: {kind!r} of {slot!r}")
        members: dict[str, Json] = {
            "v": 1,
            "i": self._last + 1,
            "utc": reading.instant.utc,
            "up": reading.up,
            "slot": slot,
            "kind": kind,
        }
        _add(self._path, pack({**members, "mac": tag(self._key, members)}) + b"\n")
        self._last += 1
        self.count += 1

    def clear(self) -> None:
        """Put the file away, once its events are in the chain. Fault `disk.failed`, `store.read_only`."""
        try:
            self._path.unlink(missing_ok=True)
            flush_folder(self._path.parent)
        except OSError as error:
            raise disk_fault(error) from error
        self.count = self._last = 0

    def _look(self) -> tuple[list[Line], bool]:
        """The lines that hold, and whether any other line is there."""
        whole = _bytes_of(self._path).split(b"\n")[:-1]
        lines = [line for line in map(self._line, whole) if line is not None]
        return lines, len(lines) < len(whole)

    def _line(self, data: bytes) -> Line | None:
        try:
            members = unpack(data)
        except NotCanonical:
            return None
        if not isinstance(members, dict) or {n: type(m) for n, m in members.items()} != MEMBERS:
            return None
        if members["v"] != 1 or not tag_holds(self._key, members):
            return None
        return Line(**{name: members[name] for name in ("i", "utc", "up", "slot", "kind")})


def count_in_anchor(secrets: DeviceSecrets, pending: Pending) -> None:
    """After an `append` without an open site: let the anchor's `pd` rise with it.

    By one at least, so that an attempt after a cut never hides the cut. Without an anchor nothing is written.
    Faults as the secrets' `read` and `write`.
    """
    anchor = load_anchor(secrets)
    if anchor is not None:
        anchor["pd"] = max(anchor["pd"] + 1, pending.count)
        secrets.write("anchor", pack(anchor).decode("ascii"))


def unmoved(lines: Sequence[Line], bodies: Sequence[Json]) -> list[Line]:
    """The lines that are not yet among the bodies `{slot,kind,utc,up}` of `auth.fail` entries (formats §5)."""
    moved = {(body["slot"], body["kind"], body["utc"], body["up"]) for body in bodies}
    return [line for line in lines if (line.slot, line.kind, line.utc, line.up) not in moved]


def _add(path: Path, line: bytes) -> None:
    """Append a whole line or nothing; what a power failure left of a line before is cut off first."""
    try:
        fresh = not path.exists()
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
            size = file.read().rfind(b"\n") + 1
            file.truncate(size)
            file.seek(size)
            _write_or_undo(file.fileno(), line, size)
        if fresh:
            flush_folder(path.parent)
    except OSError as error:
        raise disk_fault(error) from error


def _write_or_undo(handle: int, line: bytes, size: int) -> None:
    try:
        while line:
            line = line[os.write(handle, line) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise Fault("store.unreadable") from error
