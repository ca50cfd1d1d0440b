"""The second reading: every entry with a row is judged, and the live rows are compared with what they make.

- All entries of one entity are judged in one process, in the order of history; which one, its id decides.
- Documents and settings are folded in every process, because others refer to them; only one of them reports.
- Whatever a malformed entry raises is ENTRY_SCHEMA at that entry; the others are judged all the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

import msgspec

from app.audit import checkpoints
from app.audit.checkpoints import Devices, Held
from app.audit.findings import Finding, Findings
from app.audit.fold import Fold, Folded, Graph, Line, Live, Row, live_differs
from app.audit.landmarks import BROKEN
from app.audit.personal import Personal, in_change, in_row
from app.audit.rights import LATE_HOURS, Coverage, Rights, cover_of
from app.audit.shape import OWN, Shapes, base_faults, canonical
from app.audit.signatures import Doubt, Signatures, Used, needs_signature
from app.audit.walk import Cover, hlc_of
from app.base.codec import pack_checked, reader
from app.base.entry import Entry, read
from app.base.faults import Fault
from app.base.words import Json, Value
from app.domain.roles import Place
from app.domain.standing import Standing
from app.proof import esign
from app.proof.chain import leaf
from app.store import scan
from app.store.vault import connect_reading

LOOKED_UP = frozenset({"document", "setting"})
"""Types whose rows entries of other entities refer to."""


class _Entity(msgspec.Struct, gc=False):
    t: str
    id: str


class _Clock(msgspec.Struct, gc=False):
    hlc: str


class _Route(msgspec.Struct, gc=False):
    act: str
    ent: _Entity
    ts: _Clock


_route = reader(_Route).decode


class Store(Value, frozen=True):
    """How a process opens the store: the path and the raw key. Never shown."""

    path: str
    key: bytes

    def __repr__(self) -> str:
        return f"Store({self.path})"


class Share(Value, frozen=True):
    """One process's part of the second reading: entities whose id falls to `part` of `parts`."""

    store: Store
    site: str
    sizes: Mapping[str, int]
    standing: Standing
    personal: Personal
    covers: Mapping[str, Cover]
    devices: Devices
    held: Sequence[Held]
    doubts: Sequence[Doubt]
    part: int
    parts: int


class Attached(Value, frozen=True):
    """A row that refers to a file: the entity, the reference, and the hash that the register promises."""

    entity: str
    ref: Json
    promised: Json


class Judged(Value, frozen=True):
    """What came of one part. `seconds` of it were spent on signatures, envelopes, checkpoints and live rows."""

    findings: list[Finding]
    used: list[Used]
    attached: list[Attached]
    checkpoints: int
    seconds: dict[str, float]


def owner(id: str, parts: int) -> int:
    """Which of `parts` processes judges an entity: the letters at the end of its id are as good as drawn by lot."""
    end = id[-2:] or "0"
    return (ord(end[0]) + ord(end[-1])) % parts


def judge(share: Share, tick: Callable[[int], None]) -> Judged:
    """Judge one part. Raises Fault where the store can't be opened."""
    connection, end = connect_reading(Path(share.store.path), share.store.key, kind="main")
    try:
        return _Judge(share, connection).run(tick)
    finally:
        end()


class _Judge:
    def __init__(self, share: Share, connection: scan.Driver) -> None:
        self.share, self.connection = share, connection
        self.found = Findings()
        self.fold: Fold = (
            Line(next(iter(share.sizes), "")) if len(share.sizes) < 2 else Graph(share.standing.order.before)
        )
        self.shapes = Shapes()
        self.signatures = Signatures(share.standing, share.personal, self.found, self.fold.row)
        self.rights = Rights(share.standing, self.found, settled=True)
        self.coverage = Coverage(self.found, self._late_hours)
        self.seconds = dict.fromkeys(("signatures", "envelopes", "checkpoints", "live"), 0.0)
        self.attached: list[Attached] = []
        self.checkpoints = 0
        self._now: tuple[str, int, str] = ("", 0, "")

    def run(self, tick: Callable[[int], None]) -> Judged:
        """All of this part; a table that can't be read to its end is STORE_DAMAGED."""
        steps: list[Callable[[], None]] = [partial(self._entries, tick), self._doubts, self._checkpoints, self._live]
        for step in steps:
            try:
                step()
            except Fault as fault:
                self.found.add("STORE_DAMAGED", note=fault.code)
        self.seconds["envelopes"] = self.share.personal.seconds
        return Judged(
            findings=self.found.rows(), used=self.signatures.used, attached=self.attached,
            checkpoints=self.checkpoints, seconds=self.seconds,
        )  # fmt: skip

    # ---- entries

    def _entries(self, tick: Callable[[int], None]) -> None:
        part, parts = self.share.part, self.share.parts
        for done, (log, seq, raw, route) in enumerate(self._stream()):
            if not done & 1023:
                tick(done)
            if route is None:
                if part == 0:
                    self.found.add("ENTRY_SCHEMA", log, seq, note="unparsable")
            elif route.act not in OWN:
                if owner(route.ent.id, parts) == part:
                    self._judge(log, seq, raw)
                elif route.ent.t in LOOKED_UP:
                    self._only_fold(raw)

    def _stream(self) -> Iterator[tuple[str, int, bytes, _Route | None]]:
        """Every entry, in an order that respects *before*."""
        runs = [self._run(log, size) for log, size in self.share.sizes.items()]
        if len(runs) == 1:
            return runs[0]
        return heapq.merge(*runs, key=lambda item: (hlc_of(item[3].ts.hlc) if item[3] else (0, 0), item[0]))

    def _run(self, log: str, size: int) -> Iterator[tuple[str, int, bytes, _Route | None]]:
        for seq, raw in scan.each_entry(self.connection, self.share.site, log, 0, size):
            try:
                route = _route(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                route = None
            yield log, seq, raw, route

    def _judge(self, log: str, seq: int, raw: bytes) -> None:
        try:
            e = read(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.found.add("ENTRY_SCHEMA", log, seq, note="unparsable")
            return
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
            self.seconds["signatures"] += perf_counter() - start
        cover = cover_of(self.share.covers, e)
        self.rights.judge(e, step.before or step.after, cover)
        self.coverage.judge(e, step, cover)
        if b'"$e":' in raw:
            for spot in in_change(e):
                if self.share.personal.bad(spot, (e.log, e.seq), self.share.standing.order.before):
                    self._say("ENVELOPE_BAD", spot[2])

    def _only_fold(self, raw: bytes) -> None:
        try:
            e = read(raw)
            self.fold.step(e, leaf(raw), _nothing)
        except (msgspec.DecodeError, UnicodeDecodeError, *BROKEN):
            return

    def _late_hours(self, e: Entry) -> int:
        setting = self.fold.row("setting/late_h", (e.log, e.seq)) or {}
        return int(setting.get("value", LATE_HOURS))

    def _say(self, code: str, note: str) -> None:
        log, seq, entity = self._now
        self.found.add(code, log, seq, entity, note)

    # ---- what is not entries

    def _doubts(self) -> None:
        start = perf_counter()
        for doubt in self.share.doubts:
            if not esign.holds(doubt.signed, doubt.signature, doubt.jwk):
                self.found.add("SIG_BAD", *doubt.place, doubt.entity, "mathematics")
        self.seconds["signatures"] += perf_counter() - start

    def _checkpoints(self) -> None:
        start = perf_counter()
        for held in self.share.held:
            for rows in scan.notes(self.connection, self.share.site, held.log):
                mine = rows[self.share.part :: self.share.parts]
                self.checkpoints += len(mine)
                checkpoints.judge(mine, held, self.share.devices, self.found)
        self.seconds["checkpoints"] += perf_counter() - start

    def _live(self) -> None:
        start = perf_counter()
        for name in scan.state_tables(self.connection):
            try:
                self._table(name)
            except Fault as fault:
                self.found.add("STORE_DAMAGED", note=f"{name}: {fault.code}")
        for folded in self.fold.rest():
            if self._mine(folded.key.partition("/")[2]):
                self.found.add("STATE_MISSING", *folded.place, folded.key)
        self.seconds["live"] += perf_counter() - start

    def _table(self, name: str) -> None:
        columns, chunks = scan.wide(self.connection, name)
        live = Live(columns)
        for chunk in chunks:
            for values in chunk:
                id = str(values[live.id])
                if self._mine(id):
                    self._compare(name[2:], id, values[live.site], live.row(values))

    def _mine(self, id: str) -> bool:
        return owner(id, self.share.parts) == self.share.part

    def _compare(self, t: str, id: str, site: Json, row: Row) -> None:
        key = f"{t}/{id}"
        folded = self.fold.take(key) if site == self.share.site else None
        if folded is None:
            self.found.add("STATE_EXTRA", entity=key)
        else:
            self._against(folded, row, t)
        if "file_j" in row or "files_j" in row:
            self._attachments(key, row)

    def _against(self, folded: Folded, row: Row, t: str) -> None:
        if len(folded.rows) > 1:
            self.found.add("CONFLICT", *folded.place, folded.key)
        elif pack_checked(row) == folded.rows[0]:
            return
        wrong = live_differs(row, folded.rows)
        if wrong:
            self.found.add("STATE_DIFF", *folded.place, folded.key, ", ".join(wrong))
            self._envelopes(folded.key, folded.place, t, row)

    def _envelopes(self, key: str, at: Place, t: str, row: Row) -> None:
        """A row that is not the fold's may hold envelopes that nobody has looked at."""
        for spot in in_row(t, row):
            if self.share.personal.bad(spot, at, _always):
                self.found.add("ENVELOPE_BAD", entity=key, note=spot[2])

    def _attachments(self, key: str, row: Row) -> None:
        one, many = row.get("file_j"), row.get("files_j")
        if type(one) is dict:
            self.attached.append(Attached(entity=key, ref=one, promised=row.get("sha256", one.get("sha256"))))
        for ref in many if type(many) is list else ():
            if type(ref) is dict:
                self.attached.append(Attached(entity=key, ref=ref, promised=ref.get("sha256")))


def _nothing(_code: str, _note: str) -> None:
    """Said by the process that reports this entity."""


def _always(_one: Place, _other: Place) -> bool:
    return True
