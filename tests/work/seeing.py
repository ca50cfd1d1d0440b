"""What the shell's tests look at: the bytes of a folder, what a site holds and remembers, and what reaches the secrets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.base.entry import Entry, read
from app.base.faults import Fault
from app.base.ids import PersonId, new_id
from app.base.words import Done, Refused
from app.domain.people import AddPeople, PersonRow
from app.domain.settings import ChangeSetting
from app.store import history
from app.store.tx import Store
from app.work.care import check_site
from app.work.ceremony import Given
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.secretfile import FileSecrets

COUNTERS = frozenset({"vault.lock", "lock"})
"""What an attempt to sign in may write although it ends in a Fault: the counter of attempts, the writer's place."""


def tree(folder: Path, without: Iterable[str] = ()) -> dict[str, str]:
    """Every file below `folder` with the hash of its bytes."""
    left = set(without)
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in left
    }


def rows(store: Store) -> dict[str, str]:
    """Every table of a store with the hash of its rows."""
    cursor = store.connection.cursor()
    names = [name for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()]
    held = {name: sorted(map(repr, cursor.execute(f"SELECT * FROM {name}").fetchall())) for name in names}
    return {name: hashlib.sha256("\n".join(lines).encode()).hexdigest() for name, lines in held.items()}


def kept(office: Office) -> dict[str, Any]:
    """What the site holds, and what this process remembers of it."""
    tail, standing, session = office.tail, office.standing, office.session
    return {
        "main": rows(office.store),
        "pkeys": rows(office.persons),
        "tail": (tail.n, tail.last, tail.hlc, tail.mark_ms, tail.noted, tail.frontier.root()),
        "standing": (sorted(standing.keys.persons), standing.competent_seen, sorted(standing.erased)),
        "grants": sorted(repr(grants) for grants in standing.roles._grants.values()),
        "ring": sorted(office.ring._keys),
        "session": None if session is None else (session.id, session.k, session.fresh),
    }


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of what differs, tables one by one."""
    names = [name for name in before if before[name] != after[name] and not isinstance(before[name], dict)]
    for store in ("main", "pkeys"):
        names += [f"{store}.{name}" for name in before[store] if before[store][name] != after[store].get(name)]
    return names


def entries(office: Office, first: int = 0) -> list[Entry]:
    """The entries of this device's log from `first` on."""
    with office.store.read() as tx:
        return [read(b) for _, b in history.entries(tx, office.tail.log, first=first)]


def new_person(office: Office, number: str) -> AddPeople:
    """A command that makes a person, and so a person key."""
    row = PersonRow(id=PersonId(new_id("p", office.random)), number=number, given="Test", family="Person")
    return AddPeople(rows=(row,))


def setting(name: str, value: int) -> ChangeSetting:
    """A command that takes one signature of QA."""
    return ChangeSetting(name=name, value=value, why="TEST")


def code_of(answer: object) -> str:
    """The code of a refusal; a verb that was carried out fails the test."""
    assert isinstance(answer, Refused), answer
    return answer.code


def done(answer: object) -> int:
    """How many entries a verb wrote; a refusal fails the test."""
    assert isinstance(answer, Done), answer
    return int(answer.result)


def signed_in(stage: Stage, username: str) -> Office:
    """This person, signed in: stays so from one question to the next, so that a module signs in once."""
    if stage._office is not None and not stage.office.closed and stage.office.session is not None:
        if stage.office.session.uid == stage.cast.people[username]["uid"]:
            return stage.office
        stage.leave()
    stage.close()
    return stage.enter(username)


def findings(stage: Stage) -> list[tuple[str, int | None, str | None]]:
    """What `verify store` finds in the stage's site: code, place, entity."""
    who = next(iter(stage.cast.people.values()))
    given = Given(who["username"], who["password"])
    report = check_site(stage.site, stage.secrets(), given, stage.cast.folder / "trust.jws")
    return [(one.code, one.seq, one.entity) for one in report.findings]


class Watched(FileSecrets):
    """The secrets in their file, whose writes are told, and whose item `broken` can't be written."""

    def __init__(self, path: Path, vault: str) -> None:
        super().__init__(path, vault)
        self.writes: list[str] = []
        self.broken = ""

    def write(self, name: str, text: str) -> None:
        """Tell, then write; Fault `disk.full` for the broken item."""
        self.writes.append(name)
        if name == self.broken:
            raise Fault("disk.full")
        super().write(name, text)


def watched(secrets: FileSecrets) -> Watched:
    """The same secrets, watched."""
    return Watched(secrets.path, secrets.vault)
