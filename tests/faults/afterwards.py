"""What must hold of a demo folder after its program was killed.

- The folder as it lies there is verified first, by the product and by the outside reader; then somebody signs in.
- What was reported as done is there with its signature; nothing is there by half; no key is held for nobody.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.audit.findings import Report
from app.base.entry import Entry, read
from app.store import history, pkeys, state
from app.work.care import check_site
from app.work.demo.cast import Cast
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.unlock import Given

ROOT = Path(__file__).resolve().parents[2]
READER = ROOT / "tests" / "outside" / "reader.py"
BY = ("learned_by", "taught_by", "decided_by")
ALLOWED = {"ANCHOR_LAG"}
WORKER = [sys.executable, "-m", "tests.faults.worker"]


def stage_of(folder: Path) -> Stage:
    """A new stage on the folder, with codes that were not used yet."""
    return Stage(Cast.load(folder, os.urandom))


def report(stage: Stage) -> Report:
    """What the product's own verification says."""
    person = next(iter(stage.cast.people.values()))
    given = Given(person["username"], person["password"])
    return check_site(stage.site, stage.secrets(), given, stage.cast.folder / "trust.jws")


def codes(found: Report) -> set[str]:
    return {row.code for row in found.findings}


def outside(folder: Path) -> set[str]:
    """Finding codes of the outside reader; it must have come to an answer."""
    command = [sys.executable, str(READER), str(folder), "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode in (0, 1), ran.stderr
    return {row["code"] for row in json.loads(ran.stdout)["findings"]}


def sound(folder: Path) -> None:
    """Both verifications find nothing, but that the anchor may lag behind."""
    assert codes(report(stage_of(folder))) <= ALLOWED
    assert outside(folder) <= ALLOWED


def goes_on(folder: Path, users: Sequence[str]) -> Stage:
    """Sign the first of the users in and let the others sign at the workstation: counters and codes are in order."""
    stage = stage_of(folder)
    stage.enter(users[0])
    for user in users[1:]:
        stage.beside(user)
    return stage


def check_killed(folder: Path, said: Sequence[str], users: Sequence[str]) -> None:
    """Everything that must hold after a kill; leaves the site signed out and verified."""
    sound(folder)
    stage = goes_on(folder, users)
    try:
        check_whole(stage.office, said)
        stage.leave()
    finally:
        stage.close()
    after = report(stage_of(folder))
    assert codes(after) == set(), after.findings


def check_whole(office: Office, said: Sequence[str]) -> None:
    """What was reported is there; no record and no key is there by half."""
    entries = entries_of(office)
    for line in said:
        match line.split():
            case ["done", "record", id, meaning, n]:
                assert_signed(entries[int(n) - 1], id, meaning)
            case ["done", "feed", _, turn, head, number]:
                assert len(entries) >= int(head)
                assert number in numbers(office), turn
            case ["done", "joined", uid, n]:
                assert (entries[int(n) - 1].act, entries[int(n) - 1].ent.id) == ("role.grant", uid)
    assert halves(office, entries) == []
    assert strays(office, entries) == set()


def assert_signed(entry: Entry, record: str, meaning: str) -> None:
    assert (entry.act, entry.ent.id) == ("record.sign", record)
    assert entry.sig is not None
    step = {"READ": "learned_by", "TRAINED": "learned_by", "COMPETENT": "taught_by"}[meaning]
    assert [step, None, entry.by.uid] in [list(change) for change in entry.chg]


def entries_of(office: Office) -> list[Entry]:
    with office.store.read() as tx:
        return [read(b) for _, b in history.entries(tx, office.tail.log)]


def numbers(office: Office) -> set[str]:
    with office.store.read() as tx:
        return {office.ring.opened("person", row).get("number", "") for row in state.rows(tx, "person")}


def halves(office: Office, entries: Sequence[Entry]) -> list[str]:
    """Steps of records without a signed entry by the same account, and entries about records without a signature."""
    signed = {
        (entry.ent.id, column, after)
        for entry in entries
        if entry.ent.t == "record" and entry.sig is not None
        for column, _, after in entry.chg
        if column in BY and after == entry.by.uid
    }
    with office.store.read() as tx:
        rows = list(state.rows(tx, "record"))
    held = {(row["id"], column, row[column]) for row in rows for column in BY if row.get(column)}
    unsigned = [e.ent.id for e in entries if e.ent.t == "record" and e.sig is None]
    return [*unsigned, *(f"{id} {column}" for id, column, _ in held ^ signed)]


def strays(office: Office, entries: Sequence[Entry]) -> set[tuple[str, int]]:
    """Keys held that history doesn't commit to, and the other way round."""
    committed = {
        (entry.body["pid"], entry.body["ver"]) for entry in entries if entry.act == "person.key" and entry.body
    }
    with office.persons.read() as tx:
        return {(pid, ver) for pid, ver, _ in pkeys.deks(tx)} ^ committed
