"""The HR system's people, in full or as changes: rows to persons, jobs and postings (M-01).

- Which of the two a file is, its columns say.
- Nobody is ever deleted: who is missing from a file stays as he is, who left has a last day.
- No account is opened or changed here; a login is a value of the person.
- A row that can't be taken leaves the others untouched.
"""

from __future__ import annotations

from pathlib import Path

from app.base.ids import Random
from app.base.moment import Day
from app.work.feeds.changes import read_changes
from app.work.feeds.export import read_export
from app.work.feeds.feed import Feed, Tick
from app.work.feeds.known import KnownPeople
from app.work.feeds.people_layouts import CHANGES, EXPORT, ChangesLayout
from app.work.feeds.table import Layout, read_table


def read_people(
    source: Path,
    known: KnownPeople,
    as_of: Day,  # noqa: ARG001  (every reader is called alike)
    zone: str,  # noqa: ARG001
    *,
    random: Random,
    tick: Tick | None = None,
    export: Layout = EXPORT,
    changes: ChangesLayout = CHANGES,
) -> Feed:
    """The commands and defects of an HR file: everybody (`export`) or what changed (`changes`), against `known`.

    Writes nothing. Raises Fault feed.* for a file that can't be read as a whole.
    """
    table = read_table(source, export, changes)
    if table.layout.name == changes.name:
        return read_changes(table, changes, known, random, tick)
    return read_export(table, known, random, tick)
