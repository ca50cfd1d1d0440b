"""A program that works on a disk that gets full: real product code on a folder that is a small file system of its own.

- Run as `python -m tests.faults.full DEMO FOLDER SCENARIO ROOM…` where it may mount: FOLDER becomes a tmpfs, DEMO is
  copied into it. Every ROOM (bytes) is left free once, the scenario's act is tried in it, then there is room again.
- For every try a line of JSON: the fault's code and its sentences, entries before and after, what both verifiers
  say, whether the act then succeeds in the same program.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.base.faults import Fault
from app.base.words import Done
from app.work.demo.cast import LEIDEN
from app.work.demo.stage import Stage, must
from app.work.enrol import Enrolment, enrol, store_keys
from app.work.intake import read_feed, take_feed
from app.work.perform import perform
from tests.faults.afterwards import codes, entries_of, halves, outside, report, stage_of, strays
from tests.faults.worker import READINGS
from tests.smalldisk import mounted
from tests.work.feeds.making import export
from tests.work.onstage import LEARNER, LEARNER_NUMBER, MANAGER, QA, SECOND_QA, TRAINER, again

SIZE = 48 * 1024 * 1024
Act = Callable[[], Any]


def sign(stage: Stage) -> Act:
    """One signed record; the signer is there already, so that only the record meets the full disk."""
    learner = stage.beside(LEARNER)
    one = stage.command(LEARNER_NUMBER, READINGS[0], "READ")
    return lambda: perform(stage.office, one, learner)


def ceremony(stage: Stage) -> Act:
    """A second person gives user name, password and code: a counter and a burned code are written."""
    return lambda: stage.beside(LEARNER)


def people(stage: Stage) -> Act:
    """New people: keys, then many entries."""
    new = [
        {"number": f"HB6{stage.office.tail.n:06d}{n}", "external": f"P6{stage.office.tail.n}{n}"}
        for n in range(40)
    ]
    source = stage.cast.folder / "people.csv"
    source.write_text(export(*new), encoding="utf-8")
    feed = read_feed(stage.office, "people", source)
    return lambda: take_feed(stage.office, feed)


def documents(stage: Stage) -> Act:
    """A register with a file that is new."""
    folder = stage.cast.folder / f"register{stage.office.tail.n}"
    (folder / "files").mkdir(parents=True)
    header, *lines = (LEIDEN / "documents.csv").read_text(encoding="utf-8").splitlines()
    content = b"%PDF-1.4 " + os.urandom(60_000)
    (folder / "files" / "new.pdf").write_bytes(content)
    (folder / "documents.csv").write_text(
        "\n".join([header, _new_line(lines, content, stage.office.tail.n), ""])
    )
    feed = read_feed(stage.office, "documents", folder / "documents.csv")
    assert feed.files
    signer = stage.signer()
    return lambda: take_feed(stage.office, feed, signer)


def _new_line(lines: list[str], content: bytes, n: int) -> str:
    fields = next(line for line in lines if line.endswith(",,")).split(",")
    fields[1], fields[-2:] = f"SOP-9{n}", ["new.pdf", sha256(content).hexdigest()]
    return ",".join(fields)


def account(stage: Stage) -> Act:
    """An account: vault file, key, grants."""
    approvers = (stage.beside(QA), stage.beside(MANAGER))
    keys = must(store_keys(stage.office, stage.cast.typed(QA)))
    at = stage.office.tail.n
    plan = Enrolment(stage.person("HB10040")[0], f"joined{at}", stage.cast.new_password(), "badge")
    return lambda: enrol(stage.office, plan, keys, tuple(again(one) for one in approvers))


def pending(stage: Stage) -> Act:
    """A failed attempt before sign-in, which waits outside the store."""
    return lambda: stage.office.pending.append("auth.password", "0" * 32, stage.cast.clock.now())


SCENARIOS: dict[str, tuple[Callable[[Stage], Act], str]] = {
    "sign": (sign, TRAINER),
    "ceremony": (ceremony, TRAINER),
    "people": (people, SECOND_QA),
    "documents": (documents, SECOND_QA),
    "account": (account, QA),
    "pending": (pending, TRAINER),
}


class Ballast:
    """Fills a file system until so many bytes are free."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ballast"

    def leave(self, room: int) -> None:
        """Fill up to `room` bytes."""
        found = os.statvfs(self.path.parent)
        size = max(0, found.f_bavail * found.f_frsize - room)
        with self.path.open("wb") as file:
            if size:
                os.posix_fallocate(file.fileno(), 0, size)

    def drop(self) -> None:
        """Make room again."""
        self.path.unlink()


def attempt(act: Act) -> dict[str, Any]:
    """What came of it; anything but a Fault or an answer ends the program."""
    try:
        answer = act()
    except Fault as fault:
        return {"fault": fault.code, "plain": fault.plain(), "do": fault.what_to_do()}
    return {"done": answer.result if isinstance(answer, Done) else type(answer).__name__}


def tried(folder: Path, scenario: str, room: int) -> dict[str, Any]:
    """One try in so much room; then there is room, the same program goes on, and everything is verified."""
    prepare, who = SCENARIOS[scenario]
    stage, ballast = stage_of(folder), Ballast(folder)
    office = stage.enter(who)
    act = prepare(stage)
    before = len(entries_of(office))
    ballast.leave(room)
    told = attempt(act)
    kept = len(entries_of(office)) - before
    seen = codes(report(stage_of_copy(stage)))
    ballast.drop()
    again = attempt(act) if told.get("fault") == "disk.full" else {}
    entries = entries_of(office)
    loose = [*halves(office, entries), *map(str, strays(office, entries))]
    stage.leave()
    after = codes(report(stage))
    return {"room": room, **told, "kept": kept, "seen": sorted(seen), "again": again, "loose": loose,
            "after": sorted(after)}  # fmt: skip


def stage_of_copy(stage: Stage) -> Stage:
    """A stage that only looks: nothing of it is saved on the full disk."""
    return Stage(stage.cast)


def main() -> None:
    demo, folder, scenario, rooms = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4:]
    with mounted(folder, str(SIZE)):
        shutil.copytree(demo, folder, dirs_exist_ok=True)
        for room in rooms:
            sys.stdout.write(json.dumps(tried(folder, scenario, int(room))) + "\n")
            sys.stdout.flush()
        sys.stdout.write(json.dumps(sorted(outside(folder))) + "\n")


if __name__ == "__main__":
    main()
