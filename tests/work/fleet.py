"""Two or three devices of one site whose people do random things apart, and meet the centre in random order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

from app.audit.findings import Finding
from app.base.faults import Fault
from app.base.ids import AccountId, PersonId
from app.base.words import Refused, Row
from app.domain.accounts import OpenAccount
from app.domain.documents import DocumentRegistered
from app.domain.people import AddPeople, ChangePeople, PersonRow
from app.domain.records import SignedOff
from app.domain.roles import GrantRole, RevokeRole
from app.domain.settings import ChangeSetting
from app.store import history, state
from app.store.schema import STATE
from app.work.ask import find_person
from app.work.care import check_site
from app.work.demo.stage import must
from app.work.handing import Taken, hand_out, take_in
from app.work.login import sign_out
from app.work.office import Office
from app.work.perform import perform
from app.work.sync import SyncReport
from tests.work.linked import Linked, Second, signer
from tests.work.patched import write

QA = ("anna", "bram")
DORA = "p_0000000000000009"
Heads = dict[tuple[str, str], tuple[Row, tuple[str, ...], str]]


class Fleet:
    """The first device and its seconds; nobody is in session."""

    def __init__(self, folder: Path, count: int, seed: int) -> None:
        self.linked, self.random = Linked(folder), Random(seed)
        self.small, self.made = self.linked.small, 0
        self.small.persons(self.linked.office)
        self.others = [Second(self.linked, f"dev{place}") for place in range(2, count + 1)]
        for office in self.offices:
            sign_out(office)
            self.linked.sync(office)

    @property
    def offices(self) -> list[Office]:
        """Every device's, the first one's first."""
        return [self.linked.office, *(other.office for other in self.others)]

    def sit_down(self, at: int) -> tuple[Office, str]:
        """Somebody of QA signs in on one of them."""
        name = self.random.choice(QA)
        if at == 0:
            self.linked.office.close()
            self.linked.office = self.small.enter(name)
        else:
            self.others[at - 1].office.close()
            self.others[at - 1].office = self.others[at - 1].enter(name)
        return self.offices[at], name

    def apart(self, acts: int) -> None:
        """Each device has a session of random acts; some meet the centre in the middle of it."""
        for at in self.random.sample(range(len(self.offices)), len(self.offices)):
            office, name = self.sit_down(at)
            for _ in range(acts):
                self.act(office, name)
            if self.random.random() < 0.3:
                self.linked.sync(office)
            sign_out(office)

    def act(self, office: Office, name: str) -> None:
        """One random act; what is in dispute, or as it is already, is left alone."""
        acts: tuple[Callable[[Office, str], object], ...] = (
            self.set, self.set, self.record, self.void, self.revise, self.revise, self.role, self.person,
            self.rename,
        )  # fmt: skip
        with suppress(Fault):
            self.random.choice(acts)(office, name)

    def set(self, office: Office, name: str) -> object:
        """A setting gets one of few values, so that devices agree and disagree."""
        setting, values = self.random.choice((("late_h", (24, 48, 72)), ("expiring_days", (14, 30))))
        command = ChangeSetting(name=setting, value=self.random.choice(values), why="X")
        return perform(office, command, signer(self.small, office, name))

    def record(self, office: Office, name: str) -> None:
        """A record that was kept elsewhere is taken over."""
        self.made += 1
        now = office.clock.now().instant
        row = SignedOff(
            id=f"r_{self.made}", pid=DORA, req="q_1", kind="read", needs="learner", done=now.utc, grade="D"
        )
        write(office, signer(self.small, office, name), row, "qa")

    def void(self, office: Office, name: str) -> None:
        """One of the records that are known here is declared void."""
        with office.store.read() as tx:
            there = [row["id"] for row in state.rows(tx, "record") if not row.get("void")]
        if there:
            row = SignedOff(id=self.random.choice(there), void=1)
            write(office, signer(self.small, office, name), row, "qa", "VOIDED")

    def revise(self, office: Office, name: str) -> None:
        """A version of a document is entered, or its title or state changes."""
        ver, now = self.random.choice("12"), office.clock.now().instant.utc
        row = DocumentRegistered(
            id=f"d_{ver}", number="SOP-1", ver=ver, title=self.random.choice(("One", "Two")), lang="en",
            state=self.random.choice(("draft", "effective")), created=now,
        )  # fmt: skip
        write(office, signer(self.small, office, name), row, "qa")

    def role(self, office: Office, name: str) -> object:
        """Carla becomes an assessor, or is one no more."""
        uid, now = self.small.made.people[2].uid, office.clock.now().instant.utc
        give = GrantRole(uid=uid, role="assessor", dept=None, start=now, why="X")
        take = RevokeRole(uid=uid, role="assessor", dept=None, why="X")
        answer = perform(office, self.random.choice((give, take)), signer(self.small, office, name))
        return None if isinstance(answer, Refused) else answer

    def person(self, office: Office, _name: str) -> object:
        """Somebody new is entered; nobody else's key reaches the other devices before the end."""
        self.made += 1
        pid = f"p_{self.made:016d}"
        row = PersonRow(
            id=PersonId(pid), number=f"N{self.made + 100}", given=f"No{self.made}", hired="2020-01-01"
        )
        return must(perform(office, AddPeople(rows=(row,))))

    def rename(self, office: Office, _name: str) -> object:
        """One of the persons who can be read here gets another name; whoever can't be read is refused."""
        with office.store.read() as tx:
            pids = [row["id"] for row in state.rows(tx, "person")]
        row = find_person(office, self.random.choice(pids))
        assert not isinstance(row, Refused)
        family = self.random.choice(("Vos", "Mol"))
        if "number" in row:
            return perform(
                office, ChangePeople(rows=(PersonRow(id=row["id"], number=row["number"], family=family),))
            )
        account = OpenAccount(id=AccountId(f"u_{self.made:016d}"), pid=row["id"], name=f"name {self.made}")
        assert perform(office, account) == Refused("person.no_key", {"id": row["id"]})
        return None

    def hand_keys(self) -> list[Taken]:
        """Every device writes its keys, and takes in what the others wrote."""
        files = [self.small.site.parent / f"keys{at}" for at in range(len(self.offices))]
        for at, path in enumerate(files):
            office, name = self.sit_down(at)
            must(hand_out(office, path, self.small.typed(name)))
            sign_out(office)
        return [told for at in range(len(files)) for told in self.take(at, files)]

    def take(self, at: int, files: list[Path]) -> Iterator[Taken]:
        """One device takes in the files of the others."""
        office, name = self.sit_down(at)
        for path in (*files[:at], *files[at + 1 :]):
            yield must(take_in(office, path, self.small.typed(name))).result
        sign_out(office)

    def meet(self) -> None:
        """Every device meets the centre once or twice, in random order."""
        order = [at for at in range(len(self.offices)) for _ in range(self.random.randint(1, 2))]
        self.random.shuffle(order)
        for at in order:
            self.linked.sync(self.offices[at])

    def settle(self) -> list[SyncReport]:
        """Meet until nothing is left to take in."""
        for _ in range(5):
            told = [self.linked.sync(office) for office in self.offices]
            if not any(one.taken or one.received for one in told):
                return told
        raise AssertionError("it never ends")

    def findings(self) -> Iterator[list[Finding]]:
        """What `verify store` says of each, once it is closed."""
        first, small = self.linked, self.small
        self.close()
        places = [(small.site, small.secrets()), *((other.folder, other.secrets()) for other in self.others)]
        for folder, own in places:
            yield list(check_site(folder, own, first.small.typed("carla"), None).findings)

    def close(self) -> None:
        """Close every folder."""
        for office in self.offices:
            office.close()

    def end(self) -> None:
        """Close everything."""
        self.close()
        self.linked.close()


def entries(office: Office) -> dict[str, list[bytes]]:
    """Every entry of every log."""
    with office.store.read() as tx:
        return {log: [b for _, b in history.entries(tx, log)] for log in history.logs(tx)}


def rows(office: Office) -> Heads:
    """Every live row with its heads and when it was last changed."""
    with office.store.read() as tx:
        return {
            (t, held.row["id"]): (held.row, held.heads, held.utc)
            for t in STATE
            for held in state.all_held(tx, t)
        }


def roles(office: Office) -> dict[str, frozenset[str]]:
    """Who is what, for somebody who has seen everything that is held here."""
    seen = {log: {"n": len(held), "h": ""} for log, held in entries(office).items()}
    office.standing.order.saw(("somebody", 0), seen)
    now = office.clock.now().instant.utc
    return {uid: office.standing.roles.held(uid, ("somebody", 1), now) for uid in office.standing.keys.persons}
