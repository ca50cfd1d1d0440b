"""The whole verification of one folder (trust §2.5, decision 17): what is found, counted and how long it took.

1. Pages: SQLCipher's and SQLite's own checks of both databases.
2. Chain: every log walked, its tree made, its landmarks and signatures found.
3. Landmarks: who holds which key, role, session and device; data keys against their commitments.
4. Entries: form, fold, rights, signatures, envelopes, checkpoints; live rows against the fold.
5. What needs all of it: ceremonies, sheets, late ends, files, batches, receipts, anchor, vault; evidence in quarantine.
- The folder is only read; what is not closed, or has a writer, is read from a private copy (settled.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from app.audit import anchor, batches, checkpoints, files, kept, ledger
from app.audit.case import Case, how
from app.audit.checkpoints import Devices, Held
from app.audit.crew import Crew, Tick, give_back, peak
from app.audit.findings import Counts, Findings, Report
from app.audit.fold import Line, Row
from app.audit.judge import Judged, Share, judge
from app.audit.landmarks import BROKEN, Landmarks, begins
from app.audit.logs import Logs
from app.audit.personal import Personal
from app.audit.settled import settled
from app.audit.walk import hlc_of, in_order
from app.base.codec import b64u
from app.base.entry import Entry, read
from app.base.faults import Fault
from app.base.words import Json
from app.domain.roles import Place
from app.proof import trust
from app.proof.chain import leaf
from app.proof.esign import SigBad
from app.store import scan
from app.store.vault import connect_reading


def verify(case: Case, tick: Tick | None = None) -> Report:
    """The report on an opened case; `tick` is told a step's name, how much is done and how much there is.

    CannotDecide `audit.worker_lost` if another process that shared the work was ended.
    """
    with ExitStack() as stack:
        whole = _Whole(case, tick, stack)
        whole.run()
        return whole.report()


class _Whole:
    def __init__(self, case: Case, tick: Tick | None, stack: ExitStack) -> None:
        self.case, self.stack = case, stack
        self.found = Findings()
        self.found.take(case.findings)
        self.counts = Counts()
        self.seconds: dict[str, float] = {}
        self.crew = stack.enter_context(Crew(case.workers, tick))
        self.stores = {kind: settled(held, kind, stack, self.found) for kind, held in case.stores.items()}
        self.bundle = self._bundle()

    def run(self) -> None:
        """Every step, as far as the stores can be opened."""
        kept.judge(self.case.folder, self.found)
        main = self._opened("main")
        persons = self._opened("pkeys")
        with self._timed("pages"):
            for name, connection in (("main.db", main), ("pkeys.db", persons)):
                if connection is not None:
                    _pages(connection, name, self.found)
        if main is not None:
            try:
                _History(self, main, persons).run()
            except Fault as fault:
                if fault.code == "audit.worker_lost":
                    raise
                self.found.add("STORE_DAMAGED", note=fault.code)
            except Exception as error:  # noqa: BLE001  (whatever a store holds, the answer is a finding)
                self.found.add("STORE_DAMAGED", note=f"unreadable: {type(error).__name__}")

    def report(self) -> Report:
        """What was found so far."""
        return Report(
            findings=tuple(self.found.sorted()), counts=self.counts, how=how(self.case.bundle),
            seconds=self.seconds, memory=peak() + self.crew.memory,
        )  # fmt: skip

    def _opened(self, kind: str) -> scan.Driver | None:
        held = self.stores.get(kind)
        if held is None:
            return None
        try:
            connection, end = connect_reading(Path(held.path), held.key, kind=kind)
        except Fault as fault:
            self.found.add("STORE_DAMAGED", note=f"{kind}: {fault.code}")
            return None
        self.stack.callback(end)
        return connection

    def _bundle(self) -> trust.TrustBundle | None:
        if self.case.bundle is None:
            return None
        try:
            return trust.read(self.case.bundle.decode("ascii").strip())
        except (SigBad, UnicodeDecodeError):
            self.found.add("SIG_BAD", note="trust bundle")
            return None

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + perf_counter() - start


class _History:
    """Steps 2 to 5."""

    def __init__(self, whole: _Whole, main: scan.Driver, persons: scan.Driver | None) -> None:
        self.whole, self.main, self.persons = whole, main, persons
        self.case, self.found, self.crew = whole.case, whole.found, whole.crew
        self.store = whole.stores["main"]
        self.logs = Logs(main, self.store, self.found)
        self.site = self.logs.site
        self.crew.count = 1 if self.logs.total <= self.case.alone else max(1, self.case.workers)
        self.personal = Personal()

    def run(self) -> None:
        """All steps; each has its time in the report."""
        timed = self.whole._timed
        with timed("chain"):
            self.logs.walk(self.crew, self._wanted)
            _index(self.main, self.site, self.logs, self.found)
            for log, n in scan.rows(self.main, "SELECT log, n FROM checkpoint WHERE site_id = ?", self.site):
                if log not in self.logs.sizes and type(n) is int:
                    self.found.add("CP_MISMATCH", log, n - 1, note="of a log that is not held")
        with timed("landmarks"):
            known = self._landmarks()
            give_back()
        trusted = [] if self.whole.bundle is None else self.whole.bundle.devices
        devices = Devices(known.standing, trusted)
        held = [
            Held(log=log, size=size, gap=log in self.logs.gaps, tree=self.logs.trees[log])
            for log, size in self.logs.sizes.items()
        ]
        with timed("entries"):
            judged = self._judge(known, devices, held)
        with timed("rest"):
            receipts = self._receipts(known, devices, held)
            self._rest(known, judged, receipts)
        self._count()

    def _wanted(self, log: str) -> list[int]:
        """The sizes of a log whose roots will be asked for: those of checkpoints and batches."""
        sizes = [n for rows in scan.notes(self.main, self.site, log) for n, _ in rows]
        return sizes + [row["last"] + 1 for row in self._table("batch") if row["log"] == log]

    # ---- 3 landmarks

    def _landmarks(self) -> Landmarks:
        known = Landmarks(
            self.personal, self.found, partial(setting_row, self.main, self.site), self.logs.covers
        )
        marks = [
            (log, seq, raw)
            for log, parts in self.logs.walked.items()
            for p in parts
            for seq, raw in p.landmarks
        ]
        accounts = self._accounts()
        held = known.read(marks)
        if self.persons is not None:
            self.personal.hold(_data_keys(self.persons, self.found), self.found)
        for hlc, e, raw in in_order([*held, *accounts], lambda one: ((one[1].log, one[1].seq), one[0])):
            if e.chg and e.ent.t == "account":
                known.account(e)
            else:
                known.judge(hlc, e, raw)
        # Their bytes are needed no more, and what the others answer will need the room.
        self.logs.walked.clear()
        for log in self.logs.sizes:
            begins(known, log, self._entry(log, 0))
        for place, log, n, h in known.seen:
            self._seen(place, log, n, h)
        return known

    def _accounts(self) -> list[tuple[tuple[int, int], Entry, bytes]]:
        """The entries that change accounts; they lie where they say that they lie."""
        told = []
        for log, parts in self.logs.walked.items():
            for seq, raw in [row for part in parts for row in part.accounts]:
                with suppress(*BROKEN, msgspec.MsgspecError):
                    e = read(raw)
                    if (e.log, e.seq) == (log, seq):
                        told.append((hlc_of(e.ts.hlc), e, raw))
        return told

    def _entry(self, log: str, seq: int) -> Entry | None:
        raw = scan.entry(self.main, self.site, log, seq)
        try:
            return None if raw is None else read(raw)
        except BROKEN:
            return None

    def _seen(self, place: Place, log: str, n: int, h: Json) -> None:
        """What a log saw of another must be what is held."""
        raw = scan.entry(self.main, self.site, log, n - 1) if n else None
        if n and (raw is None or b64u(leaf(raw)) != h):
            self.found.add("CHAIN_GAP" if raw is None else "CENTRE_FORK", log, n - 1, note=f"seen by {place}")

    # ---- 4 entries

    def _judge(self, known: Landmarks, devices: Devices, held: Sequence[Held]) -> list[Judged]:
        parts = self.crew.count
        doubts = known.signatures.doubts
        shares = [
            Share(
                store=self.store, site=self.site, lots=self.logs.lots, standing=known.standing, personal=self.personal,
                covers=self.logs.covers, devices=devices, held=held, doubts=doubts[part::parts], part=part, parts=parts,
            )
            for part in range(parts)
        ]  # fmt: skip
        judged = self.crew.run("entries", self.logs.total * parts, judge, shares)
        for one in judged:
            self.found.take(one.findings)
            for name, seconds in one.seconds.items():
                self.whole.seconds[name] = self.whole.seconds.get(name, 0.0) + seconds / parts
        return judged

    # ---- 5 the rest

    def _receipts(self, known: Landmarks, devices: Devices, held: Sequence[Held]) -> list[Mapping[str, Json]]:
        judge = batches.Batches(self.main, self.site, held, devices, self.found)
        judge.batches(self._table("batch"))
        named = self.whole.bundle.centres if self.whole.bundle else []
        centres: list[Any] = [{"name": c.name, "jwk": c.jwk, "ed25519": c.ed25519} for c in named]
        # The bundle wins over descriptors of the same name (formats §6).
        centres += [c for c in known.centres.values() if c["name"] not in {one.name for one in named}]
        return list(judge.receipts(self._table("receipt"), centres))

    def _rest(self, known: Landmarks, judged: Sequence[Judged], receipts: Sequence[Mapping[str, Json]]) -> None:
        used = [*known.signatures.used, *(one for part in judged for one in part.used)]
        ledger.settle(used, known, receipts, self.found)
        for log, cover in self.logs.covers.items():
            sizes = {n for rows in scan.notes(self.main, self.site, log) for n, _ in rows}
            entities = {one.place[1]: one.entity for one in used if one.place[0] == log}
            checkpoints.missing(cover.signed, sizes, log, entities, self.found)
        attached = [one for part in judged for one in part.attached]
        files.judge(self.case.folder, attached, self.personal, self.found)
        batches.against_bundle(self.whole.bundle, known, self.found)
        anchor.judge_anchor(self.case, self.main, self.site, self.logs.sizes, known, receipts, self.found)
        anchor.judge_vault(self.case, known, self.found)
        anchor.judge_blobs(self.case, self._table("user_vault"), known, self.found)
        anchor.judge_site_key(self.case, self._table("site_key"), known, self.found)

    def _table(self, name: str) -> list[dict[str, Any]]:
        """Every row of a small table; what can't be read is STORE_DAMAGED and empty."""
        try:
            return list(scan.table(self.main, name))
        except Fault as fault:
            self.found.add("STORE_DAMAGED", note=f"{name}: {fault.code}")
            return []

    def _count(self) -> None:
        self.whole.counts = Counts(
            entries=self.logs.total,
            signatures=sum(len(cover.signed) for cover in self.logs.covers.values()),
            checkpoints=scan.rows(self.main, "SELECT count(*) FROM checkpoint")[0][0],
            receipts=len(self._table("receipt")),
        )


def setting_row(connection: scan.Driver, site: str, key: str, at: Place) -> Row | None:
    """A setting as it is for a landmark; asked for only by a session's first signature under `login_first`."""
    fold = Line(at[0])
    like = f'%"id":"{key.partition("/")[2]}"%'
    sql = (
        "SELECT b FROM entry WHERE site_id = ? AND log = ? AND seq < ? AND CAST(b AS TEXT) LIKE ? ORDER BY seq"
    )
    for (raw,) in scan.rows(connection, sql, site, *at, like):
        try:
            e = read(raw)
        except BROKEN:
            continue
        if f"{e.ent.t}/{e.ent.id}" == key:
            fold.step(e, leaf(raw), lambda _code, _note: None)
    return fold.row(key, at)


def _pages(connection: scan.Driver, name: str, found: Findings) -> None:
    """PAGE_HMAC for pages that were changed, STORE_DAMAGED for what contradicts itself or holds other kinds of values."""
    checks = (
        (scan.page_faults, "PAGE_HMAC"),
        (scan.structure_faults, "STORE_DAMAGED"),
        (scan.odd_tables, "STORE_DAMAGED"),
    )
    for check, code in checks:
        try:
            bad = check(connection)
        except Fault as fault:
            bad = [fault.code]
        if bad:
            found.add(code, note=f"{name}: {bad[0]}")


def _index(connection: scan.Driver, site: str, logs: Logs, found: Findings) -> None:
    """STORE_DAMAGED where the index of landmarks, by which the program finds them, names others than there are."""
    walked = logs.walked.items()
    there = {(site, log, seq) for log, parts in walked for part in parts for seq, _ in part.landmarks}
    if (indexed := scan.indexed(connection)) is not None and indexed != there:
        found.add("STORE_DAMAGED", note="landmark")


def _data_keys(persons: scan.Driver, found: Findings) -> list[tuple[str, Any, Any]]:
    """(person, version, data key) of every key held; what can't be read is STORE_DAMAGED and empty."""
    try:
        return [(str(row["pid"]), row["ver"], row["dek"]) for row in scan.table(persons, "dek")]
    except Fault as fault:
        found.add("STORE_DAMAGED", note=f"dek: {fault.code}")
        return []
