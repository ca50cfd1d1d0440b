"""Who must be trained in what: roles, curricula and their requirements, from one folder (M-01, T-02, T-03).

- Requirements that wait for each other are rejected together; so is whatever waits for one that isn't taken.
- A role whose curriculum isn't there keeps its other curricula.
- Qualifications and coverage rules are read and checked; nothing here can hold them yet, and the counts say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.base.ids import Random
from app.base.moment import Day
from app.domain.curricula import RegisterCurricula
from app.work.feeds.curricula_layouts import COVERAGE, CURRICULA, QUALIFICATIONS, ROLES
from app.work.feeds.feed import ACCEPTED, Feed, SourceFile, Tick, count, ticking
from app.work.feeds.kept import check_coverage, check_qualifications
from app.work.feeds.known import KnownCurricula
from app.work.feeds.requirements import Requirements, read_requirements
from app.work.feeds.roles import read_roles
from app.work.feeds.row import FeedRow
from app.work.feeds.table import Layout, Table, read_table


def read_curricula(
    source: Path,
    known: KnownCurricula,
    as_of: Day,  # noqa: ARG001  (every reader is called alike)
    zone: str,  # noqa: ARG001
    *,
    random: Random,
    tick: Tick | None = None,
) -> Feed:
    """The commands and defects of the files in folder `source` (or beside the file `source`), against `known`.

    roles.csv and curricula.csv must be there; qualifications.csv and coverage.csv may. Writes nothing.
    Raises Fault feed.* for a file that can't be read as a whole.
    """
    folder = source if source.is_dir() else source.parent
    tables = [read_table(folder / layout.name, layout) for layout in (ROLES, CURRICULA)]
    kept = [read_table(folder / layout.name, layout) for layout in _kept(folder)]
    records = [(table, record) for table in (*tables, *kept) for record in table.records]
    rows = [FeedRow(table, record) for table, record in ticking(records, tick)]
    of = {table.file: [row for row in rows if row.table is table] for table in (*tables, *kept)}
    required = read_requirements(of[CURRICULA.name], known, random)
    jobs, assignments = read_roles(of[ROLES.name], required.curricula, known, random)
    _check_kept(of, required, known)
    command = RegisterCurricula(
        jobs=jobs, curricula=required.rows_of_curricula, requirements=required.rows, assignments=assignments
    )
    return Feed(
        kind="curricula",
        sources=tuple(_count(table, of[table.file]) for table in (*tables, *kept)),
        commands=(command,) if any((jobs, required.rows, assignments)) else (),
        defects=(
            *(found for table in (*tables, *kept) for found in table.findings),
            *(found for row in rows for found in row.shown()),
        ),
    )


def _kept(folder: Path) -> list[Layout]:
    return [layout for layout in (QUALIFICATIONS, COVERAGE) if (folder / layout.name).exists()]


def _check_kept(of: dict[str, list[FeedRow]], required: Requirements, known: KnownCurricula) -> None:
    codes = {row.code for row in required.rows} | known.requirements.keys()
    qualifications = check_qualifications(of.get(QUALIFICATIONS.name, []), codes)
    check_coverage(of.get(COVERAGE.name, []), qualifications)


def _count(table: Table, rows: Sequence[FeedRow]) -> SourceFile:
    outcomes = [row.outcome for row in rows]
    kept = outcomes.count(ACCEPTED) if table.layout in (QUALIFICATIONS, COVERAGE) else 0
    return count(table.file, table.sha256, table.size, outcomes, kept=kept)
