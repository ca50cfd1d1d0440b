"""The second reading: every entry with a row is judged, and the live rows are compared with what they make.

- All entries of one entity are judged in one process, in the order of history; which one, its id decides.
- Documents and settings are folded in every process, because others refer to them; only one of them reports.
- Whatever a malformed entry raises is ENTRY_SCHEMA at that entry; the others are judged all the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path
from time import perf_counter

import msgspec

from app.audit import checkpoints
from app.audit.checkpoints import Devices, Held
from app.audit.findings import Finding, Findings
from app.audit.fold import Fold, Graph, Line
from app.audit.landmarks import BROKEN
from app.audit.live import Attached, LiveRows
from app.audit.personal import Personal
from app.audit.rows import RowJudge
from app.audit.signatures import Doubt, Used
from app.audit.walk import EVERYBODY, LOOKED_UP, Cover, Run, hlc_of
from app.base.entry import Entry, read
from app.base.faults import Fault
from app.base.words import Value
from app.domain.standing import Standing
from app.proof import esign
from app.proof.chain import leaf
from app.store import scan
from app.store.vault import connect_reading

Read = tuple[str, int, bytes, Entry | None]
"""Log, seq, bytes and what they say, if they can be read."""


class Store(Value, frozen=True):
    """How a process opens the store: the path and the raw key. Never shown."""

    path: str
    key: bytes

    def __repr__(self) -> str:
        return f"Store({self.path})"


class Share(Value, frozen=True):
    """One process's part of the second reading: entities whose id falls to `part` of `parts`; `lots` as walk has them."""

    store: Store
    site: str
    lots: Mapping[str, Sequence[Run]]
    standing: Standing
    personal: Personal
    covers: Mapping[str, Cover]
    devices: Devices
    held: Sequence[Held]
    doubts: Sequence[Doubt]
    part: int
    parts: int


class Judged(Value, frozen=True):
    """What came of one part. `seconds` of it were spent on signatures, envelopes, checkpoints and live rows."""

    findings: list[Finding]
    used: list[Used]
    attached: list[Attached]
    seconds: dict[str, float]


def judge(share: Share, tick: Callable[[int], None]) -> Judged:
    """Judge one part. Raises Fault where the store can't be opened; what can't be read to its end is STORE_DAMAGED."""
    connection, end = connect_reading(Path(share.store.path), share.store.key, kind="main")
    found, seconds = Findings(), {}
    entries = _Entries(share, connection, found)
    live = LiveRows(connection, share.site, (share.part, share.parts), entries.fold, share.personal, found)
    steps: dict[str, Callable[[], None]] = {
        "entries": partial(entries.run, tick),
        "sessions": partial(_doubts, share, found),
        "checkpoints": partial(_checkpoints, share, connection, found),
        "live": live.run,
    }
    try:
        for name, step in steps.items():
            start = perf_counter()
            try:
                step()
            except Fault as fault:
                found.add("STORE_DAMAGED", note=fault.code)
            except BROKEN as error:
                found.add("STORE_DAMAGED", note=f"{name}: {type(error).__name__}")
            seconds[name] = perf_counter() - start
    finally:
        end()
    seconds["envelopes"] = share.personal.seconds
    seconds["signatures"] = entries.rows.seconds + seconds.pop("sessions")
    seconds.pop("entries")
    return Judged(
        findings=found.rows(), used=entries.rows.signatures.used, attached=live.attached, seconds=seconds
    )


class _Entries:
    """The entries with a row."""

    def __init__(self, share: Share, connection: scan.Driver, found: Findings) -> None:
        self.share, self.connection, self.found = share, connection, found
        self.fold: Fold = (
            Line(next(iter(share.lots), "")) if len(share.lots) < 2 else Graph(share.standing.order.before)
        )
        self.rows = RowJudge(share.standing, share.personal, share.covers, self.fold, found, settled=True)

    def run(self, tick: Callable[[int], None]) -> None:
        """Judge what is mine, in order."""
        for done, (log, seq, raw, e) in enumerate(self._stream()):
            if not done & 1023:
                tick(done)
            if e is None:
                self.found.add("ENTRY_SCHEMA", log, seq, note="unparsable")
            elif e.ent.t not in LOOKED_UP or scan.lot(e.ent.id) % self.share.parts == self.share.part:
                self.rows.judge(log, seq, e, raw)
            else:
                self._only_fold(e, raw)

    def _stream(self) -> Iterator[Read]:
        """Every entry that is looked at here, in an order that respects *before*."""
        runs = [self._run(log, lots) for log, lots in self.share.lots.items()]
        if len(runs) == 1:
            return runs[0]
        return heapq.merge(*runs, key=lambda item: (hlc_of(item[3].ts.hlc) if item[3] else (0, 0), item[0]))

    def _run(self, log: str, runs: Sequence[Run]) -> Iterator[Read]:
        part, parts = self.share.part, self.share.parts
        taken = bytes([lot % parts == part for lot in range(scan.LOTS)])
        table = taken.ljust(EVERYBODY, b"\0") + b"\1\0"
        chosen = partial(scan.chosen, self.connection, self.share.site, log)
        for rows in chain.from_iterable(chosen(first, bytes(lots.translate(table))) for first, lots in runs):
            for seq, raw in rows:
                try:
                    yield log, seq, raw, read(raw)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    yield log, seq, raw, None

    def _only_fold(self, e: Entry, raw: bytes) -> None:
        with suppress(*BROKEN):
            self.fold.step(e, leaf(raw), _nothing)


def _doubts(share: Share, found: Findings) -> None:
    """The mathematics of sessions' signatures, left over from the landmarks."""
    for doubt in share.doubts:
        if not esign.holds(doubt.signed, doubt.signature, doubt.jwk):
            found.add("SIG_BAD", *doubt.place, doubt.entity, "mathematics")


def _checkpoints(share: Share, connection: scan.Driver, found: Findings) -> None:
    """Every checkpoint of this part: one of `parts`, counted along."""
    for held in share.held:
        for rows in scan.notes(connection, share.site, held.log):
            checkpoints.judge(rows[share.part :: share.parts], held, share.devices, found)


def _nothing(_code: str, _note: str) -> None:
    """Said by the process that reports this entity."""
