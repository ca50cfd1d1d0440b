"""Entries without a row, each rule broken once; how a log begins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fabricated import SITE, jws, new_key
from fabricated_site import FROM, Site
from msgspec.structs import replace
from telling import OneLog, Story, puts, told

from app.audit.findings import Findings
from app.audit.landmarks import Landmarks, begins
from app.audit.personal import Personal
from app.base.entry import Entry, read


def grants(to: str, role: str, **more: Any) -> Story:
    """A role for somebody, signed by Bea unless `more` says otherwise."""

    def story(s: OneLog) -> None:
        uid = next(who.uid for who in s.m.people if who.username == to)
        body = {
            "uid": uid,
            "role": role,
            "scope": {"site": SITE, "dept": None},
            "from": FROM,
            "to": None,
            "grade": "A",
        }
        s.m.entry(
            "role.grant",
            f"role/{uid}",
            s.bea,
            **{"sess": "s_four", "why": "MORE", "body": body, "code": "APPROVED", **more},
        )

    return story


def acts(act: str, ent: str, body: dict[str, Any], **more: Any) -> Story:
    """An act with a body by Bea."""
    return lambda s: s.m.entry(act, ent, s.bea, body=body, **{"sess": "s_four", **more})


def describes_a_centre(s: OneLog) -> None:
    body = {
        "jws": jws(
            new_key(),
            "centre",
            {"v": 1, "name": "evil", "jwk": {}, "ed25519": "", "region": "", "jurisdiction": "", "urls": []},
        )
    }
    s.m.entry("centre.descriptor", "centre/one", s.bea, sess="s_four", code="APPROVED", body=body)


def revokes_below_three(s: OneLog) -> None:
    body = {
        "uid": s.max.uid,
        "role": "manager",
        "scope": {"site": SITE, "dept": None},
        "from": FROM,
        "to": None,
        "grade": None,
    }
    s.m.entry(
        "role.revoke",
        f"role/{s.max.uid}",
        s.bea,
        sess="s_four",
        why="LEFT",
        body=s.m.approved("role.revoke", body, [s.bea, s.ada], None),
    )


def rests_on_another(s: OneLog) -> None:
    s.m.alter = puts(ent__base=["A" * 43])
    grants("lea", "learner")(s)


@pytest.mark.req("R-SEC-03")
@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (grants("bea", "learner"), "RBAC: granter is qa and another person"),
        (grants("lea", "wizard"), "RBAC: roles that never go together"),
        (grants("lea", "learner", code=None), "SIG_BAD: missing or unparsable"),
        (grants("lea", "learner", why=None), "ENTRY_SCHEMA: why"),
        (grants("lea", "learner", body={"uid": "u"}), "ENTRY_SCHEMA: body"),
        (rests_on_another, "ENTRY_SCHEMA: an act with its own body has no row and no base"),
        (revokes_below_three, "RBAC: fewer than three are left"),
        (describes_a_centre, "SIG_BAD: centre descriptor"),
        (acts("centre.descriptor", "centre/one", {"jws": "x"}, code="APPROVED"), "SIG_BAD: centre descriptor"),
        (
            acts(
                "session.open",
                "session/s_x",
                {"sess": "s_x", "seen": {"l": {"n": "1", "h": ""}}, "ccp": None},
                code="OPEN",
            ),
            "ENTRY_SCHEMA: body",
        ),
        (
            acts("person.key", f"person/{'p_x'}", {"pid": "p_site", "ver": 1, "commit": "x"}),
            "DEK_COMMIT: committed twice",
        ),
        (acts("clock.ack", f"site/{SITE}", {"n": 1}, code="APPROVED"), "ENTRY_SCHEMA: why"),
        (
            acts("backup.ok", f"site/{SITE}", {"sha256": "x", "n": 1, "h": "h", "more": [{"$e": 1}]}),
            "ENVELOPE_BAD: body.more[]",
        ),
    ],
)
def test_a_broken_rule_is_seen(tmp_path: Path, story: Story, finding: str) -> None:
    found = told(tmp_path, story)
    assert finding in found, found


def test_a_role_for_another_is_sound(tmp_path: Path) -> None:
    assert told(tmp_path, grants("tom", "learner")) == set()


def test_an_unsound_grant_teaches_nothing(tmp_path: Path) -> None:
    def story(s: OneLog) -> None:
        grants("lea", "assessor", code=None)(s)
        s.lea.role = "assessor"
        s.m.open(s.lea, "s_lea")
        s.m.entry("person.note", f"person/{s.lea.pid}", s.lea, sess="s_lea")

    assert "RBAC: u_lealealealealeal is not assessor here" in told(tmp_path, story)


@pytest.mark.parametrize(("n", "h", "code"), [(999, "A" * 43, "CHAIN_GAP"), (1, "A" * 43, "CENTRE_FORK")])
def test_what_a_log_saw_of_another_is_what_is_held(tmp_path: Path, n: int, h: str, code: str) -> None:
    def story(s: Site) -> None:
        s.m.entry(
            "session.open",
            "session/s_x",
            s.tom,
            sess="s_x",
            code="OPEN",
            on=s.m.one,
            body={"sess": "s_x", "seen": {s.m.two.log: {"n": n, "h": h}}, "ccp": None},
        )

    assert any(one.startswith(f"{code}: seen by") for one in told(tmp_path, story, kind=Site))


@pytest.fixture(scope="module")
def opening(single: tuple[Path, OneLog]) -> Entry:
    """A session's first entry."""
    return next(read(raw) for raw in single[1].m.one.raws if json.loads(raw)["act"] == "session.open")


def began(log: str, first: Entry) -> list[str]:
    known = Landmarks(Personal(), Findings(), lambda _key, _at: None, {})
    begins(known, log, replace(first, log=log, seq=0))
    return [row.code for row in known.found.rows()]


def test_how_a_log_begins(opening: Entry) -> None:
    log = "countersign.local.invalid/kilda/dev"
    assert began(f"{log}7/0", opening) == ["LOG_UNKNOWN"]
    assert began(f"{log}1/1", opening) == ["LOG_UNKNOWN"]
    assert began(f"{log}1/1", replace(opening, act="log.restore")) == []
    assert began(f"{log}1/0", replace(opening, act="site.genesis")) == []
    assert began("no origin", replace(opening, act="site.genesis")) == ["LOG_UNKNOWN"]


def test_puts_is_for_members_of_members() -> None:
    value: dict[str, Any] = {"a": {"b": 1}}
    puts(a__b=2)(value)
    assert value == {"a": {"b": 2}}
