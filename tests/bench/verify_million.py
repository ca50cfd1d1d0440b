"""What a verification costs, beside reading the rows: `python -m tests.bench.verify_million [--entries N] [--rounds R]`.

The floor is one process that fetches every entry of the same encrypted file, row by row, and does nothing with it.
Rounds are interleaved; a ratio is taken within its round. Pages (SQLCipher's and SQLite's own checks) are shown apart.
"""

from __future__ import annotations

import argparse
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


def chain(case: Case, crew: Crew) -> float:
    """Seconds for the chain and the tree of every entry in two processes that are already there."""
    held = case.stores["main"]
    connection, end = connect_reading(Path(held.path), held.key, kind="main")
    [(site, log, _, high, _)] = scan.logs(connection)
    end()
    start = perf_counter()
    parts = walk.stretches(site, log, high + 1, [high + 1], crew.count)
    walked = crew.run("chain", high + 1, partial(walk_part, held), parts)
    assert walk.Tree(walk.block_size(high + 1), walked).root(high + 1) is not None
    assert not any(part.flaws for part in walked) and not walk.seams(walked)
    return perf_counter() - start


def whole(case: Case) -> tuple[float, Report]:
    """Seconds for everything but the pages, and the report."""
    start = perf_counter()
    report = verify(case)
    assert report.findings == (), report.findings[:5]
    return perf_counter() - start - report.seconds["pages"], report


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--entries", type=int, default=1_000_000)
    given.add_argument("--rounds", type=int, default=5)
    told = given.parse_args()
    case = opened(make(told.entries))
    floors, chains, wholes, reports = [], [], [], []
    with Crew(2, None) as crew:
        for _ in range(told.rounds):
            floors.append(floor(case))
            chains.append(chain(case, crew))
            seconds, report = whole(case)
            wholes.append(seconds)
            reports.append(report)
    counts = reports[0].counts
    rows = [
        ["fetch every entry (floor)", spread(floors), "1"],
        [f"chain + tree, 2 processes (goal <= {CHAIN})", spread(chains), spread(paired(chains, floors))],
        [f"everything but pages (goal <= {FULL})", spread(wholes), spread(paired(wholes, floors))],
    ]
    for step in reports[0].seconds:
        seconds_of = [report.seconds[step] for report in reports]
        within = "" if step in ("pages", "chain", "landmarks", "entries", "rest") else "    of entries: "
        rows.append([f"  {within}{step}", spread(seconds_of), spread(paired(seconds_of, floors))])
    show(f"{counts}", ["", "seconds: median (min-max)", "x floor"], rows)
    memory = max(report.memory for report in reports) // 2**20
    print(f"\nmemory, peaks of all processes together: {memory} MiB (goal <= {MEMORY})")


if __name__ == "__main__":
    main()
