"""A full disk: nothing is half there, the words say what was kept, and with room again the same program goes on.

- Real file systems, a few megabytes large, in a mount namespace of the child program (root, or a user's namespace).
- The room that is left runs from nothing to enough, so that each file meets the full disk in turn: the lock-out
  counters, the store's log, the person keys, the files, the vault, the anchor.
- The engine's own limit of pages stands for a full disk where the very commit is to fail.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.base.faults import Fault
from app.work.demo.stage import Stage
from app.work.intake import read_feed, take_feed
from app.work.perform import perform
from tests.faults.afterwards import ROOT, codes, entries_of, report
from tests.smalldisk import may_mount
from tests.work.feeds.making import export
from tests.work.onstage import LEARNER, LEARNER_NUMBER, SECOND_QA, TRAINER, again

pytestmark = [pytest.mark.req("R-AUD-05"), pytest.mark.timeout(900)]

NOTHING = "The disk is full. Nothing of this step was recorded; everything recorded before is kept."
PAGE = 4096
SPARE = {
    "sign": (0, 12288, 28672, 32768),
    "people": (0, 90_000),
    "documents": (12288, 60_000),
    "account": (12288, 45_056),
    "pending": (0, 8192),
}


def with_little_room(demo: Path, folder: Path, scenario: str, rooms: list[int]) -> list[dict[str, Any]]:
    """One try for each room, with real files on a real small file system; the outside reader agrees at the end."""
    folder.mkdir()
    program = [sys.executable, "-m", "tests.faults.full", str(demo), str(folder), scenario]
    ran = subprocess.run([*may_mount(), *program, *map(str, rooms)], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, f"may not mount, or failed: {ran.stderr}"
    *tries, outside = map(json.loads, ran.stdout.splitlines())
    assert len(tries) == len(rooms)
    assert outside == []
    return tries


def check_try(one: dict[str, Any], scenario: str) -> None:
    """Done, or said in words with nothing of it kept, or, when only the mark outside failed, all of it kept."""
    assert one["loose"] == [] == one["after"], one
    assert set(one["seen"]) <= {"ANCHOR_LAG"}, one
    match one.get("fault"):
        case "disk.full":
            assert one["plain"] == NOTHING and one["do"], one
            # An account is made in steps: opened, key enrolled, granted; the second try takes up what is there.
            assert one["kept"] <= (2 if scenario == "account" else 0), one
            assert one["again"].get("done") not in (None, "Refused"), one
        case "anchor.behind":
            assert one["kept"] > 0 and "was recorded" in one["plain"], one
        case None:
            assert one["done"] not in (None, "Refused"), one
        case other:
            pytest.fail(f"not said in words: {other}")


@pytest.mark.parametrize("scenario", SPARE)
def test_a_full_disk_keeps_all_or_nothing(demo_dir: Path, tmp_path: Path, scenario: str) -> None:
    tries = with_little_room(demo_dir, tmp_path / "small", scenario, list(SPARE[scenario]))
    for one in tries:
        check_try(one, scenario)
    assert any(one.get("fault") == "disk.full" for one in tries)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "most"), [("sign", 15), ("ceremony", 5), ("account", 25), ("documents", 60)]
)
def test_a_full_disk_at_every_page(demo_dir: Path, tmp_path: Path, scenario: str, most: int) -> None:
    rooms = [PAGE * pages for pages in range(most)]
    tries = with_little_room(demo_dir, tmp_path / "small", scenario, rooms)
    for one in tries:
        check_try(one, scenario)
    assert "fault" in tries[0] and "fault" not in tries[-1]


def limit(store: Any) -> None:
    """No page more for this store."""
    store.connection.cursor().execute(f"PRAGMA max_page_count={pages_of(store)}")


def pages_of(store: Any) -> int:
    return int(store.connection.cursor().execute("PRAGMA page_count").fetchone()[0])


def unlimit(store: Any) -> None:
    store.connection.cursor().execute("PRAGMA max_page_count=4294967294")


def sealed_off(stage: Stage, store: Any, command: Any) -> Fault:
    """The fault of `command` while the store may not grow; nothing else changed."""
    entries, key_pages = len(entries_of(stage.office)), pages_of(stage.office.persons)
    limit(store)
    with pytest.raises(Fault) as met:
        for _ in range(200):  # free pages inside the file are used up first
            command()
    unlimit(store)
    assert met.value.plain() == NOTHING
    assert pages_of(stage.office.persons) >= key_pages
    assert len(entries_of(stage.office)) >= entries
    assert codes(report(stage)) == set()
    return met.value


def test_a_commit_that_does_not_fit(stage: Stage) -> None:
    office = stage.enter(TRAINER)
    learner = stage.beside(LEARNER)

    def read() -> None:
        perform(office, stage.command(LEARNER_NUMBER, "RQ-0093", "READ"), again(learner))

    assert sealed_off(stage, office.store, read).code == "disk.full"
    n = office.tail.n
    read()
    assert office.tail.n == n + 1
    stage.leave()
    assert codes(report(stage)) == set()


def test_person_keys_that_do_not_fit(stage: Stage, tmp_path: Path) -> None:
    office, source = stage.enter(SECOND_QA), tmp_path / "people.csv"
    new = [{"number": f"HB6{n:04d}", "external": f"P6{n}", "login": f"n{n}"} for n in range(300)]
    source.write_text(export(*new), encoding="utf-8")
    feed = read_feed(office, "people", source)
    n = office.tail.n
    assert sealed_off(stage, office.persons, lambda: take_feed(office, feed)).code == "disk.full"
    assert office.tail.n == n
    take_feed(office, feed)
    assert office.tail.n > n
    stage.leave()
    assert codes(report(stage)) == set()
