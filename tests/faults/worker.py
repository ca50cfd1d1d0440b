"""A program that works on a demo folder until somebody kills it: real product code, one scenario a run.

- Run as `python -m tests.faults.worker FOLDER SCENARIO [POINT]`; after each act that the product reported as done it says
  `done …` on stdout, flushed. `entering` comes before the first sign-in, `ready` after it.
- With `NAME:N` the program kills itself at its N-th operation on files whose name begins so (any, if NAME is empty);
  every moment between two of them is one to be killed in. With `once` it does one turn and ends.
- The scenarios named `naive_…` break a rule of the product on purpose; the checks must see it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.base.ids import RecordId, new_id
from app.base.words import Personal, Refused
from app.domain.people import PersonChanged
from app.domain.records import SignOff
from app.domain.roles import GrantRole
from app.domain.wire import Act
from app.proof.vault import slot_id
from app.store import pkeys, state
from app.work import recording as book
from app.work.demo.cast import LEIDEN, Cast
from app.work.demo.stage import Stage, must, next_step
from app.work.demo.story import found
from app.work.enrol import Enrolment, enrol, store_keys
from app.work.perform import perform, perform_sheet
from app.work.ring import commitment
from app.work.scribe import SYS, Hand
from tests.work.feeds.making import export
from tests.work.onstage import LEARNER, LEARNER_NUMBER, MANAGER, QA, SECOND_QA, TRAINER, again

READINGS = ("RQ-0093", "RQ-0014", "RQ-0090", "RQ-0045", "RQ-0086", "RQ-0277", "RQ-0125", "RQ-0018")
TRAINING = "RQ-0083"
SOME = 60
"""So many people are there to be given accounts."""
EVENTS = frozenset({"open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.rmdir"})


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """Counts the file operations inside a folder on names that begin alike, and ends the program at the N-th."""

    def __init__(self, folder: Path, point: str) -> None:
        self.folder = str(folder)
        self.name, _, at = point.partition(":")
        self.at = int(at)
        self.seen = 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event not in EVENTS or not str(args[0]).startswith(self.folder):
            return
        if event == "open" and not (args[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        self.seen += str(args[0]).rpartition("/")[2].startswith(self.name)
        if self.seen == self.at:
            die()


def sign(stage: Stage) -> Iterator[None]:
    """Records by one, in bundles, and with two steps; every ceremony is a real one."""
    office = stage.office
    codes = cycle(READINGS)
    while True:
        learner = stage.beside(LEARNER)
        for _ in range(3):
            one = stage.command(LEARNER_NUMBER, next(codes), "READ")
            must(perform(office, one, again(learner)))
            say("done record", one.id, "READ", office.tail.n)
        bundle = [stage.command(LEARNER_NUMBER, next(codes), "READ") for _ in range(3)]
        must(perform_sheet(office, bundle, again(learner)))
        for at, one in enumerate(bundle, office.tail.n - 2):
            say("done record", one.id, "READ", at)
        _train(stage, learner)
        yield


def _train(stage: Stage, learner: Any) -> None:
    office = stage.office
    first = stage.command(LEARNER_NUMBER, TRAINING, "TRAINED")
    begun = _begun(stage, first)
    if begun is None:
        must(perform(office, first, again(learner)))
        say("done record", first.id, "TRAINED", office.tail.n)
    else:
        first = replace(first, id=begun)
    judged: SignOff = next_step(first, "COMPETENT")
    must(perform(office, judged, stage.signer()))
    say("done record", first.id, "COMPETENT", office.tail.n)


def _begun(stage: Stage, first: SignOff) -> RecordId | None:
    """The record that a run before was killed over, its second step still open."""
    with stage.office.store.read() as tx:
        mine = [item.row for item in state.held_by(tx, "record", "pid", first.pid)]
    return next((row["id"] for row in mine if row.get("req") == first.req and not row.get("verdict")), None)


def take(stage: Stage) -> Iterator[None]:
    """Feeds: new people, everybody changed, the register changed under QA's signature."""
    source = stage.cast.folder / "feeds"
    source.mkdir(exist_ok=True)
    text = (LEIDEN / "hr_people.csv").read_text(encoding="utf-8-sig")
    register = (LEIDEN / "documents.csv").read_text(encoding="utf-8")
    for turn in count(stage.office.tail.n):
        numbers = [f"HB7{turn:06d}{place}" for place in range(9)]
        new = [{"number": one, "external": one.replace("HB", "P"), "login": f"new{one}"} for one in numbers]
        told = {
            "people": export(*new),
            "changed": text.replace(";Night;", f";Shift {turn};"),
            "documents": register.replace(",CC-2011-", f",CC-{turn}-"),
        }
        for name, content in told.items():
            (source / f"{name}.csv").write_text(content, encoding="utf-8")
            kind = "documents" if name == "documents" else "people"
            say("done feed", name, turn, stage.take(kind, source / f"{name}.csv")["head"], numbers[-1])
        yield


def join(stage: Stage) -> Iterator[None]:
    """New accounts: slot, key and grants, then a role under QA's signature."""
    for place in count():
        if place == SOME:
            signal.pause()  # nobody is left; whoever started this ends it
        number, name = f"HB100{40 + place}", f"joined{place}"
        slot = next(
            (one for one in stage.office.vault.slots if one.sid == slot_id(stage.office.ds, name)), None
        )
        if slot is not None and slot.st == "active":
            continue
        approvers = (stage.beside(QA), stage.beside(MANAGER))
        keys = must(store_keys(stage.office, stage.cast.typed(QA)))
        plan = Enrolment(stage.person(number)[0], name, stage.cast.new_password(), "badge")
        enrolled = enrol(stage.office, plan, keys, approvers)
        if isinstance(enrolled, Refused) and enrolled.code == "person.gone":
            continue
        made = must(enrolled)
        start = stage.office.clock.now().instant.utc
        role = GrantRole(uid=made.uid, role="learner", dept=None, start=start, why="ROLE")
        must(perform(stage.office, role, stage.signer()))
        say("done joined", made.uid, stage.office.tail.n)
        yield


def start(stage: Stage) -> Iterator[None]:
    """A site is founded and its first people are entered."""
    for title, _ in found(stage):
        say("done", title)
    yield


def naive_anchor(stage: Stage) -> Iterator[None]:
    """The anchor is written before the commit; killed between the two."""
    office = stage.office
    with book.recording(office) as made:
        made.act(SYS, book.site_act("backup.ok", office.site, {"sha256": "0" * 64, "n": 1, "h": ""}))
        office.take_in(made.tail, made.written)
        die()
    yield


def naive_keys(stage: Stage) -> Iterator[None]:
    """Personal values are committed under keys that are to be kept afterwards; killed between the two."""
    office, pid = stage.office, new_id("p", os.urandom)
    key = office.ring.make(pid)
    office.ring.learn([key])
    row = PersonChanged(id=pid, number=Personal(pid, "HB70001"), family=Personal(pid, "Later"))
    with book.recording(office) as made:
        made.act(SYS, Act(ACT="person.key", NOUN="person", id=pid, body=commitment(key)))
        session = must(office.session or Refused("session.none"))
        made.write(Hand(uid=session.uid, sess=session.id, role="qa"), made.drafts([row]))
    die()
    yield


def naive_halves(stage: Stage) -> Iterator[None]:
    """The row doesn't say what its entry signed: as if they were written in two transactions, killed between the two."""
    office = stage.office
    one = stage.command(LEARNER_NUMBER, READINGS[0], "READ")
    must(perform(office, one, stage.beside(LEARNER)))
    with office.store.write() as tx:
        held = must(state.held(tx, "record", one.id) or Refused("record.unknown"))
        row = {column: value for column, value in held.row.items() if column != "learned_by"}
        state.change(tx, "record", [replace(held, row=row)])
    die()
    yield


def keys_kept(stage: Stage) -> Iterator[None]:
    """Killed when new persons' keys are kept and the entries that commit to them aren't committed yet."""
    with book.recording(stage.office) as made:
        book.keep_keys(stage.office, made, [new_id("p", os.urandom) for _ in range(3)])
        die()
    yield


def keys_half_written(stage: Stage) -> Iterator[None]:
    """Killed while pages of pkeys.db are already in the file and its journal isn't gone yet."""
    persons = stage.office.persons
    persons.connection.cursor().execute("PRAGMA cache_size=1")
    with persons.write() as tx:
        pkeys.add(tx, [(new_id("p", os.urandom), 1, os.urandom(32)) for _ in range(3000)])
        die()
    yield


SCENARIOS: dict[str, tuple[Callable[[Stage], Iterator[None]], str | None]] = {
    "sign": (sign, TRAINER),
    "take": (take, SECOND_QA),
    "join": (join, QA),
    "found": (start, None),
    "naive_anchor": (naive_anchor, SECOND_QA),
    "naive_keys": (naive_keys, SECOND_QA),
    "naive_halves": (naive_halves, TRAINER),
    "keys_kept": (keys_kept, SECOND_QA),
    "keys_half_written": (keys_half_written, SECOND_QA),
}


def cast_of(folder: Path) -> Cast:
    """The people of the folder; of one that isn't founded yet, new ones."""
    if (folder / "demo-secrets.json").is_file():
        return Cast.load(folder, os.urandom)
    return Cast(folder, os.urandom)


def main() -> None:
    folder, name, *point = Path(sys.argv[1]), *sys.argv[2:]
    turn, who = SCENARIOS[name]
    stage = Stage(cast_of(folder))
    say("entering")
    if who is not None:
        stage.enter(who)
    say("ready")
    if point and point != ["once"]:
        Points(folder, point[0])
    for _ in turn(stage):
        if point:
            break
    if who is not None:
        stage.leave()


if __name__ == "__main__":
    main()
