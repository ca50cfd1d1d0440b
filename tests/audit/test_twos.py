"""Acts that two persons vouch for, each rule broken once; the genesis; devices' proofs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fabricated import SITE, Person, jkt, jwk, jws, new_key
from fabricated_site import FROM
from telling import OneLog, Story, puts, told

NEW = ("new", "New Body", "learner")
REFUSED = "ENROL_APPROVAL: two approvals"
PROOF = "ENROL_APPROVAL: proof of possession, or the key or account is another's"


def enrols(
    approvers: str = "bea max", change: Any = None, *, by: str = "bea", ent: str = "", **more: Any
) -> Story:
    """A new key with these approvals; `change` is made to the body after they were given."""

    def story(s: OneLog) -> None:
        people = {who.username: who for who in s.m.people}
        new = Person("lea", "Léa Lerner", "learner")
        body = s.m.approved("key.enrol", s.enrolment(new), [people[name] for name in approvers.split()], new)
        if change:
            change(body)
        s.m.entry("key.enrol", ent or f"key/{jkt(new.key)}", people[by], sess="s_four", body=body, **more)

    return story


def grants_to_an_approver(s: OneLog) -> None:
    grant = {
        "uid": s.max.uid,
        "role": "manager",
        "scope": {"site": SITE, "dept": None},
        "from": FROM,
        "to": None,
        "grade": "A",
    }
    s.m.entry(
        "role.grant",
        f"role/{s.max.uid}",
        s.bea,
        sess="s_four",
        why="MORE",
        body=s.m.approved("role.grant", grant, [s.bea, s.max], None),
    )


def takes_an_account(s: OneLog) -> None:
    new = Person("lea", "Léa Lerner", "learner")
    new.pid = s.tom.pid
    body = s.m.approved("key.enrol", s.enrolment(new), [s.bea, s.max], new)
    s.m.entry("key.enrol", f"key/{jkt(new.key)}", s.bea, sess="s_four", body=body)


def takes_a_key_again(s: OneLog) -> None:
    body = s.m.approved("key.enrol", s.enrolment(s.tom), [s.bea, s.max], s.tom)
    s.m.entry("key.enrol", f"key/{jkt(s.tom.key)}", s.bea, sess="s_four", body=body)


@pytest.mark.req("R-SEC-04")
@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (enrols("bea"), REFUSED),
        (enrols("bea bea"), REFUSED),
        (enrols("bea ada max"), REFUSED),
        (enrols("bea tom"), REFUSED),
        (enrols("ada max"), REFUSED),
        (enrols(change=puts(idv="nobody looked")), REFUSED),
        (enrols(change=puts(appr=[])), REFUSED),
        (enrols(change=puts(appr=["x", "y"])), REFUSED),
        (enrols(code="APPROVED"), REFUSED),
        (grants_to_an_approver, REFUSED),
        (enrols(ent="key/another"), "ENROL_APPROVAL: ent is not the key"),
        (enrols(change=lambda body: body.update(jwk=jwk(new_key()))), PROOF),
        (enrols(change=lambda body: body.update(pop=jws(new_key(), "pop", {"v": 1}))), PROOF),
        (takes_an_account, PROOF),
        (takes_a_key_again, PROOF),
    ],
)
def test_what_two_must_vouch_for(tmp_path: Path, story: Story, finding: str) -> None:
    assert finding in told(tmp_path, story)


def test_a_new_key_by_two_is_sound(tmp_path: Path) -> None:
    assert told(tmp_path, enrols()) == set()


def test_an_approval_counts_once(tmp_path: Path) -> None:
    def again(s: OneLog) -> None:
        new = Person("lea", "Léa Lerner", "learner")
        body = s.m.approved("key.enrol", s.enrolment(new), [s.bea, s.max], new)
        for _ in range(2):
            s.m.entry("key.enrol", f"key/{jkt(new.key)}", s.bea, sess="s_four", body=body)

    assert "SIG_POSITION: sid used before" in told(tmp_path, again)


@pytest.mark.parametrize(
    "change",
    [
        lambda pop: [pop[0], "A" * 86],
        lambda pop: [jws(new_key(), "pop", {"v": 1}), pop[1]],
        lambda pop: pop[:1],
        lambda _: 7,
    ],
)
def test_a_device_proves_that_it_holds_both_keys(tmp_path: Path, change: Any) -> None:
    def story(s: OneLog) -> None:
        body = s.m.device_body(s.m.two)
        body["pop"] = change(body["pop"])
        s.m.entry(
            "device.enrol",
            f"device/{s.m.two.ident}",
            s.bea,
            sess="s_four",
            code="APPROVED",
            why="NEW",
            body=body,
        )

    assert "SIG_BAD: device.pop" in told(tmp_path, story)


class TwoFounders(OneLog):
    """Max is quality too: no manager stands beside them."""

    def genesis(self) -> None:
        self.max.role = "qa"
        super().genesis()


class OneFounderTwice(OneLog):
    """Two of the three accounts are one person's."""

    def genesis(self) -> None:
        self.bea.pid = self.ada.pid
        super().genesis()


class SwappedApprovals(OneLog):
    """The approvals stand in another order than the people."""

    def genesis(self) -> None:
        approved = self.m.approved

        def swapped(act: str, body: Any, *rest: Any) -> Any:
            made = approved(act, body, *rest)
            return {**made, "appr": made["appr"][::-1]} if act == "site.genesis" else made

        self.m.approved = swapped  # type: ignore[method-assign]
        super().genesis()


@pytest.mark.parametrize(
    ("kind", "finding"),
    [
        (TwoFounders, "ENROL_APPROVAL: three people: qa, qa, manager"),
        (OneFounderTwice, "ENROL_APPROVAL: three people: qa, qa, manager"),
        (SwappedApprovals, "ENROL_APPROVAL: approval of u_adaadaadaadaadaa"),
    ],
)
def test_three_found_a_site(tmp_path: Path, kind: type[OneLog], finding: str) -> None:
    assert {finding, "CP_MISMATCH: no sound genesis"} <= told(tmp_path, None, kind=kind)
