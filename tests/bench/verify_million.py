"""What a verification costs, beside reading the rows: `python -m tests.bench.verify_million [--entries N] [--rounds R]`.

The floor is one process that fetches every entry of the same encrypted file, row by row, and does nothing with it.
Rounds are interleaved; a ratio is taken within its round. Pages (SQLCipher's and SQLite's own checks) are shown apart.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import threading
from functools import partial
from pathlib import Path
from time import perf_counter

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
    assert report.findings == (), report.findings[:5]
    pages = report.seconds["pages"]
    return perf_counter() - start - pages, sum(os.times()[:4]) - worked - pages, report


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--entries", type=int, default=1_000_000)
    given.add_argument("--rounds", type=int, default=5)
    told = given.parse_args()
    case = opened(make(told.entries))
    floors, chains, wholes, works, reports, peaks = [], [], [], [], [], []
    for _ in range(told.rounds):
        floors.append(floor(case))
        with Crew(2, None) as crew:
            chain(case, crew, most=2048)  # the processes are there before the clock starts
            chains.append(chain(case, crew))
        with Memory() as memory:
            seconds, worked, report = whole(case)
        wholes.append(seconds)
        works.append(worked / 2)
        reports.append(report)
        peaks.append(memory.peak)
    counts = reports[0].counts
    rows = [
        ["fetch every entry (floor)", spread(floors), "1"],
        [f"chain + tree, 2 processes (goal <= {CHAIN})", spread(chains), spread(paired(chains, floors))],
        [f"everything but pages (goal <= {FULL})", spread(wholes), spread(paired(wholes, floors))],
    ]
    rows.append(
        ["  half its processor time (if nothing else ran)", spread(works), spread(paired(works, floors))]
    )
    for step in reports[0].seconds:
        seconds_of = [report.seconds[step] for report in reports]
        within = "" if step in ("pages", "chain", "landmarks", "entries", "rest") else "    of entries: "
        rows.append([f"  {within}{step}", spread(seconds_of), spread(paired(seconds_of, floors))])
    show(f"{counts}", ["", "seconds: median (min-max)", "x floor"], rows)
    print(f"\npeak of all processes together (PSS): {max(peaks) >> 20} MiB (goal <= {MEMORY})")


if __name__ == "__main__":
    main()
