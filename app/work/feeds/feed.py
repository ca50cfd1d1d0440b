"""What reading a file of another system yields: commands to perform, defects to show, files to keep (M-01).

- Reading decides nothing for good: whoever performs the commands writes, or drops the feed (dry run).
- Every row is counted once: taken, held for a person, or rejected; a finding on a taken row is shown all the same.
- A defect names the file and the place in it, what happened, and what to do; its sentences lie in the word catalogue
  under `defect.<code>` and `defect.<code>.do`.
- Only a file that can't be read as a whole is a Fault (`feed.<reason>`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Value
from app.domain.curricula import RegisterCurricula
from app.domain.documents import FileRef, RegisterDocuments
from app.domain.jobs import Post, RegisterJobs
from app.domain.people import AddPeople, ChangePeople

Command: TypeAlias = AddPeople | ChangePeople | RegisterJobs | Post | RegisterDocuments | RegisterCurricula

T = TypeVar("T")

Tick: TypeAlias = Callable[[int, int], None]
"""Called with rows done and rows in all; may raise to stop, which leaves nothing behind."""

ACCEPTED, HELD, REJECTED = "accepted", "held", "rejected"
TICK_EVERY = 250
SHOWN = 200


class Place(Value, frozen=True, kw_only=True):
    """Where in a file: `line` and `row` count from 1 (the header is row 1); a sheet names `cell` and `row`."""

    line: int | None = None
    row: int | None = None
    cell: str | None = None


class Defect(Value, frozen=True, kw_only=True):
    """One finding. `outcome`: rejected = not taken; held = waits for a person; accepted = taken, and shown.

    `also` is the other row of a pair; `about` holds further figures for the sentence (`length`, `fields`, `found`).
    """

    file: str
    code: str
    outcome: str
    at: Place
    sheet: str | None = None
    column: str | None = None
    value: str | None = None
    also: Place | None = None
    about: Mapping[str, str | int] = {}

    @property
    def say(self) -> str:
        """What was found, in one sentence."""
        return say(f"defect.{self.code}", self._fill())

    @property
    def what_to_do(self) -> str:
        """The next step, in one sentence."""
        return say(f"defect.{self.code}.do", self._fill())

    def _fill(self) -> dict[str, str | int]:
        also = self.also or Place()
        lines = f"line {also.line}" if also.line else f"row {also.row}" if also.row else ""
        other = also.cell or lines
        own = {"column": self.column or "", "value": self.value or "", "other": other}
        return {**own, **self.about}


class SourceFile(Value, frozen=True, kw_only=True):
    """One file that was read: its name, hex SHA-256, size in bytes, and what became of its rows.

    `kept` rows were read and checked, but nothing here can hold them yet.
    """

    name: str
    sha256: str
    size: int
    rows_in: int = 0
    accepted: int = 0
    held: int = 0
    rejected: int = 0
    kept: int = 0


class FileToStore(Value, frozen=True, kw_only=True):
    """A document's file to be put into the store: where it lies now, and the reference that the command holds."""

    path: Path
    sha256: str
    ref: FileRef

    def content(self) -> bytes:
        """The file's bytes; raises Fault feed.file_changed if they are no longer those that were read."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise Fault("feed.unreadable", file=self.ref.name) from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise Fault("feed.file_changed", file=self.ref.name)
        return data


class Feed(Value, frozen=True, kw_only=True):
    """Everything that reading one feed yields: `commands` in the order to perform, `files` to store before them.

    The rows of all its files: `rows_in` = `accepted` + `held` + `rejected`.
    """

    kind: str
    sources: tuple[SourceFile, ...]
    commands: tuple[Command, ...]
    defects: tuple[Defect, ...]
    files: tuple[FileToStore, ...] = ()

    @property
    def rows_in(self) -> int:
        """Rows read, header and totals left out."""
        return sum(source.rows_in for source in self.sources)

    @property
    def accepted(self) -> int:
        """Rows taken."""
        return sum(source.accepted for source in self.sources)

    @property
    def held(self) -> int:
        """Rows that wait for a person's decision."""
        return sum(source.held for source in self.sources)

    @property
    def rejected(self) -> int:
        """Rows not taken."""
        return sum(source.rejected for source in self.sources)

    @property
    def kept(self) -> int:
        """Of the rows taken, those that were checked only: nothing here can hold them yet."""
        return sum(source.kept for source in self.sources)


def count(name: str, sha256: str, size: int, outcomes: Sequence[str], *, kept: int = 0) -> SourceFile:
    """A file and what became of its rows; `outcomes` has one per row."""
    return SourceFile(
        name=name,
        sha256=sha256,
        size=size,
        rows_in=len(outcomes),
        accepted=outcomes.count(ACCEPTED),
        held=outcomes.count(HELD),
        rejected=outcomes.count(REJECTED),
        kept=kept,
    )


def ticking(records: Sequence[T], tick: Tick | None) -> Iterator[T]:
    """The records one by one; `tick` hears every few hundred how far that is, and the end."""
    for done, record in enumerate(records):
        if tick is not None and done % TICK_EVERY == 0:
            tick(done, len(records))
        yield record
    if tick is not None:
        tick(len(records), len(records))


def presentable(text: str) -> str:
    """A value of a file that can be shown and packed: not too long, no lone surrogates, no control signs."""
    cut = text[:SHOWN].encode("utf-8", "replace").decode("utf-8")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in cut)
