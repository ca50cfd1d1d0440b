"""Accounts: names that can't be mistaken, and nobody opens their own."""

import pytest

from app.base.moment import Instant
from app.base.words import Personal, Refused
from app.domain.accounts import AccountSet, Facts, OpenAccount, SetAccount, decide, folded
from app.domain.who import Who

NOW = Instant(ms=1_795_000_000_000)
WHO = Who(uid="u_qa", pid="p_qa", role="qa", lvl="full", sess="s_1")
HELD = {"id": "u_1", "pid": "p_ann", "state": "active"}


def facts(**over) -> Facts:
    return Facts(**{"person": {"id": "p_ann"}, "account": HELD, "names": {"bob": "u_bob"}, **over})


def open_as(name: str, pid: str = "p_ann", **over):
    return decide(OpenAccount(id="u_1", pid=pid, name=name), facts(**over), WHO, NOW)


@pytest.mark.req("R-ACC-01")
def test_an_account_belongs_to_a_person_and_its_name_is_personal():
    (opened,) = open_as("ann")
    assert (opened.pid, opened.name, opened.state) == ("p_ann", Personal("p_ann", "ann"), "active")


@pytest.mark.req("R-ACC-01")
@pytest.mark.parametrize("name", ["bob", "BOB", " Bob ", "\uff22\uff4f\uff42"])
def test_a_name_that_looks_the_same_is_taken(name):
    answer = open_as(name)
    assert isinstance(answer, Refused) and answer.code == "account.name_taken"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (open_as("ann", person=None), "person.unknown"),
        (open_as("ann", person={"id": "p_eve"}), "person.unknown"),
        (open_as("ann", person={"id": "p_ann", "gone": "2026-01-01"}), "person.gone"),
        (open_as("me", pid="p_qa", person={"id": "p_qa"}), "account.own"),
        (open_as("   "), "account.bad_name"),
        (open_as("x" * 65), "account.bad_name"),
        (decide(SetAccount(id="u_1", active=False), facts(account=None), WHO, NOW), "account.unknown"),
        (decide(SetAccount(id="u_1", active=True), facts(), WHO, NOW), "account.same"),
        (
            decide(SetAccount(id="u_1", active=False), facts(account={**HELD, "pid": "p_qa"}), WHO, NOW),
            "account.own",
        ),
    ],
)
def test_other_accounts_are_refused(answer, code):
    assert isinstance(answer, Refused) and answer.code == code


def test_an_account_is_disabled_and_enabled():
    assert decide(SetAccount(id="u_1", active=False), facts(), WHO, NOW) == (
        AccountSet(id="u_1", state="disabled"),
    )


def test_folding_twice_is_folding_once():
    for name in ("Straße", "ﬁlip", "İnci", "ΣΊΣΥΦΟΣ"):
        assert folded(folded(name)) == folded(name)
