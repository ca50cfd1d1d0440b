"""Facts for each command, and that nothing outside the asker's scope gets that far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.base.ids import AccountId, DocumentId, PersonId, RecordId, RequirementId
from app.base.moment import Day
from app.base.words import Refused
from app.domain import accounts, curricula, documents, jobs, people, records, rights, roles, settings
from app.domain.accounts import OpenAccount, SetAccount
from app.domain.curricula import RegisterCurricula
from app.domain.documents import RegisterDocuments, VersionRow
from app.domain.jobs import Post, PostingRow, RegisterJobs
from app.domain.people import AddPeople, ChangePeople
from app.domain.records import SignOff, Void
from app.domain.roles import GrantRole, RevokeRole
from app.domain.settings import ChangeSetting
from app.store import facts as reader
from app.store.facts import MANY, facts_for
from app.store.tx import Store, Tx
from tests.store import world
from tests.store.world import NOW, asker, at, grant, standing, trained
from tests.store.written import LOG, in_memory, rows_of


@pytest.fixture
def tx() -> Iterator[Tx]:
    """A transaction on the small site, with a record in each department."""
    store = in_memory()
    with store.write() as tx:
        world.fill(tx)
        rows_of(tx, "record", trained("r_fil", "p_ann", "q_free", None, "2026-03-01"))
        rows_of(tx, "record", trained("r_pkg", "p_ben", "q_free", None, "2026-03-01", taught_by="u_pia"))
        yield tx
    store.close()


def sign(
    meaning: str = "COMPETENT", pid: str = "p_ann", req: str = "q_ojt", id: str = "r_new", **over: Any
) -> SignOff:
    return SignOff(id=RecordId(id), pid=PersonId(pid), req=RequirementId(req), meaning=meaning, **over)


def posting(pid: str) -> PostingRow:
    return PostingRow(id=f"o_{pid}", pid=PersonId(pid), job="FILLER", valid_from=Day("2026-01-01"))


def version(owner: str | None = None) -> VersionRow:
    return VersionRow(
        id=DocumentId("d_x"), number="SOP-1", ver="6", title="t", type="SOP", state="Superseded", owner=owner
    )


def open_account(pid: str) -> OpenAccount:
    return OpenAccount(id=AccountId("u_new"), pid=PersonId(pid), name="new")


def give(
    role: str, uid: str = "u_ann", dept: str | None = None, start: str = NOW.utc, end: str | None = None
) -> GrantRole:
    return GrantRole(uid=uid, role=role, dept=dept, start=start, end=end, why="X")


def code(answer: Any) -> str | None:
    return answer.code if isinstance(answer, Refused) else None


# ---- scope


OUTSIDE = [
    ("u_tom", "trainer", sign(pid="p_ben")),
    ("u_tom", "trainer", sign(pid="p_ben", req="q_free", id="r_pkg")),
    ("u_tom", "trainer", sign(pid="p_nowhere")),
    ("u_ann", "learner", sign("READ", pid="p_ben", req="q_read")),
    ("u_boss", "manager", AddPeople(rows=())),
    ("u_boss", "manager", ChangePeople(rows=())),
    ("u_boss", "manager", RegisterJobs(jobs=())),
    ("u_boss", "manager", Post(postings=(posting("p_ben"),))),
    ("u_local", "qa", Void(id=RecordId("r_pkg"), why="X")),
    ("u_local", "qa", ChangeSetting(name="late_h", value=1, why="X")),
    ("u_local", "qa", RegisterDocuments(versions=())),
    ("u_local", "qa", RegisterCurricula(jobs=(), curricula=(), requirements=(), assignments=())),
    ("u_local", "qa", give("trainer", "u_ben", "PKG")),
    ("u_local", "qa", give("trainer", "u_ben", None)),
    ("u_local", "qa", RevokeRole(uid="u_ben", role="learner", dept="PKG", why="X")),
    ("u_local", "qa", RevokeRole(uid="u_ben", role="learner", dept=None, why="X")),
    ("u_local", "qa", open_account("p_ben")),
    ("u_local", "qa", open_account("p_nowhere")),
    ("u_local", "qa", open_account("p_nobody")),
    ("u_local", "qa", SetAccount(id=AccountId("u_ben"), active=False)),
    ("u_local", "qa", SetAccount(id=AccountId("u_lost"), active=False)),
]
LOCAL = grant("u_local", "qa", "FIL")


@pytest.mark.req("R-ACC-21", "R-PRV-02")
@pytest.mark.parametrize(("uid", "role", "command"), OUTSIDE)
def test_what_lies_outside_the_askers_scope_is_refused_before_any_rule(
    tx: Tx, uid: str, role: str, command: Any
) -> None:
    rows_of(tx, "account", {"id": "u_lost", "pid": "p_gone", "name_j": {"$e": 1, "c": "lost"}})
    answer = facts_for(tx, command, asker(uid, role, standing(LOCAL)))
    assert code(answer) == "scope.outside"
    # The refusal tells a department at most.
    assert set(answer.about) == {"dept"}
    assert answer.about["dept"] in ("PKG", "-")


INSIDE = [
    ("u_tom", "trainer", sign()),
    ("u_tom", "trainer", sign(req="q_free", id="r_fil")),
    ("u_ann", "learner", sign("READ", req="q_read")),
    ("u_local", "qa", Void(id=RecordId("r_fil"), why="X")),
    ("u_local", "qa", give("trainer", "u_ann", "FIL")),
    ("u_local", "qa", open_account("p_ann")),
    ("u_local", "qa", SetAccount(id=AccountId("u_ann"), active=False)),
]


@pytest.mark.req("R-ACC-21")
@pytest.mark.parametrize(("uid", "role", "command"), INSIDE)
def test_what_lies_within_is_answered(tx: Tx, uid: str, role: str, command: Any) -> None:
    assert code(facts_for(tx, command, asker(uid, role, standing(LOCAL)))) is None


@pytest.mark.req("R-ACC-21")
def test_somebody_without_a_grant_reaches_nothing(tx: Tx) -> None:
    for _, _, command in (*OUTSIDE, *INSIDE):
        assert code(facts_for(tx, command, asker("u_nobody", "qa"))) == "scope.outside"


def test_every_command_that_somebody_may_give_has_a_reader() -> None:
    assert set(reader._READERS) == {*rights._MAY, SignOff}


# ---- signing off


@pytest.mark.parametrize(
    ("command", "said"),
    [(sign(pid="p_nobody"), "person.unknown"), (sign(req="q_nothing"), "requirement.unknown")],
)
def test_who_or_what_is_not_there_is_named(tx: Tx, command: SignOff, said: str) -> None:
    assert code(facts_for(tx, command, asker("u_tom", "trainer"))) == said


def test_a_sign_off_gets_its_person_requirement_and_version(store: Store) -> None:
    with store.write() as tx:
        world.fill(tx)
        rows_of(tx, "record", trained("r_old", "p_ann", "q_ojt", "d_6", "2026-03-01"))
        rows_of(tx, "record", trained("r_other", "p_ann", "q_free", None, "2026-03-01"))
        facts = facts_for(tx, sign(), asker("u_tom", "trainer"))
    assert (facts.person["id"], facts.requirement["id"], facts.document["id"]) == ("p_ann", "q_ojt", "d_7")
    assert [row["id"] for row in facts.previous] == ["r_old"]
    assert (facts.record, facts.signed, facts.late_h, facts.qa_approves) == (None, {}, 24, False)


@pytest.mark.req("R-REC-04")
@pytest.mark.parametrize(
    ("command", "doc"),
    [
        (sign(), "d_7"),
        (sign(done=at("2026-10-31")), "d_6"),
        (sign(doc=DocumentId("d_6")), "d_6"),
        (sign(doc=DocumentId("d_other")), None),
        (sign(req="q_free"), None),
        (sign(done=at("2025-06-01")), None),
    ],
)
def test_the_version_is_the_one_of_the_day_or_the_one_named(tx: Tx, command: SignOff, doc: str | None) -> None:
    document = facts_for(tx, command, asker("u_tom", "trainer")).document
    assert (document or {}).get("id") == doc


def test_a_record_keeps_its_own_time_and_version_whatever_is_told(tx: Tx) -> None:
    rows_of(
        tx,
        "record",
        trained("r_1", "p_ann", "q_ojt", "d_6", "2026-03-01", verdict=None, taught=None, taught_by=None),
    )
    command = sign(id="r_1", done=at("2026-11-10"), doc=DocumentId("d_7"))
    facts = facts_for(tx, command, asker("u_tom", "trainer"))
    assert (facts.document["id"], facts.record["id"]) == ("d_6", "r_1")
    assert facts.signed == {"learner": frozenset({"p_ann"})}


@pytest.mark.req("R-SIG-14")
def test_who_signed_is_told_by_person_not_by_account(tx: Tx) -> None:
    second = standing(keyed={**world.ACCOUNTS, "u_tom2": "p_tom"})
    rows_of(tx, "record", trained("r_1", "p_ann", "q_ojt", "d_7", "2026-11-05", taught_by="u_tom2"))
    facts = facts_for(tx, sign("APPROVED", id="r_1"), asker("u_qa", "qa", second))
    assert facts.signed["trainer"] == {"p_tom"}


@pytest.mark.req("R-SIG-09")
def test_somebody_elses_record_is_shown_to_the_rules_which_refuse_it(tx: Tx) -> None:
    facts = facts_for(tx, sign(pid="p_tom", req="q_free", id="r_fil"), asker("u_tom", "trainer"))
    assert facts.record["pid"] == "p_ann"
    refused = records.decide(
        sign(pid="p_tom", req="q_free", id="r_fil"), facts, asker("u_tom", "trainer").who, NOW
    )
    assert code(refused) == "record.other_subject"


@pytest.mark.req("R-REC-02")
def test_what_must_come_first_is_asked_where_a_record_begins(tx: Tx) -> None:
    trainer = asker("u_tom", "trainer")
    assert facts_for(tx, sign(), trainer).after == "RQ-1"
    rows_of(tx, "record", trained("r_1", "p_ann", "q_read", "d_7", "2026-11-05", needs="learner", kind="read"))
    assert facts_for(tx, sign(), trainer).after is None


def test_settings_reach_the_rules(tx: Tx) -> None:
    rows_of(tx, "setting", {"id": "late_h", "value": 2}, {"id": "qa_approves", "value": 1})
    facts = facts_for(tx, sign(), asker("u_tom", "trainer"))
    assert (facts.late_h, facts.qa_approves) == (2, True)


# ---- the trainer


def trainer(tx: Tx, done: str, *more: roles.Grant, uid: str = "u_tom", pid: str = "p_ann") -> tuple[bool, str]:
    """Whether the signer counts as trainer of what was done that day, and why."""
    facts = facts_for(tx, sign(pid=pid, done=at(done)), asker(uid, "trainer", standing(*more)))
    return facts.trainer_qualified, facts.trainer_reason


@pytest.mark.req("R-REC-03")
def test_a_trainer_qualifies_by_an_own_record_that_counted_then(tx: Tx) -> None:
    assert trainer(tx, "2026-11-10") == (False, "trainer.no_record")
    rows_of(tx, "record", trained("r_9", "p_tom", "q_ojt", "d_7", "2026-11-02", valid_to="2026-11-15"))
    assert trainer(tx, "2026-11-10") == (True, "record.valid")
    assert trainer(tx, "2026-11-15") == (True, "record.valid")
    assert trainer(tx, "2026-11-16") == (False, "trainer.no_record")


@pytest.mark.req("R-REC-03")
@pytest.mark.parametrize(
    ("done", "qualified"),
    [("2026-11-09", False), ("2026-11-10", True), ("2026-11-14", True), ("2026-11-15", False)],
)
def test_an_appointment_counts_for_training_while_it_ran(tx: Tx, done: str, qualified: bool) -> None:
    """Also when it has run out since, and the right to sign rests on another grant."""
    dates = {"start": "2026-11-10T00:00:00.000Z", "end": "2026-11-15T00:00:00.000Z"}
    assert trainer(tx, done, grant("u_tom", "trainer", "FIL", grade="W", **dates))[0] == qualified


@pytest.mark.req("R-REC-03", "R-ACC-21")
@pytest.mark.parametrize(("dept", "qualified"), [("FIL", True), (None, True), ("PKG", False)])
def test_an_appointment_elsewhere_makes_nobody_a_trainer_here(
    tx: Tx, dept: str | None, qualified: bool
) -> None:
    assert trainer(tx, "2026-11-10", grant("u_tom", "trainer", dept, grade="W"))[0] == qualified


@pytest.mark.req("R-REC-03")
@pytest.mark.parametrize(
    "other", [{"role": "manager"}, {"uid": "u_pia"}, {"grade": "A"}, {"place": (LOG, 5000)}]
)
def test_what_is_no_appointment_of_this_trainer_counts_for_nothing(tx: Tx, other: dict[str, Any]) -> None:
    made = {"uid": "u_tom", "role": "trainer", "dept": "FIL", "grade": "W", **other}
    assert (
        trainer(tx, "2026-11-10", grant(made.pop("uid"), made.pop("role"), made.pop("dept"), **made))[0]
        is False
    )


@pytest.mark.req("R-REC-03")
def test_a_revoked_appointment_counts_no_more(tx: Tx) -> None:
    known = standing(grant("u_tom", "trainer", "FIL", grade="W"))
    known.roles.revoke(grant("u_tom", "trainer", "FIL", place=(LOG, 20)))
    known.roles.grant(grant("u_tom", "trainer", "FIL", place=(LOG, 30)))
    assert facts_for(tx, sign(), asker("u_tom", "trainer", known)).trainer_qualified is False


def test_no_other_side_is_asked_about_training(tx: Tx) -> None:
    facts = facts_for(tx, sign("TRAINED"), asker("u_ann", "learner"))
    assert (facts.trainer_qualified, facts.trainer_reason) == (False, "")


# ---- voiding, people, accounts, registers


def test_voiding_gets_the_record_and_whose_it_is(tx: Tx) -> None:
    facts = facts_for(tx, Void(id=RecordId("r_pkg"), why="X"), asker("u_qa", "qa"))
    assert (facts.record["id"], facts.person["id"], facts.requirement["id"]) == ("r_pkg", "p_ben", "q_free")
    assert facts.signed == {"learner": {"p_ben"}, "trainer": {"p_pia"}}
    assert code(facts_for(tx, Void(id=RecordId("r_no"), why="X"), asker("u_qa", "qa"))) == "record.unknown"


def test_people_are_opened_for_whoever_may_change_them(tx: Tx) -> None:
    facts = facts_for(tx, AddPeople(rows=()), asker("u_qa", "qa"))
    assert isinstance(facts, people.Facts)
    assert {row["id"]: row.get("number") for row in facts.people} == {
        **{pid: f"N-{pid}" for pid in world.PERSONS},
        "p_nowhere": None,
    }


@pytest.mark.req("R-ACC-02")
def test_an_account_is_decided_on_every_name_in_use(tx: Tx) -> None:
    rows_of(
        tx,
        "account",
        {"id": "u_old", "pid": "p_ann", "state": "disabled", "name_j": {"$e": 1, "c": "ＡＮＮＡ"}},
    )
    facts = facts_for(tx, open_account("p_ann"), asker("u_qa", "qa"))
    assert isinstance(facts, accounts.Facts)
    assert (facts.person["id"], facts.account) == ("p_ann", None)  # type: ignore[index]
    assert facts.names == {**{uid[2:]: uid for uid in world.ACCOUNTS}, "anna": "u_old"}
    facts = facts_for(tx, SetAccount(id=AccountId("u_ben"), active=False), asker("u_qa", "qa"))
    assert (facts.account["id"], facts.person["id"]) == ("u_ben", "p_ben")


def test_registers_get_what_they_are_compared_with(tx: Tx) -> None:
    qa = asker("u_qa", "qa")
    found = facts_for(tx, RegisterJobs(jobs=()), qa)
    assert found == jobs.Facts(jobs={"FILLER": {"id": "j_1", "code": "FILLER"}}, postings={})
    register = RegisterCurricula(jobs=(), curricula=(), requirements=(), assignments=())
    curriculum = facts_for(tx, register, qa)
    assert isinstance(curriculum, curricula.Facts)
    assert set(curriculum.requirements) == {"RQ-1", "RQ-2", "RQ-3"}
    assert (set(curriculum.assignments), curriculum.numbers) == ({("j_1", "c_1")}, {"SOP-1"})
    assert facts_for(tx, ChangeSetting(name="late_h", value=1, why="X"), qa) == settings.Facts(row=None)


def test_a_document_register_learns_its_owners_only_if_it_names_them(tx: Tx) -> None:
    qa = asker("u_qa", "qa")
    facts = facts_for(tx, RegisterDocuments(versions=(version("N-p_ann"),)), qa)
    assert isinstance(facts, documents.Facts)
    assert (set(facts.held), facts.people) == ({("SOP-1", "6"), ("SOP-1", "7")}, {"N-p_ann": "p_ann"})
    assert facts_for(tx, RegisterDocuments(versions=(version(),)), qa).people == {}


@pytest.mark.parametrize("count", [1, MANY + 5])
def test_postings_are_the_same_read_one_by_one_or_at_once(tx: Tx, count: int) -> None:
    asked = Post(postings=tuple(posting(pid) for pid in ["p_ann", *(f"p_x{n}" for n in range(count))]))
    facts = facts_for(tx, asked, asker("u_qa", "qa"))
    assert {pid: [row["id"] for row in rows] for pid, rows in facts.postings.items() if rows} == {
        "p_ann": ["o_1"]
    }
    assert len(facts.postings) == count + 1
