"""Two devices of a site on which persons were entered apart: Dora on the first, Emma on the second. Nobody is in session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.base.ids import PersonId
from app.base.words import Done, Refused
from app.domain.people import AddPeople, PersonRow
from app.domain.records import SignedOff
from app.store import pkeys
from app.work.handing import Taken, hand_out, take_in
from app.work.login import sign_out
from app.work.office import Office
from app.work.perform import perform
from tests.work.linked import Linked, Second, signer
from tests.work.patched import write

DORA, EMMA = "p_0000000000000009", "p_000000000000000e"
RECORD = "r_emma"


class Apart:
    """`linked` with `second`; each has synced with the other, no key has travelled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.linked = Linked(folder)
        self.second, self.small = Second(self.linked), self.linked.small
        self.small.persons(self.linked.office)
        add_person(self.second.office, EMMA, "N10", "Emma")
        now = self.second.office.clock.now().instant.utc
        row = SignedOff(id=RECORD, pid=EMMA, req="q_1", kind="read", needs="learner", done=now, grade="D")
        write(self.second.office, signer(self.small, self.second.office, "bram"), row, "qa")
        self.meet()

    @property
    def offices(self) -> tuple[Office, Office]:
        """The first device's, the second's."""
        return self.linked.office, self.second.office

    def meet(self) -> None:
        """Sign both out, and let them meet until both hold everything."""
        for office in self.offices:
            sign_out(office)
        for office in (*self.offices, *self.offices):
            self.linked.sync(office)

    def enter(self, at: int, name: str = "anna") -> Office:
        """Sign somebody in on the first (0) or the second (1)."""
        self.offices[at].close()
        if at == 0:
            self.linked.office = self.small.enter(name)
        else:
            self.second.office = self.second.enter(name)
        return self.offices[at]

    def out(self, at: int, name: str = "keys") -> Path:
        """The keys of one of them, in a file."""
        path = self.folder / f"{name}{at}"
        office = self.enter(at)
        done = hand_out(office, path, self.small.typed("anna"))
        assert isinstance(done, Done), done
        sign_out(office)
        return path

    def take(self, at: int, path: Path) -> Taken:
        """Take a file in on one of them; anna stays in session."""
        done = self.tried(at, path)
        assert isinstance(done, Done), done
        told: Taken = done.result
        return told

    def tried(self, at: int, path: Path, name: str = "anna") -> Done | Refused:
        """What becomes of it."""
        return take_in(self.enter(at, name), path, self.small.typed(name))

    def close(self) -> None:
        """End everything."""
        self.second.close()
        self.linked.close()


def add_person(office: Office, pid: str, number: str, given: str) -> None:
    """Enter one more person."""
    row = PersonRow(id=PersonId(pid), number=number, given=given, family="Later")
    assert not isinstance(perform(office, AddPeople(rows=(row,))), Refused)


def kept(office: Office) -> dict[tuple[str, int], bytes]:
    """What pkeys.db holds."""
    with office.persons.read() as tx:
        return {(pid, ver): dek for pid, ver, dek in pkeys.deks(tx)}


def about(told: Taken) -> dict[str, Any]:
    """Every count that is not nought."""
    return {name: value for name in told.__struct_fields__ if (value := getattr(told, name))}
