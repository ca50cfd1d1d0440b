"""What the status function is given: this person's facts, all of them, as known when asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.domain.status import fit_to_train, status
from app.store import state
from app.store.training import facts_before, grouped, read_rules, status_facts, trainer_facts
from app.store.tx import Store, Tx
from tests.store import world
from tests.store.world import FREE, NOW, OJT, READ, V6, V7, at, trained
from tests.store.written import in_memory, minute, rows_of, tell


@pytest.fixture
def tx() -> Iterator[Tx]:
    """A transaction on the small site."""
    store = in_memory()
    with store.write() as tx:
        world.fill(tx)
        yield tx
    store.close()


def test_a_person_comes_with_everything_that_decides_and_nothing_of_others(store: Store) -> None:
    with store.write() as tx:
        world.fill(tx)
        mine = trained("r_1", "p_ann", "q_ojt", "d_7", "2026-11-05")
        rows_of(tx, "record", mine, trained("r_2", "p_ben", "q_ojt", "d_7", "2026-11-05"))
        rows_of(tx, "setting", {"id": "expiring_days", "value": 45})
        facts = status_facts(tx, "p_ann")
    assert facts is not None
    assert (facts.person["id"], facts.records, facts.expiring_days) == ("p_ann", {"q_ojt": [mine]}, 45)
    assert [posting["id"] for posting in facts.postings] == ["o_1"]
    assert facts.requirements == {"q_read": READ, "q_ojt": OJT, "q_free": FREE}
    assert (facts.versions, list(facts.assignments)) == ({"SOP-1": [V6, V7]}, ["j_1"])


def test_nobody_has_no_facts(tx: Tx) -> None:
    assert status_facts(tx, "p_unknown") is None


@pytest.mark.req("R-REC-05")
def test_a_late_entry_changes_today_and_not_what_was_known_yesterday() -> None:
    store = in_memory()
    with store.write() as tx:
        tell(tx, 0, "person", "p_ann", {"dept": "FIL"}, 1)
        tell(tx, 1, "requirement", "q_free", {k: v for k, v in FREE.items() if k != "id"}, 1)
        tell(tx, 2, "assignment", "a_1", {"job": "j_1", "curriculum": "c_1", "valid_from": "2026-01-01"}, 1)
        tell(tx, 3, "posting", "o_1", {"pid": "p_ann", "job": "j_1", "valid_from": "2026-01-01"}, 1)
        row = trained("r_1", "p_ann", "q_free", None, "2026-03-01")
        tell(tx, 4, "record", "r_1", {k: v for k, v in row.items() if k != "id"}, 9)
        then, now = status_facts(tx, "p_ann", minute(8)), status_facts(tx, "p_ann", minute(9))
        assert status_facts(tx, "p_ann", minute(0)) is None
    store.close()
    assert then is not None
    assert now is not None
    asked = at("2026-03-02")
    assert (status(then, "q_free", asked).word, status(now, "q_free", asked).word) == (
        "Overdue",
        "Qualified",
    )


@pytest.mark.req("R-REC-06")
def test_rules_as_known_earlier_are_the_rules_of_then() -> None:
    store = in_memory()
    with store.write() as tx:
        tell(tx, 0, "requirement", "q_1", {"code": "RQ-1", "grace": 5}, 1)
        tell(tx, 1, "setting", "expiring_days", {"value": 90}, 2)
        tell(tx, 2, "requirement", "q_1", {"grace": 0}, 3)
        found = [read_rules(tx, minute(n)) for n in range(4)]
    store.close()
    assert [rules.requirements.get("q_1", {}).get("grace") for rules in found] == [None, 5, 5, 0]
    assert [rules.expiring_days for rules in found] == [30, 30, 90, 90]


def test_what_must_come_first_is_judged_on_its_own_chain(tx: Tx) -> None:
    rows_of(tx, "record", trained("r_1", "p_ann", "q_read", "d_7", "2026-11-05"))
    person = state.row(tx, "person", "p_ann")
    assert person is not None
    facts = facts_before(tx, person, OJT)
    assert list(facts.requirements) == ["q_ojt", "q_read"]
    assert status(facts, "q_read", NOW).word == "Qualified"
    whole = status_facts(tx, "p_ann")
    assert whole is not None
    assert status(whole, "q_read", NOW) == status(facts, "q_read", NOW)


def test_a_circle_of_requirements_ends(tx: Tx) -> None:
    rows_of(tx, "requirement", {"id": "q_x", "after": "q_y"}, {"id": "q_y", "after": "q_x"})
    facts = facts_before(tx, {"id": "p_ann"}, {"id": "q_x", "after": "q_y"})
    assert sorted(facts.requirements) == ["q_x", "q_y"]


@pytest.mark.req("R-REC-03")
@pytest.mark.parametrize(
    ("day", "appointed", "said"),
    [
        ("2026-11-10", False, (True, "record.valid")),
        ("2026-11-19", False, (False, "trainer.no_record")),
        ("2026-11-19", True, (True, "trainer.appointed")),
    ],
)
def test_a_trainer_is_judged_at_the_time_of_the_training(
    tx: Tx, day: str, appointed: bool, said: tuple[bool, str]
) -> None:
    rows_of(tx, "record", trained("r_9", "p_tom", "q_ojt", "d_7", "2026-11-02", valid_to="2026-11-15"))
    facts = trainer_facts(tx, {"id": "p_tom"}, OJT, [V6, V7], records=not appointed)
    assert fit_to_train(facts, "q_ojt", at(day), appointed=appointed) == said


def test_rows_are_grouped_by_a_value_and_left_out_without_one() -> None:
    rows = [{"id": "a", "x": 1}, {"id": "b"}, {"id": "c", "x": 1}, {"id": "d", "x": None}]
    assert grouped(rows, "x") == {1: [rows[0], rows[2]]}
