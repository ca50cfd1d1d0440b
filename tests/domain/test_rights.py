"""Each command and each role: who may ask for what."""

from __future__ import annotations

import pytest

from app.base.ids import AccountId, PersonId, RecordId, RequirementId
from app.base.words import Value
from app.domain import rights
from app.domain.accounts import OpenAccount, SetAccount
from app.domain.curricula import RegisterCurricula
from app.domain.documents import RegisterDocuments
from app.domain.jobs import Post, RegisterJobs
from app.domain.people import AddPeople, ChangePeople
from app.domain.records import SignOff, Void
from app.domain.roles import ONLY, ROLES, GrantRole, RevokeRole
from app.domain.settings import ChangeSetting
from app.domain.signatures import MEANINGS

OPEN = OpenAccount(id=AccountId("u_1"), pid=PersonId("p_1"), name="ann")
GIVE = GrantRole(uid="u_1", role="learner", dept=None, start="2026-01-01T00:00:00.000Z")


def signing(meaning: str) -> SignOff:
    return SignOff(id=RecordId("r_1"), pid=PersonId("p_1"), req=RequirementId("q_1"), meaning=meaning)


MAY: list[tuple[Value, str, str | None]] = [
    (AddPeople(rows=()), "qa manager", None),
    (ChangePeople(rows=()), "qa manager", None),
    (RegisterJobs(jobs=()), "qa manager", None),
    (Post(postings=()), "qa manager", None),
    (OPEN, "qa admin", None),
    (SetAccount(id=AccountId("u_1"), active=False), "qa admin", None),
    (RegisterDocuments(versions=()), "qa", "APPROVED"),
    (RegisterCurricula(jobs=(), curricula=(), requirements=(), assignments=()), "qa", "APPROVED"),
    (ChangeSetting(name="late_h", value=1, why="X"), "qa", "APPROVED"),
    (GIVE, "qa", "APPROVED"),
    (RevokeRole(uid="u_1", role="learner", dept=None), "qa", "APPROVED"),
    (Void(id=RecordId("r_1"), why="X"), "qa", "VOIDED"),
    (signing("READ"), "learner", "READ"),
    (signing("TRAINED"), "learner", "TRAINED"),
    (signing("TAUGHT"), "trainer assessor", "TAUGHT"),
    (signing("COMPETENT"), "trainer assessor", "COMPETENT"),
    (signing("NOT_YET"), "trainer assessor", "NOT_YET"),
    (signing("REVIEWED"), "qa", "REVIEWED"),
    (signing("APPROVED"), "qa", "APPROVED"),
    (signing("REJECTED"), "qa", "REJECTED"),
]
"""Command, the roles that may give it, what the signature under it means."""

NAMES = [f"{type(command).__name__} {meaning or ''}".strip() for command, _, meaning in MAY]
COMMANDS = [command for command, _, _ in MAY]


@pytest.mark.req("R-ACC-20", "R-SIG-16")
@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(("command", "may", "meaning"), MAY, ids=NAMES)
def test_a_role_may_exactly_what_its_task_needs(
    command: Value, may: str, meaning: str | None, role: str
) -> None:
    allowed = role in may.split()
    assert (role in rights.roles_that_may(command)) == allowed
    assert rights.roles_to_act_in(command, frozenset({role})) == ((role,) if allowed else ())
    assert rights.meaning_of(command) == meaning


@pytest.mark.req("R-ACC-20")
@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_an_administrator_touches_accounts_and_nothing_else(command: Value) -> None:
    noun = "account" if isinstance(command, OpenAccount | SetAccount) else "-"
    assert ("admin" in rights.roles_that_may(command)) == (noun in ONLY["admin"])
    assert "inspector" not in rights.roles_that_may(command)


@pytest.mark.req("R-REP-07")
def test_an_inspector_reads_and_an_administrator_does_not() -> None:
    assert "inspector" in rights.READERS
    assert not rights.READERS & {"admin", "learner"}


@pytest.mark.req("R-ACC-20")
def test_no_role_means_no_right() -> None:
    assert all(rights.roles_to_act_in(command, frozenset()) == () for command in COMMANDS)


def test_a_command_that_nobody_listed_is_nobodys() -> None:
    class Unlisted(Value, frozen=True):
        """A command of tomorrow."""

    assert rights.roles_that_may(Unlisted()) == frozenset()
    assert rights.roles_to_act_in(Unlisted(), ROLES) == ()


@pytest.mark.req("R-SIG-16")
@pytest.mark.parametrize("meaning", [*MEANINGS, "SIGNED"])
def test_a_learner_signs_as_a_learner_only(meaning: str) -> None:
    assert ("learner" in rights.roles_that_may(signing(meaning))) == (meaning in ("READ", "TRAINED"))


@pytest.mark.req("R-SIG-16")
def test_nobody_signs_a_record_in_a_trainees_place_by_another_role() -> None:
    assert rights.roles_to_act_in(signing("READ"), ROLES - {"learner"}) == ()


def test_where_several_roles_would_do_the_first_of_the_order_acts() -> None:
    assert rights.roles_to_act_in(AddPeople(rows=()), frozenset({"manager", "qa"})) == ("qa", "manager")
    assert rights.roles_to_act_in(signing("TAUGHT"), frozenset({"assessor", "trainer"})) == (
        "trainer",
        "assessor",
    )
    assert set(rights.ORDER) == ROLES - {"inspector"}
