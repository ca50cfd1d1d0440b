"""One entry with a row, judged whole (formats §5, §6): form, fold, signature, rights, coverage, columns, envelopes.

- The same judge looks at a whole history (`verify store`) and at what another device's batch brings in.
- Whatever a malformed entry raises is ENTRY_SCHEMA at that entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

from app.audit import columns
from app.audit.findings import Findings
from app.audit.fold import Fold, Step
from app.audit.landmarks import BROKEN
from app.audit.personal import PRIVATE, Personal, in_change, misplaced
from app.audit.rights import LATE_HOURS, Coverage, Rights, cover_of
from app.audit.shape import Shapes, base_faults, canonical
from app.audit.signatures import Signatures, needs_signature
from app.audit.walk import Cover, hlc_of, meaning_of
from app.base.entry import Entry
from app.domain.standing import Standing
from app.proof.chain import leaf


class RowJudge:
    """Judges entries with a row, each after what it stands on. `seconds` of it were spent on signatures."""

    def __init__(
        self, standing: Standing, personal: Personal, covers: Mapping[str, Cover], fold: Fold, found: Findings,
        *, settled: bool,
    ) -> None:  # fmt: skip
        self.fold, self.found = fold, found
        self.signatures = Signatures(standing, personal, found, fold.row)
        self.seconds = 0.0
        self._standing, self._personal, self._covers = standing, personal, covers
        self._shapes = Shapes()
        self._rights = Rights(standing, found, settled=settled)
        self._coverage = Coverage(found, self._late_hours)
        self._now: tuple[str, int, str] = ("", 0, "")

    def judge(self, log: str, seq: int, e: Entry, raw: bytes) -> None:
        """Every finding about one entry."""
        entity = f"{e.ent.t}/{e.ent.id}"
        self._now = (log, seq, entity)
        try:
            self._judge_entry(e, raw)
        except BROKEN as error:
            self.found.add("ENTRY_SCHEMA", log, seq, entity, f"{type(error).__name__}: {error}")

    def _judge_entry(self, e: Entry, raw: bytes) -> None:
        step = self.fold.step(e, leaf(raw), self._say)
        faults = self._shapes.faults(e, raw, known=step.before is not None)
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
        cover = cover_of(self._covers, e)
        self._rights.judge(e, step.before or step.after, cover)
        self._coverage.judge(e, step, cover)
        if cover is not None:
            self._columns(e, step, meaning_of(cover[2]))
        self._envelopes(e, raw, step)

    def _envelopes(self, e: Entry, raw: bytes, step: Step) -> None:
        if e.ent.t in PRIVATE:
            for column in misplaced(e, step.after or {}):
                self._say("ENVELOPE_BAD", column)
        if b'"$e":' in raw:
            for spot in in_change(e):
                if self._personal.bad(spot, (e.log, e.seq), self._standing.order.before):
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

    def _late_hours(self, e: Entry) -> int:
        setting = self.fold.row("setting/late_h", (e.log, e.seq)) or {}
        return int(setting.get("value", LATE_HOURS))

    def _say(self, code: str, note: str) -> None:
        log, seq, entity = self._now
        self.found.add(code, log, seq, entity, note)
