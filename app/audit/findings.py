"""What a verification says (formats §9): findings, counts, and whether the site holds.

- Error unless the code is listed as a warning or as information; exit 1 if there is an error or a warning.
- The same finding is kept once; the order is that of the history, what concerns no entry comes last.
- The sentence is the catalogue's (`finding.<CODE>`, or a closer one `finding.<CODE>.<of>`); `note` is a technical detail
  and no part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.base.say import say
from app.base.words import Json, Value

INFO = frozenset({"ANCHOR_LAG", "CONFLICT", "CENTRE_ROLLBACK"})
WARNING = frozenset({"CLOCK_BACK", "CLOCK_JUMP", "ERASURE_PENDING", "LATE_REVOCATION"})
LAST = 2**62


class Finding(Value, frozen=True):
    """One finding: what (`code`), where (log and seq, or None), about which entity (`<t>/<id>`, or None); `of` names the
    closer sentence, if there is one."""

    code: str
    log: str | None = None
    seq: int | None = None
    entity: str | None = None
    note: str = ""
    of: str = ""

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`."""
        return "info" if self.code in INFO else "warning" if self.code in WARNING else "error"

    def members(self) -> dict[str, Json]:
        """The object of formats §9."""
        return {
            "code": self.code,
            "severity": self.severity,
            "log": self.log,
            "seq": self.seq,
            "entity": self.entity,
            "say": say(f"finding.{self.code}.{self.of}" if self.of else f"finding.{self.code}"),
        }


class Findings:
    """Findings as they are made, each once."""

    def __init__(self) -> None:
        self._rows: dict[Finding, None] = {}
        self.errors = 0

    def add(
        self,
        code: str,
        log: str | None = None,
        seq: int | None = None,
        entity: str | None = None,
        note: str = "",
        of: str = "",
    ) -> None:
        """Keep one finding. `errors` counts those that are neither warning nor information."""
        # A damaged store may give anything for a place.
        at = (log if type(log) is str else None, seq if type(seq) is int else None)
        found = Finding(code=code, log=at[0], seq=at[1], entity=entity, note=note, of=of)
        if found not in self._rows:
            self._rows[found] = None
            self.errors += code not in INFO and code not in WARNING

    def take(self, others: Iterable[Finding]) -> None:
        """Keep what another part found."""
        for other in others:
            self.add(other.code, other.log, other.seq, other.entity, other.note, other.of)

    def rows(self) -> list[Finding]:
        """All of them, as they were made."""
        return list(self._rows)

    def sorted(self) -> list[Finding]:
        """All of them, in the order of logs and entries."""
        return sorted(
            self._rows, key=lambda row: (row.log or "~", LAST if row.seq is None else row.seq, row.code)
        )


class Counts(Value, frozen=True):
    """How much was looked at."""

    entries: int = 0
    signatures: int = 0
    checkpoints: int = 0
    receipts: int = 0


class Report(Value, frozen=True):
    """The answer. `how` is `bundle` or `first-use`; `seconds` each step's time, `memory` all processes' peak in bytes."""

    findings: tuple[Finding, ...]
    counts: Counts
    how: str
    seconds: Mapping[str, float] = {}
    memory: int = 0

    @property
    def exit(self) -> int:
        """1 if there is an error or a warning, else 0."""
        return int(any(row.severity != "info" for row in self.findings))

    def as_json(self) -> dict[str, Json]:
        """The object of formats §9, and nothing else."""
        counts = {name: getattr(self.counts, name) for name in self.counts.__struct_fields__}
        return {
            "v": 1,
            "ok": self.exit == 0,
            "exit": self.exit,
            "trust": {"how": self.how},
            "counts": counts,
            "findings": [row.members() for row in self.findings],
        }
