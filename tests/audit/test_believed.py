"""What history teaches of keys, roles and devices: everything that was written with the right to, and nothing else."""

from __future__ import annotations

import random
from typing import Any

import pytest
from fabricated import Person, jkt
from fabricated_site import Site
from piecewise import acts, approved_again, believed_of, by_two, grant, lines_of, site_of
from telling import OneLog, Story

from app.audit.believed import Believed, teaches
from app.base.entry import read
from app.domain.roles import Place

Refused = dict[Place, str]


def told(story: Story | None) -> tuple[Any, Believed]:
    """The site after a story, and what is believed of it."""
    site = site_of(story)
    return site, believed_of(lines_of(site))


def held(site: Any, believed: Believed, who: Person) -> set[str]:
    """The roles of somebody at the end of the first log."""
    last = read(site.m.one.raws[-1])
    return set(believed.standing.roles.held(who.uid, (last.log, last.seq), last.ts.utc))


def refused(believed: Believed) -> list[str]:
    return list(believed.standing.refused.values())


@pytest.mark.req("R-SYN-03")
def test_a_sound_history_teaches_everything_in_whatever_order_it_comes() -> None:
    site = site_of(kind=Site)
    lines = lines_of(site)
    for seed in range(4):
        random.Random(seed).shuffle(lines)
        known = believed_of(lines).standing
        assert known.refused == {}
        assert all(known.keys.get(jkt(who.key)) is not None for who in site.m.people)
        assert [(machine.id, machine.log) for machine in known.machines] == [
            (one.ident, one.log) for one in (site.m.one, site.m.two)
        ]


@pytest.mark.req("R-SYN-03")
def test_entry_by_entry_is_as_good_as_all_at_once() -> None:
    lines = lines_of(site_of())
    founded = next(n for n, (e, _) in enumerate(lines) if e.act == "session.open")
    one, all_at_once = believed_of(lines[:founded]), believed_of(lines)
    for e, raw in lines[founded:]:
        one.take(e, raw)
    assert one.standing.machines == all_at_once.standing.machines
    assert one.standing.sittings == all_at_once.standing.sittings
    assert one.standing.keys.persons == all_at_once.standing.keys.persons
    assert one.personal.named == all_at_once.personal.named


def test_data_keys_sessions_and_what_they_saw_are_learned() -> None:
    site = site_of(kind=Site)
    known = believed_of(lines_of(site))
    assert {f"{pid}.1" for pid in site.m.deks} <= set(known.personal.named)
    assert known.standing.sittings[site.m.one.log, "s_one"].uid == site.ada.uid
    assert known.standing.order.before((site.m.two.log, 0), (site.m.one.log, len(site.m.one.raws) - 1))
    assert not known.standing.order.before((site.m.one.log, len(site.m.one.raws) - 1), (site.m.two.log, 0))


def takes_a_role(s: OneLog) -> None:
    """Tom, a trainer, makes himself QA, by his own signature."""
    acts(s, "role.grant", s.tom, grant(s.tom, "assessor"), s.tom, code="APPROVED", sess=None)


def without_approvals(s: OneLog) -> None:
    acts(s, "role.grant", s.lea, {**grant(s.lea, "manager"), "appr": []})


def under_no_signature(s: OneLog) -> None:
    acts(s, "role.grant", s.lea, grant(s.lea, "assessor"))


def of_another_form(s: OneLog) -> None:
    acts(s, "role.grant", s.lea, {"uid": s.lea.uid, "role": "assessor"}, code="APPROVED")


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize(
    ("story", "code"),
    [
        (takes_a_role, "RBAC"),
        (without_approvals, "ENROL_APPROVAL"),
        (under_no_signature, "SIG_BAD"),
        (of_another_form, "ENTRY_SCHEMA"),
    ],
)
def test_who_had_no_right_to_it_teaches_nothing(story: Story, code: str) -> None:
    site, believed = told(story)
    place = (site.m.one.log, len(site.m.one.raws) - 2)
    assert set(believed.standing.refused) == {place}
    assert code in {row.code for row in believed._found.rows()}
    assert held(site, believed, site.lea) == {"learner"}
    assert held(site, believed, site.tom) == {"trainer"}


@pytest.mark.req("R-SIG-05", "R-SYN-03")
def test_an_approval_shown_again_is_told_and_teaches_nothing() -> None:
    site, believed = told(approved_again)
    assert refused(believed) == ["SIG_POSITION"]
    assert held(site, believed, site.lea) == {"learner"}


def test_the_same_with_fresh_approvals_teaches() -> None:
    def story(s: OneLog) -> None:
        for act in ("role.grant", "role.revoke", "role.grant"):
            acts(s, act, s.lea, by_two(s, act, s.lea, "manager"))

    site, believed = told(story)
    assert refused(believed) == []
    assert held(site, believed, site.lea) == {"learner", "manager"}


def test_what_is_refused_does_not_spend_the_right_of_what_follows() -> None:
    """A grant by who may not is told; the next one, by QA, counts."""

    def story(s: OneLog) -> None:
        takes_a_role(s)
        acts(s, "role.grant", s.tom, grant(s.tom, "assessor"), code="APPROVED")

    site, believed = told(story)
    assert len(refused(believed)) == 1
    assert held(site, believed, site.tom) == {"trainer", "assessor"}


def test_an_account_is_disabled_from_its_entry_on() -> None:
    def story(s: OneLog) -> None:
        for state in ("active", "disabled"):
            s.m.entry(
                "account.set", f"account/{s.tom.uid}", s.bea, sess="s_four", why="X", after={"state": state}
            )

    site, believed = told(story)
    n, log = len(site.m.one.raws) - 2, site.m.one.log
    assert not believed.standing.disabled(site.tom.uid, (log, n))
    assert believed.standing.disabled(site.tom.uid, (log, n + 1))
    assert not believed.standing.disabled(site.bea.uid, (log, n + 1))


def test_a_session_of_another_form_is_no_crash() -> None:
    site = site_of()
    e, raw = next(line for line in lines_of(site) if line[0].act == "session.open")
    believed = Believed()
    for body in ({}, {"sess": 7, "seen": {"l": {}}}, {"sess": "s", "seen": {"l": {"n": "1"}}}, {"seen": 3}):
        believed.take(
            type(e)(**{**{name: getattr(e, name) for name in e.__struct_fields__}, "body": body}), raw
        )
    assert believed.standing.machines == []


def test_what_may_teach_something() -> None:
    teaching = {e.act for e, _ in lines_of(site_of(kind=Site)) if teaches(e)}
    assert {"site.genesis", "key.enrol", "role.grant", "device.enrol", "centre.descriptor"} <= teaching
    assert not {"record.sign", "record.add", "person.add", "document.sign"} & teaching
