"""Every log of a store walked (formats §5): how long it is, whether it holds together, its tree, what its signatures cover.

- The first reading needs no key of any person; what it finds are gaps, breaks and clocks.
- Entries of another site, or before the beginning, are no part of any log: CHAIN_BREAK.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.audit import walk
from app.audit.crew import Crew
from app.audit.findings import Findings
from app.audit.judge import Store
from app.audit.walk import Cover, Run, Stretch, Tree, Walked
from app.proof.chain import GAP
from app.store import scan
from app.store.vault import connect_reading


class Logs:
    """The logs of one site: `sizes` by name, `total` of all entries held; the rest is there after `walk`."""

    def __init__(self, connection: scan.Driver, store: Store, found: Findings) -> None:
        self._connection, self._store, self._found = connection, store, found
        rows = scan.logs(connection)
        self.site = rows[0][0] if rows else ""
        for other, log, low, high, _ in rows:
            if other != self.site or low < 0:
                found.add("CHAIN_BREAK", log, min(low, high), note="members differ from columns")
        self.sizes = {row[1]: row[3] + 1 for row in rows if row[0] == self.site and row[3] >= 0}
        self.total = sum(row[4] for row in rows)
        self.walked: dict[str, list[Walked]] = {}
        self.trees: dict[str, Tree] = {}
        self.covers: dict[str, Cover] = {}
        self.lots: dict[str, list[Run]] = {}
        self.gaps: set[str] = set()

    def walk(self, crew: Crew, wanted: Callable[[str], list[int]]) -> None:
        """Walk every log, shared among the crew; `wanted` gives the sizes whose roots will be asked for."""
        for log, size in self.sizes.items():
            sizes = sorted({n for n in wanted(log) if type(n) is int and 0 < n <= size})
            parts = walk.stretches(self.site, log, size, sizes, crew.count)
            self.walked[log] = crew.run("chain", size, partial(walk_part, self._store), parts)
            self._judge(log, size)

    def _judge(self, log: str, size: int) -> None:
        parts, found = self.walked[log], self._found
        for flaw in [flaw for part in parts for flaw in part.flaws] + walk.seams(parts):
            found.add(flaw.code, log, flaw.seq)
            if flaw.code == GAP:
                self.gaps.add(log)
        for seq in [seq for part in parts for seq in part.back] + walk.late_clocks(parts):
            found.add("CLOCK_BACK", log, seq)
        for seq in [seq for part in parts for seq in part.formless]:
            found.add("ENTRY_SCHEMA", log, seq, note="hlc")
        self.trees[log] = Tree(walk.block_size(size), parts)
        self.lots[log] = [run for part in parts for run in part.lots]
        signed, covers, prints = (
            b"".join(getattr(p, name) for p in parts) for name in ("signed", "covers", "prints")
        )
        self.covers[log] = Cover(signed, covers, prints)


def walk_part(store: Store, stretch: Stretch, tick: Callable[[int], None]) -> Walked:
    """Walk one stretch on a connection of its own. Raises Fault where the store can't be read."""
    connection, end = connect_reading(Path(store.path), store.key, kind="main")
    try:
        return walk.walk(connection, stretch, tick)
    finally:
        end()
