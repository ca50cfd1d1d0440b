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

from app.audit import checkpoints, columns
from app.audit.checkpoints import Devices, Held
from app.audit.findings import Finding, Findings
from app.audit.fold import Fold, Graph, Line, Step
from app.audit.landmarks import BROKEN
from app.audit.live import Attached, LiveRows
from app.audit.personal import PRIVATE, Personal, in_change, misplaced
from app.audit.rights import LATE_HOURS, Coverage, Rights, cover_of
from app.audit.shape import Shapes, base_faults, canonical
from app.audit.signatures import Doubt, Signatures, Used, needs_signature
from app.audit.walk import EVERYBODY, LOOKED_UP, Cover, Run, hlc_of, meaning_of
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
    seconds["signatures"] = entries.seconds + seconds.pop("sessions")
    seconds.pop("entries")
    return Judged(findings=found.rows(), used=entries.signatures.used, attached=live.attached, seconds=seconds)


class _Entries:
    """The entries with a row. `seconds` of it were spent on signatures."""

    def __init__(self, share: Share, connection: scan.Driver, found: Findings) -> None:
        self.share, self.connection, self.found = share, connection, found
        self.fold: Fold = (
            Line(next(iter(share.lots), "")) if len(share.lots) < 2 else Graph(share.standing.order.before)
        )
        self.shapes = Shapes()
        self.signatures = Signatures(share.standing, share.personal, found, self.fold.row)
        self.rights = Rights(share.standing, found, settled=True)
        self.coverage = Coverage(found, self._late_hours)
        self.seconds = 0.0
        self._now: tuple[str, int, str] = ("", 0, "")

    def run(self, tick: Callable[[int], None]) -> None:
        """Judge what is mine, in order."""
        for done, (log, seq, raw, e) in enumerate(self._stream()):
            if not done & 1023:
                tick(done)
            if e is None:
                self.found.add("ENTRY_SCHEMA", log, seq, note="unparsable")
            elif e.ent.t not in LOOKED_UP or scan.lot(e.ent.id) % self.share.parts == self.share.part:
                self._judge(log, seq, e, raw)
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

    def _judge(self, log: str, seq: int, e: Entry, raw: bytes) -> None:
        entity = f"{e.ent.t}/{e.ent.id}"
        self._now = (log, seq, entity)
        try:
            self._judge_entry(e, raw)
        except BROKEN as error:
            self.found.add("ENTRY_SCHEMA", log, seq, entity, f"{type(error).__name__}: {error}")

    def _judge_entry(self, e: Entry, raw: bytes) -> None:
        step = self.fold.step(e, leaf(raw), self._say)
        faults = self.shapes.faults(e, raw, known=step.before is not None)
        if faults:
            self._say("ENTRY_SCHEMA", "; ".join(faults))
        if not canonical(e, raw):
            self._say("ENTRY_NONCANON", "")
        if len(e.ent.base) > 1 and base_faults(e.ent.base):
            self._say("ENTRY_SCHEMA", "base")
        if e.sig is not None or needs_signature(e.act):
            start = perf_counter()
            self.signatures.judge(e, raw, step, hlc_of(e.ts.hlc))
            self.seconds += perf_counter() - start
        cover = cover_of(self.share.covers, e)
        self.rights.judge(e, step.before or step.after, cover)
        self.coverage.judge(e, step, cover)
        if cover is not None:
            self._columns(e, step, meaning_of(cover[2]))
        self._envelopes(e, raw, step)

    def _envelopes(self, e: Entry, raw: bytes, step: Step) -> None:
        if e.ent.t in PRIVATE:
            for column in misplaced(e, step.after or {}):
                self._say("ENVELOPE_BAD", column)
        if b'"$e":' in raw:
            for spot in in_change(e):
                if self.share.personal.bad(spot, (e.log, e.seq), self.share.standing.order.before):
                    self._say("ENVELOPE_BAD", spot[2])

    def _columns(self, e: Entry, step: Step, code: str) -> None:
        """RBAC for columns that the meaning over them doesn't let change."""
        for note in columns.faults(e, step, code):
            self._say("RBAC", note)
        new = step.after if step.before is None and e.ent.t == "record" else None
        if new is not None and (code, e.by.role) != ("APPROVED", "qa"):
            place = (e.log, e.seq)
            rule = self.fold.row("setting/qa_approves", place) or {}
            req = self.fold.row(f"requirement/{new.get('req')}", place)
            if not columns.steps_fit(new, req, qa_approves=bool(rule.get("value"))):
                self._say("RBAC", "the steps are not the requirement's")

    def _only_fold(self, e: Entry, raw: bytes) -> None:
        with suppress(*BROKEN):
            self.fold.step(e, leaf(raw), _nothing)

    def _late_hours(self, e: Entry) -> int:
        setting = self.fold.row("setting/late_h", (e.log, e.seq)) or {}
        return int(setting.get("value", LATE_HOURS))

    def _say(self, code: str, note: str) -> None:
        log, seq, entity = self._now
        self.found.add(code, log, seq, entity, note)


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
