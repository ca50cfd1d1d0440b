"""What the tests of the feeds share: the demo site's files, a repeatable random source, and rows in memory that real
decisions and differences are applied to."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.base.codec import parse
from app.base.moment import Day, Instant
from app.base.say import RESOURCES
from app.base.words import Personal, Refused, Row
from app.domain import curricula, documents, jobs, people
from app.domain.who import Who
from app.domain.wire import Change, apply, columns, difference
from app.work.feeds.feed import Feed
from app.work.feeds.known import KnownCurricula, KnownDocuments, KnownPeople

LEIDEN = RESOURCES / "demo" / "leiden"
ZONE = "Europe/Amsterdam"
TODAY, DELTA_DAY = Day("2026-11-20"), Day("2026-12-01")
NOW = Instant(ms=1_795_000_000_000, off="+01:00", zone=ZONE)
WHO = Who(uid="u_1", pid="p_1", role="qa", lvl="full", sess="s_1")


def random_source() -> Callable[[int], bytes]:
    """Bytes that repeat from run to run and never within one."""
    counter = itertools.count()
    return lambda size: hashlib.sha256(str(next(counter)).encode()).digest()[:size]


class Rows:
    """State tables in memory: what a feed's commands change, by noun and id."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, dict[str, Any]]] = {}
        self.random = random_source()

    def perform(self, feed: Feed) -> int:
        """Decide and apply every command of `feed`; the number of rows that really changed."""
        changed = 0
        for command in feed.commands:
            decided = self._decide(command)
            assert not isinstance(decided, Refused), decided
            changed += sum(self._apply(change) for change in decided)
        return changed

    def decided(self, command: Any) -> int:
        """How many changes the rules make of one command."""
        answer = self._decide(command)
        assert not isinstance(answer, Refused), answer
        return len(answer)

    def table(self, noun: str) -> dict[str, dict[str, Any]]:
        return self.tables.setdefault(noun, {})

    def opened(self, noun: str) -> list[Row]:
        """Rows with personal values in clear under bare names."""
        return [
            {name.removesuffix("_j"): _clear(value) for name, value in row.items()}
            for row in self.table(noun).values()
        ]

    def by_code(self, noun: str) -> dict[str, Row]:
        return {row["code"]: row for row in self.table(noun).values()}

    def numbers(self) -> dict[str, str]:
        """Person ids by employee number."""
        return {row["number"]: row["id"] for row in self.opened("person")}

    def known_people(self) -> KnownPeople:
        postings: dict[str, tuple[Row, ...]] = {}
        for row in self.table("posting").values():
            postings[row["pid"]] = (*postings.get(row["pid"], ()), row)
        return KnownPeople(people=tuple(self.opened("person")), jobs=self.by_code("job"), postings=postings)

    def known_documents(self) -> KnownDocuments:
        held = {(row["number"], row["ver"]): row for row in self.table("document").values()}
        return KnownDocuments(held=held, people=self.numbers())

    def known_curricula(self) -> KnownCurricula:
        return KnownCurricula(
            jobs=self.by_code("job"),
            curricula=self.by_code("curriculum"),
            requirements=self.by_code("requirement"),
            assignments={(row["job"], row["curriculum"]): row for row in self.table("assignment").values()},
            numbers=frozenset(row["number"] for row in self.table("document").values()),
        )

    def _decide(self, command: Any) -> Any:
        if isinstance(command, people.AddPeople | people.ChangePeople):
            return people.decide(command, people.Facts(people=tuple(self.opened("person"))), WHO, NOW)
        if isinstance(command, jobs.RegisterJobs | jobs.Post):
            known = self.known_people()
            return jobs.decide(command, jobs.Facts(jobs=known.jobs, postings=known.postings), WHO, NOW)
        if isinstance(command, documents.RegisterDocuments):
            register = self.known_documents()
            return documents.decide(
                command, documents.Facts(held=register.held, people=register.people, zone=ZONE), WHO, NOW
            )
        held = self.known_curricula()
        facts = curricula.Facts(**{name: getattr(held, name) for name in held.__struct_fields__})
        return curricula.decide(command, facts, WHO, NOW)

    def _apply(self, change: Change) -> bool:
        rows = self.table(change.NOUN)
        before = rows.get(change.id)
        chg = [[name, old, _sealed(new)] for name, old, new in difference(before, columns(change), _open)]
        if chg:
            rows[change.id] = apply(before, change.id, chg)
        return bool(chg)


def _sealed(value: Any) -> Any:
    return {"clear": value.text} if isinstance(value, Personal) else value


def _open(_: str, envelope: Mapping[str, Any]) -> str | None:
    return envelope.get("clear")


def _clear(value: Any) -> Any:
    return value["clear"] if isinstance(value, dict) and "clear" in value else value


def expected_defects(file: str) -> list[tuple[Any, ...]]:
    """What expected.json says about one file, in the form of `found_defects`."""
    expected = parse_expected()
    return sorted(
        (
            defect["code"],
            defect["outcome"],
            defect.get("line", 0),
            defect.get("row", 0),
            defect.get("cell", ""),
            defect.get("sheet", ""),
            defect["column"],
            defect.get("value"),
            defect.get("also", {}).get("row", 0),
            defect.get("also", {}).get("line", 0),
            defect.get("also", {}).get("cell", ""),
            defect.get("fields")
            or defect.get("length")
            or defect.get("found")
            or defect.get("swallows_to_line"),
        )
        for defect in expected["defects"]
        if defect["file"] == file
    )


def found_defects(feed: Feed, file: str) -> list[tuple[Any, ...]]:
    """The feed's defects of one file as comparable tuples."""
    return sorted(
        (
            defect.code,
            defect.outcome,
            defect.at.line or 0,
            defect.at.row or 0,
            defect.at.cell or "",
            defect.sheet or "",
            defect.column,
            defect.value,
            (defect.also.row if defect.also else 0) or 0,
            (defect.also.line if defect.also else 0) or 0,
            (defect.also.cell if defect.also else "") or "",
            next(
                (defect.about[name] for name in ("fields", "length", "found", "far") if name in defect.about),
                None,
            ),
        )
        for defect in feed.defects
        if defect.file == file
    )


def parse_expected() -> Any:
    """expected.json (it holds no number outside the canonical subset)."""
    return parse((LEIDEN / "expected.json").read_bytes())


def outcome_counts(feed: Feed, file: str) -> tuple[int, int, int, int]:
    """Rows in, accepted, held and rejected of one file."""
    source = next(source for source in feed.sources if source.name == file)
    return source.rows_in, source.accepted, source.held, source.rejected


@pytest.fixture
def rows() -> Rows:
    """An empty site in memory."""
    return Rows()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file of a test and say where it is."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put
