"""A big site for measurements and screen tests: the demo, grown to 20,000 people and 200,000 entries.

- People and postings come through the product's own verbs; records as a migrated register, 30 to a signature of QA.
- Every person of the demo signs in as ever: `Stage(Cast.load(copy_of(folder, into), os.urandom))`, pictures too.
- Made once and kept under the system's temporary folder; whoever changes something works on a copy.

`python -m tests.bench.big [PEOPLE [ENTRIES]]` makes it and prints the folder.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from app.base.ids import PersonId, RecordId, new_id
from app.base.moment import Day, Instant, add_days
from app.base.words import Row
from app.domain.duties import FOR_EVER
from app.domain.jobs import Post, PostingRow
from app.domain.people import AddPeople, PersonRow
from app.domain.records import SignedOff
from app.store import state
from app.work.demo.cast import Cast
from app.work.demo.stage import Stage, must
from app.work.office import Office
from app.work.perform import perform
from app.work.recording import Recording, recording
from app.work.scribe import Draft, Hand, Reason, Scribe
from app.work.sign import Meaning, Signer, esign_entry

VERSION = 1
ROOT = Path(__file__).parents[2]
PEOPLE, ENTRIES = 20_000, 200_000
QA = "muphaus"
AT_ONCE, COMMAND, COMMANDS = 2_000, 30, 100
GIVEN = ("Annemiek", "Zoë", "Bartłomiej", "Chloë", "Daan", "Élodie", "Fatima", "Günther", "Hü", "Ivana", "Jörg")
FAMILY = ("Vink", "Ørsted", "de Groot", "Okafor", "El Haddad", "Müller", "Nguyen", "Szabó", "Quist", "Tamm")


class Migrated(SignedOff, frozen=True, kw_only=True):
    """A record of the old register; the signature that ends its command covers it."""

    ACT: ClassVar[str] = "record.add"


def make(people: int = PEOPLE, entries: int = ENTRIES) -> Path:
    """The folder of a demo with about so many people and entries; made if it isn't there yet."""
    folder = Path(tempfile.gettempdir()) / f"countersign-big-{people}-{entries}-v{VERSION}"
    if not (folder / "made").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "app.cli", "--json", "--data", str(folder), "demo", "--headless"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
        shutil.rmtree(folder / "tampered", ignore_errors=True)
        grow(Stage(Cast.load(folder, os.urandom)), people, entries)
        (folder / "made").touch()
    return folder


def copy_of(folder: Path, into: Path) -> Path:
    """A copy that may be changed."""
    shutil.copytree(folder, into / "big")
    return into / "big"


def grow(stage: Stage, people: int, entries: int) -> None:
    """Add people until there are `people`, and records until there are `entries`."""
    office = stage.enter(QA)
    signer, chance = stage.signer(), random.Random(4)
    with office.store.read() as tx:
        jobs = sorted((str(row["code"]), str(row["dept"]), str(row["title"])) for row in state.rows(tx, "job"))
        there = sum(1 for _ in state.rows(tx, "person"))
    for first in range(there, people, AT_ONCE):
        hire(office, range(first, min(first + AT_ONCE, people)), jobs, chance)
    wanted = migrated(office, chance)
    while office.tail.n < entries:
        with recording(office) as made:
            for _ in range(min(COMMANDS, (entries - made.tail.n) // COMMAND + 1)):
                command(made, signer, [next(wanted) for _ in range(COMMAND)])
    stage.leave()
    stage.cast.save()


def hire(office: Office, numbers: range, jobs: Sequence[tuple[str, str, str]], chance: random.Random) -> None:
    """Persons with a posting each."""
    people, postings = [], []
    for n in numbers:
        code, dept, title = jobs[n % len(jobs)]
        start = add_days(Day("2016-01-01"), chance.randrange(3_900))
        pid = PersonId(new_id("p", office.random))
        gone = add_days(start, 30) if n % 50 == 7 else None
        people.append(
            PersonRow(
                id=pid, number=f"BB{n:05}", given=chance.choice(GIVEN), family=f"{chance.choice(FAMILY)} {n:x}",
                mail=f"b{n}@plant.example", login=f"b{n}", badge=f"{n:06X}", class_="Employee", lang="NL", dept=dept,
                building="Noord", shift="Early", hired=start, gone=gone, fte="1.00", reg_title=title,
            )
        )  # fmt: skip
        postings.append(
            PostingRow(id=new_id("o", office.random), pid=pid, job=code, valid_from=start, dept=dept)
        )
    must(perform(office, AddPeople(rows=tuple(people))))
    must(perform(office, Post(postings=tuple(postings))))


def migrated(office: Office, chance: random.Random) -> Iterator[Migrated]:
    """Records without end, for what the people's jobs ask."""
    with office.store.read() as tx:
        posts = [row for row in state.rows(tx, "posting") if row.get("job")]
        asked = _asked(list(state.rows(tx, "assignment")), list(state.rows(tx, "requirement")))
        versions = _in_force(list(state.rows(tx, "document")))
    today = office.clock.now().instant
    return (
        _migrated(office, post, chance.choice(asked[str(post["job"])]), versions, today, chance)
        for post in iter(lambda: chance.choice(posts), None)
        if str(post["job"]) in asked
    )


def _migrated(
    office: Office, post: Row, row: Row, versions: dict[str, str], today: Instant, chance: random.Random
) -> Migrated:
    done = add_days(today.day, -chance.randrange(1, 900))
    until = add_days(done, 365 * chance.choice((1, 2, 3))) if row.get("every") else None
    return Migrated(
        id=RecordId(new_id("r", office.random)), pid=post["pid"], req=row["id"], kind=row["kind"],
        doc=versions.get(str(row.get("number"))), done=f"{done}T09:00:00.000Z", done_off="+01:00",
        done_zone=today.zone, valid_from=done, valid_to=until, grade="D", dept=post.get("dept"),
    )  # fmt: skip


def command(made: Recording, signer: Signer, records: Sequence[Migrated]) -> None:
    """Records under one signature."""
    hand = Hand(uid=signer.uid, sess=signer.sess, role="qa")
    meaning = Meaning(
        code="APPROVED", tpl="register.documents@1", about={"count": len(records), "file": "register"}
    )

    def sign(scribe: Scribe, covered: int, b: bytes, of: Draft) -> str:
        return esign_entry(signer, meaning, scribe, covered, None, b, of, None)

    last = {name: getattr(records[-1], name) for name in records[-1].__struct_fields__}
    made.write(hand, made.drafts([*records[:-1], SignedOff(**last)]), Reason(code="IMPORT"), sign)


def _asked(assignments: list[Row], requirements: list[Row]) -> dict[str, list[Row]]:
    """What each job asks for, by its id."""
    found: dict[str, list[Row]] = {}
    for one in assignments:
        mine = [row for row in requirements if row.get("curriculum") == one["curriculum"]]
        if (one.get("valid_to") or FOR_EVER) == FOR_EVER:
            found.setdefault(str(one["job"]), []).extend(mine)
    return found


def _in_force(versions: list[Row]) -> dict[str, str]:
    """The newest effective version of each document, by its number."""
    found: dict[str, Row] = {}
    for row in versions:
        number = str(row.get("number"))
        if (row.get("effective") or "") > (found.get(number, {}).get("effective") or "") and not row.get(
            "ended"
        ):
            found[number] = row
    return {number: str(row["id"]) for number, row in found.items()}


if __name__ == "__main__":
    print(make(*(int(one) for one in sys.argv[1:])))
