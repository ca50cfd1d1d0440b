"""Facts for giving and taking roles: everything that the person holds, in any account, at any instant that matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.words import Refused
from app.domain import roles
from app.domain.roles import APART, GrantRole, RevokeRole
from app.store.facts import Asker, facts_for
from app.store.tx import Tx
from tests.store import world
from tests.store.world import NOW, asker, grant, standing
from tests.store.written import LOG, in_memory, rows_of


@pytest.fixture
def tx() -> Iterator[Tx]:
    """A transaction on the small site."""
    store = in_memory()
    with store.write() as tx:
        world.fill(tx)
        yield tx
    store.close()


def give(
    role: str, uid: str = "u_ann", dept: str | None = None, start: str = NOW.utc, end: str | None = None
) -> GrantRole:
    return GrantRole(uid=uid, role=role, dept=dept, start=start, end=end, why="X")


def code(answer: Any) -> str | None:
    return answer.code if isinstance(answer, Refused) else None


def held(
    tx: Tx, command: GrantRole | RevokeRole, *more: roles.Grant, keyed: Any = world.ACCOUNTS
) -> frozenset[str]:
    """What the person holds while the command would hold."""
    facts = facts_for(tx, command, asker("u_qa", "qa", standing(*more, keyed=keyed)))
    found: frozenset[str] = facts.held
    return found


def month(number: int) -> str:
    return f"2027-{number:02d}-01T00:00:00.000Z"


@pytest.mark.req("R-ACC-20")
@pytest.mark.parametrize(
    ("begins", "ends", "together"),
    [(3, 5, True), (1, 9, True), (6, None, True), (7, 8, False), (1, 2, False), (1, 3, True)],
)
def test_a_role_that_runs_only_in_between_counts_too(
    tx: Tx, begins: int, ends: int | None, together: bool
) -> None:
    other = grant("u_ann", "trainer", "FIL", start=month(begins), end=None if ends is None else month(ends))
    assert ("trainer" in held(tx, give("admin", start=month(2), end=month(7)), other)) == together


@pytest.mark.req("R-ACC-20")
@pytest.mark.parametrize("keyed", [("u_two",), ()])
def test_a_role_of_a_second_account_counts_with_or_without_a_key(tx: Tx, keyed: tuple[str, ...]) -> None:
    rows_of(tx, "account", {"id": "u_two", "pid": "p_ann", "name_j": {"$e": 1, "c": "two"}})
    known = {**world.ACCOUNTS, **dict.fromkeys(keyed, "p_ann")}
    other = grant("u_two", "admin", None)
    assert held(tx, give("trainer"), other, keyed=known) == {"learner", "admin"}
    refused = roles.decide(
        give("trainer"), facts_for(tx, give("trainer"), asker("u_qa", "qa", standing(other))), QA, NOW
    )
    assert code(refused) == "role.not_together"


QA = asker("u_qa", "qa").who


def test_a_role_that_begins_later_can_be_taken_away_before(tx: Tx) -> None:
    later = grant("u_ann", "trainer", "FIL", start=month(3), end=month(4))
    assert "trainer" in held(tx, RevokeRole(uid="u_ann", role="trainer", dept="FIL", why="X"), later)


def test_a_role_that_has_run_out_stands_in_nobodys_way(tx: Tx) -> None:
    over = grant("u_ann", "trainer", "FIL", end="2026-02-01T00:00:00.000Z")
    assert held(tx, give("admin"), over) == {"learner"}
    assert held(tx, give("admin", start="2026-01-15T00:00:00.000Z"), over) == {"learner"}


def test_an_unknown_account_has_no_person(tx: Tx) -> None:
    assert facts_for(tx, give("learner", "u_nobody"), asker("u_qa", "qa")).pid is None


def test_who_would_be_left_is_counted_without_the_person(tx: Tx) -> None:
    more = (grant("u_tom", "manager", "FIL"), grant("u_pia", "qa", None))
    facts = facts_for(
        tx, RevokeRole(uid="u_pia", role="qa", dept=None, why="X"), asker("u_qa", "qa", standing(*more))
    )
    assert facts.left == 3


ORDERS = st.tuples(
    st.sampled_from(["give", "take"]),
    st.sampled_from(["u_ann", "u_two"]),
    st.sampled_from(["admin", "trainer", "qa", "manager", "learner"]),
    st.sampled_from([None, "FIL", "PKG"]),
    st.integers(1, 6),
    st.none() | st.integers(1, 7),
)


@pytest.mark.req("R-ACC-20")
@given(st.lists(ORDERS, max_size=12))
def test_no_sequence_of_grants_makes_an_administrator_a_judge(orders: list[tuple[Any, ...]]) -> None:
    store, known = in_memory(), standing()
    with store.write() as tx:
        world.fill(tx)
        rows_of(tx, "account", {"id": "u_two", "pid": "p_ann", "name_j": {"$e": 1, "c": "two"}})
        for seq, order in enumerate(orders):
            follow(tx, known, order, seq)
            assert_apart(known)
    store.close()


def follow(tx: Tx, known: Any, order: tuple[Any, ...], seq: int) -> None:
    """Give or take, if facts and rules allow it."""
    verb, uid, role, dept, start, end = order
    command: GrantRole | RevokeRole = RevokeRole(uid=uid, role=role, dept=dept, why="X")
    if verb == "give":
        command = give(role, uid, dept, month(start), None if end is None else month(end))
    here: Asker = asker("u_qa", "qa", known)
    answer = roles.decide(command, facts_for(tx, command, here), here.who, here.now)
    if not isinstance(answer, Refused):
        told = roles.grant_of(answer[0].body, (LOG, 100 + seq))
        (known.roles.grant if verb == "give" else known.roles.revoke)(told)


def assert_apart(known: Any) -> None:
    """At no instant does the person hold both, in any account."""
    for instant in (
        NOW.utc,
        *(f"2027-{n:02d}-{day}T00:00:00.000Z" for n in range(1, 9) for day in ("01", "15")),
    ):
        both = frozenset().union(*(known.roles.held(uid, world.HERE, instant) for uid in ("u_ann", "u_two")))
        assert not ("admin" in both and both & APART)
