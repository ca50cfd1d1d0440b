"""What a verification costs, beside reading the rows: `python -m tests.bench.bench_verify [ENTRIES [ROUNDS]]`.

The floor is one process that fetches every entry of the same encrypted file, row by row, and does nothing with it.
Rounds are interleaved; a ratio is taken within its round. Pages (SQLCipher's and SQLite's own checks) are shown apart.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from app.audit import walk
from app.audit.case import Case, open_case
from app.audit.crew import Crew
from app.audit.findings import Report
from app.audit.logs import walk_part
from app.audit.verify import verify
from app.store import scan
from app.store.vault import connect_reading
from tests.bench.million import PASSWORD, make
from tests.bench.table import paired, show, spread

FLOOR = "SELECT seq, b FROM entry ORDER BY site_id, log, seq"
CHAIN, FULL, MEMORY = 1.5, 8.0, 400
ENTRIES, ROUNDS = 1_000_000, 3
LACKS = frozenset(
    {
        "landmark",
        "no recovery grants",
        "no site_key",
        "no slot",
        "user_vault sig is missing",
        "user_vault totp is missing",
    }
)
"""What the made site does without: one person's slot and no more of a vault, and no index. Its history is whole."""
STEPS = frozenset({"pages", "chain", "landmarks", "entries", "rest"})


def opened(folder: Path) -> Case:
    """The case of a made site."""
    ds, anchor = (folder / "ds").read_bytes(), (folder / "anchor").read_text()
    case = open_case(folder, ds, anchor, "ada", PASSWORD)
    assert isinstance(case, Case)
    return case


def floor(case: Case) -> float:
    """Seconds for fetching every entry."""
    held = case.stores["main"]
    connection, end = connect_reading(Path(held.path), held.key, kind="main")
    start = perf_counter()
    for _ in connection.execute(FLOOR):
        pass
    seconds = perf_counter() - start
    end()
    return seconds


def chain(case: Case, crew: Crew, most: int = 2**53) -> float:
    """Seconds for the chain and the tree of every entry (at most so many) in two processes."""
    held = case.stores["main"]
    connection, end = connect_reading(Path(held.path), held.key, kind="main")
    [(site, log, _, high, _)] = scan.logs(connection)
    end()
    size, start = min(high + 1, most), perf_counter()
    parts = walk.stretches(site, log, size, [size], crew.count)
    walked = crew.run("chain", size, partial(walk_part, held), parts)
    assert walk.Tree(walk.block_size(size), walked).root(size) is not None
    assert not any(part.flaws for part in walked) and not walk.seams(walked)
    return perf_counter() - start


class Memory:
    """The most that this process and its children held together (PSS: shared pages count once), looked at now and then."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.3):
            pids = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
            self.peak = max(self.peak, sum(pss(pid) for pid in pids if pid))


def pss(pid: int) -> int:
    """Bytes of one process, its part of what it shares; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def whole(case: Case) -> tuple[float, float, Report]:
    """Seconds for everything but the pages, processor seconds of all processes but for the pages, and the report."""
    start, worked = perf_counter(), sum(os.times()[:4])
    report = verify(case)
    wrong = [one for one in report.findings if one.note not in LACKS]
    assert not wrong, wrong[:5]
    pages = report.seconds["pages"]
    return perf_counter() - start - pages, sum(os.times()[:4]) - worked - pages, report


def main(entries: int = ENTRIES, rounds: int = ROUNDS) -> int:
    """Measure, print the tables; 0 if every goal is met."""
    case = opened(make(entries))
    runs = [_round(case) for _ in range(rounds)]
    floors, chains = [run.floor for run in runs], [run.chain for run in runs]
    wholes, works = [run.whole for run in runs], [run.work for run in runs]
    report, peak = runs[0].report, max(run.peak for run in runs)
    rows = [
        ["fetch every entry (floor)", spread(floors), "1"],
        [f"chain + tree, 2 processes (goal <= {CHAIN})", spread(chains), spread(paired(chains, floors))],
        [f"everything but pages (goal <= {FULL})", spread(wholes), spread(paired(wholes, floors))],
        ["  half its processor time (if nothing else ran)", spread(works), spread(paired(works, floors))],
    ]
    for step in report.seconds:
        taken = [run.report.seconds[step] for run in runs]
        within = "" if step in STEPS else "    of entries: "
        rows.append([f"  {within}{step}", spread(taken), spread(paired(taken, floors))])
    show(f"{report.counts}", ["", "seconds: median (min-max)", "x floor"], rows)
    print(f"\npeak of all processes together (PSS): {peak >> 20} MiB (goal <= {MEMORY})")
    met = median(paired(chains, floors)) <= CHAIN and median(paired(wholes, floors)) <= FULL
    return 0 if met and peak >> 20 <= MEMORY else 1


class _Round(NamedTuple):
    """Seconds of the floor, the chain, everything, half of all processor time; the report, the peak of memory in bytes."""

    floor: float
    chain: float
    whole: float
    work: float
    report: Report
    peak: int


def _round(case: Case) -> _Round:
    bare = floor(case)
    with Crew(2, None) as crew:
        chain(case, crew, most=2048)  # the processes are there before the clock starts
        linked = chain(case, crew)
    with Memory() as memory:
        seconds, worked, report = whole(case)
    return _Round(bare, linked, seconds, worked / 2, report, memory.peak)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
