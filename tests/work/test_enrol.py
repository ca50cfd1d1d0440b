"""Accounts, keys and roles: two approve, the person types the password, and at every moment vault and history agree."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.base.words import Refused
from app.domain.roles import GrantRole
from app.proof import totp, vaultfile
from app.work.appoint import appoint
from app.work.care import check_site
from app.work.ceremony import Given
from app.work.enrol import Enrolment, StoreKeys, enrol, store_keys
from app.work.found import Person
from app.work.login import sign_in, sign_out
from app.work.office import Office
from app.work.secretfile import FileSecrets
from app.work.sign import Signer
from tests.work.founded import PASSWORD, ZONE, Small
from tests.work.onstage import again
from tests.work.seeing import changed, code_of, done, entries, kept, watched

DORA = "p_0000000000000009"
PLAN = Enrolment(pid=DORA, username="dora", password="another sentence of her own", idv="badge")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A small site whose persons are entered."""
    made = Small(tmp_path_factory.mktemp("enrol"))
    office = made.enter()
    made.persons(office)
    sign_out(office)
    office.close()
    return made


@pytest.fixture
def copy(small: Small, tmp_path: Path) -> Small:
    """A copy of it to act on."""
    made = object.__new__(Small)
    made.__dict__.update(small.__dict__)
    shutil.copytree(small.site, tmp_path / "site")
    for source in small.site.parent.glob("device-secret*"):
        shutil.copy(source, tmp_path / source.name)
    made.site, made.secret_file = tmp_path / "site", tmp_path / "device-secret"
    return made


@pytest.fixture
def office(copy: Small) -> Iterator[Office]:
    """Anna, QA, is signed in."""
    opened = copy.enter()
    yield opened
    opened.close()


def keys(small: Small, office: Office) -> StoreKeys:
    """The store keys, from Anna's password."""
    found = store_keys(office, Given("anna", PASSWORD.format("anna")))
    assert isinstance(found, StoreKeys)
    return found


def two(small: Small, office: Office, *names: str) -> list[Signer]:
    """These founders as approvers."""
    return [small.beside(office, name) for name in names]


def enrolled(small: Small, office: Office) -> Person:
    """Dora, with account and key."""
    person = enrol(office, PLAN, keys(small, office), two(small, office, "bram", "carla"))
    assert isinstance(person, Person), person
    return person


@pytest.mark.req("R-ACC-03")
def test_whoever_is_enrolled_signs_in_with_the_own_password_and_code(copy: Small, office: Office) -> None:
    person = enrolled(copy, office)
    command = GrantRole(
        uid=person.uid,
        role="trainer",
        dept=None,
        start=office.clock.now().instant.utc,
        grade="W",
        why="INITIAL",
    )
    assert done(appoint(office, command, two(copy, office, "bram", "carla"))) == 1
    sign_out(office)
    office.close()
    code = totp.code_at(person.seed, copy.clock.now().instant.ms)
    hers = sign_in(
        copy.site, copy.secrets(), copy.clock, office.random, Given("dora", PLAN.password, code), ZONE
    )
    assert isinstance(hers, Office) and hers.session is not None
    assert (hers.session.pid, hers.session.role) == (DORA, "trainer")
    hers.close()


@pytest.mark.req("R-ACC-03")
@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("bram",), "approval.two_persons"),
        (("bram", "bram"), "approval.two_persons"),
        (("anna", "bram", "carla"), "approval.two_persons"),
    ],
)
def test_there_must_be_two_different_approvers(
    copy: Small, office: Office, names: tuple[str, ...], code: str
) -> None:
    approvers, before = two(copy, office, *names), kept(office)
    assert code_of(enrol(office, PLAN, keys(copy, office), approvers)) == code
    assert changed(before, kept(office)) == []


@pytest.mark.req("R-ACC-03")
def test_nobody_approves_what_concerns_themselves(copy: Small, office: Office) -> None:
    approvers, before = two(copy, office, "bram", "carla"), kept(office)
    own = Enrolment(pid=approvers[0].pid, username="second", password=PLAN.password, idv="badge")
    assert code_of(enrol(office, own, keys(copy, office), approvers)) == "approval.own"
    start = office.clock.now().instant.utc
    grant = GrantRole(uid=approvers[1].uid, role="qa", dept=None, start=start, why="ROLE")
    assert code_of(appoint(office, grant, approvers)) == "approval.own"
    assert changed(before, kept(office)) == []


@pytest.mark.req("R-ACC-03")
def test_a_trainer_approves_nothing_and_without_qa_nobody_does(copy: Small, office: Office) -> None:
    person, start = enrolled(copy, office), office.clock.now().instant.utc
    # Dora becomes a second site manager: then two managers could come without QA.
    manager = GrantRole(uid=person.uid, role="manager", dept=None, start=start, why="ROLE")
    third = Enrolment(pid="p_0000000000000008", username="erik", password=PLAN.password, idv="badge")
    hers = Signer(**{**fields(two(copy, office, "carla")[0]), "uid": person.uid, "pid": DORA})
    assert (
        code_of(enrol(office, third, keys(copy, office), [*two(copy, office, "bram"), hers]))
        == "approval.not_entitled"
    )
    assert done(appoint(office, manager, two(copy, office, "bram", "carla"))) == 1
    assert (
        code_of(enrol(office, third, keys(copy, office), [*two(copy, office, "carla"), hers]))
        == "approval.no_qa"
    )


def fields(signer: Signer) -> dict[str, object]:
    """The members of a signer."""
    return {name: getattr(signer, name) for name in signer.__struct_fields__}


@pytest.mark.req("R-ACC-20")
def test_an_administrator_and_a_trainer_are_never_one_person(copy: Small, office: Office) -> None:
    person, start = enrolled(copy, office), office.clock.now().instant.utc
    approvers = two(copy, office, "bram", "carla")
    assert (
        done(
            appoint(office, GrantRole(uid=person.uid, role="admin", dept=None, start=start, why="R"), approvers)
        )
        == 1
    )
    trainer = GrantRole(uid=person.uid, role="trainer", dept=None, start=start, grade="W", why="R")
    assert code_of(appoint(office, trainer, two(copy, office, "bram", "carla"))) == "role.not_together"
    hers = Signer(**{**fields(approvers[0]), "uid": person.uid, "pid": DORA})
    other = Enrolment(pid="p_0000000000000008", username="erik", password=PLAN.password, idv="badge")
    assert (
        code_of(enrol(office, other, keys(copy, office), [again(approvers[0]), again(hers)]))
        == "approval.not_entitled"
    )


@pytest.mark.parametrize("name", ["anna", "ANNA", " Ａｎｎａ "])
def test_a_user_name_that_is_taken_in_any_spelling_is_refused(copy: Small, office: Office, name: str) -> None:
    plan = Enrolment(pid=DORA, username=name, password=PLAN.password, idv="badge")
    before = kept(office)
    assert code_of(enrol(office, plan, keys(copy, office), [])) == "account.name_taken"
    assert changed(before, kept(office)) == []


def test_store_keys_need_the_password(office: Office) -> None:
    assert store_keys(office, Given("anna", "not hers at all, no")) == Refused("login.failed")
    assert "bytes" not in repr(StoreKeys(db=b"1", pk=b"2")) and "b'" not in repr(StoreKeys(db=b"1", pk=b"2"))


class Camera(FileSecrets):
    """Secrets that photograph the site before and after every item is written."""

    site: Path
    shots: list[Path]

    def shoot(self) -> None:
        """One photograph: the site and the secrets as a killed program would leave them."""
        shot = self.site.parent / f"shot-{len(self.shots)}"
        shutil.copytree(self.site, shot / "site")
        for source in self.site.parent.glob("device-secret*"):
            shutil.copy(source, shot / source.name)
        self.shots.append(shot)

    def write(self, name: str, text: str) -> None:
        """Photograph, write, photograph."""
        self.shoot()
        super().write(name, text)
        self.shoot()


@pytest.mark.req("R-SEC-06", "R-ACC-03")
def test_killed_anywhere_in_an_enrolment_vault_and_history_agree(copy: Small, office: Office) -> None:
    keys_, approvers = keys(copy, office), two(copy, office, "bram", "carla")
    camera = Camera(office.secrets.path, office.secrets.vault)  # type: ignore[attr-defined]
    camera.site, camera.shots = copy.site, []
    office.secrets = camera
    real = office.random

    def random(size: int) -> bytes:
        # Randomness is asked for between any two steps: before the slot, the key, the grants, the blobs.
        if not office.store.connection.in_transaction:
            camera.shoot()
        return real(size)

    office.random = random
    assert isinstance(enrol(office, PLAN, keys_, approvers), Person)
    states = set()
    for shot in camera.shots:
        secrets = FileSecrets.found(shot / "device-secret", shot / "site")
        report = check_site(shot / "site", secrets, Given("bram", PASSWORD.format("bram")), None)
        assert [one.code for one in report.findings if one.code != "ANCHOR_LAG"] == [], shot
        vault = vaultfile.read(shot / "site", office.ds).vault
        slot = next((one for one in vault.slots if one.uid not in {p.uid for p in copy.made.people}), None)
        states.add(None if slot is None else (slot.st, len(slot.grants)))
    # Before the slot; waiting without grants while history doesn't know the key; in force with both.
    assert states == {None, ("temp", 0), ("active", 2)}


def test_the_newest_entries_of_an_enrolment(copy: Small, office: Office) -> None:
    first = office.tail.n
    enrolled(copy, office)
    acts = [entry.act for entry in entries(office, first)]
    assert acts == ["account.open", "key.enrol"]
    told = entries(office)[-1]
    assert told.sig is None and told.body is not None and len(told.body["appr"]) == 2


@pytest.mark.req("R-SEC-06", "R-ACC-03")
def test_an_enrolment_that_was_cut_is_taken_up_by_asking_again(copy: Small, office: Office) -> None:
    approvers = two(copy, office, "bram", "carla")
    office.secrets = secrets = watched(copy.secrets())
    secrets.broken = "anchor"
    with pytest.raises(Fault):
        enrol(office, PLAN, keys(copy, office), approvers)
    secrets.broken = ""
    first = office.tail.n
    person = enrolled(copy, office)
    assert [entry.act for entry in entries(office, first)] == ["key.enrol"]
    slot = office.vault.slot_of(person.uid)
    assert slot is not None and (slot.st, len(slot.grants)) == ("active", 2)


@pytest.mark.req("R-ACC-07")
@pytest.mark.parametrize("password", ["too short", "doralaterdoralater", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_password_that_can_not_be_taken_enrols_nobody(copy: Small, office: Office, password: str) -> None:
    approvers, before = two(copy, office, "bram", "carla"), kept(office)
    plan = Enrolment(pid=DORA, username="dora", password=password, idv="badge")
    assert code_of(enrol(office, plan, keys(copy, office), approvers)).startswith("password.")
    assert changed(before, kept(office)) == []
