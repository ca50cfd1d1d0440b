"""Who may write what, each rule broken once: sessions, roles, scopes, machines, cover, commands, lateness."""

from __future__ import annotations

from pathlib import Path

import pytest
from fabricated import SITE, Members
from fabricated_site import FROM
from telling import RECORD, OneLog, Story, alters, puts, told

THIRD = "record/r_third00000000000"


def noted(change: Members | None = None, **more: object) -> Story:
    """A machine's or somebody's entry without a change."""

    def story(s: OneLog) -> None:
        s.m.entry("person.note", f"person/{s.lea.pid}", s.bea, sess="s_four")
        s.recast(puts(**(change or {}), **more))

    return story


def command(first: Members, *, second: str = THIRD) -> Story:
    """One entry covered by a signature on another; `first` alters the covered one."""

    def story(s: OneLog) -> None:
        s.m.entry("record.fix", RECORD, s.bea, sess="s_four", after={"grade": "B"}, why="R09")
        s.recast(puts(**first))
        if second == RECORD:
            s.m.heads["record", "r_second0000000000"] = s.m.one.head()["h"]
        s.m.entry(
            "record.sign",
            second,
            s.bea,
            sess="s_four",
            code="CORRECTED",
            why="R09",
            after={"grade": "C"},
            covers=1,
            ts=s.m.times(0),
        )

    return story


def granted(role: str, act: str) -> Story:
    """Lea is given another role, and does that act with it."""

    def story(s: OneLog) -> None:
        body = {
            "uid": s.lea.uid,
            "role": role,
            "scope": {"site": SITE, "dept": None},
            "from": FROM,
            "to": None,
            "grade": "A",
        }
        told = body if role == "inspector" else s.m.approved("role.grant", body, [s.bea, s.max], None)
        code = "APPROVED" if role == "inspector" else None
        s.m.entry("role.grant", f"role/{s.lea.uid}", s.bea, sess="s_four", why="MORE", body=told, code=code)
        s.lea.role = role
        s.m.open(s.lea, "s_lea")
        s.m.entry(act, f"person/{s.lea.pid}", s.lea, sess="s_lea")

    return story


def opens_and_closes(s: OneLog) -> None:
    s.m.open(s.tom, "s_tom")
    s.m.close(s.tom, "s_tom")
    s.m.entry("person.note", f"person/{s.lea.pid}", s.tom, sess="s_tom")


def disabled(*, again: bool) -> Story:
    """QA takes Tom's account away, perhaps gives it back; then he signs."""

    def story(s: OneLog) -> None:
        account = f"account/{s.tom.uid}"
        for state in ("active", "disabled", *(("active",) if again else ())):
            s.m.entry("account.set", account, s.bea, sess="s_four", why="LEFT", after={"state": state})
        s.corrects(who=s.tom, sess=None)

    return story


@pytest.mark.req("R-SEC-03", "R-SIG-05")
@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (disabled(again=False), "RBAC: the account is disabled"),
        (opens_and_closes, "SIG_ACTOR: no such open session"),
        (noted(by__sess="s_none"), "SIG_ACTOR: no such open session"),
        (noted(by__sess=None), "SIG_ACTOR: no such open session"),
        (noted(by__uid="u_nobody"), "SIG_ACTOR: no such open session"),
        (noted(by__role="trainer"), "RBAC: u_beabeabeabeabeab is not trainer here"),
        (noted(scope__dept="qc"), "RBAC: scope.dept is not the row's"),
        (noted(scope__site="elsewhere"), "RBAC: u_beabeabeabeabeab is not qa here"),
        (noted({"by": {"uid": "sys", "sess": None, "role": "system"}}), "RBAC: a machine may not"),
        (noted({"by": {"uid": "centre", "sess": "s_four", "role": "system"}}), "RBAC: a machine may not"),
        (granted("inspector", "person.note"), "RBAC: inspector does person.note"),
        (granted("admin", "person.note"), "RBAC: admin does person.note"),
        (alters(puts(scope__dept="prod")), "RBAC: scope.dept is not the row's"),
        (command({"why": {"code": "OTHER", "text": None}}), "SIG_SUBJECT: another command's entry is covered"),
        (command({"ts__utc": "2026-11-23T05:00:00.000Z"}), "SIG_SUBJECT: another command's entry is covered"),
        (command({"by__sess": None}), "SIG_SUBJECT: another command's entry is covered"),
        (command({}, second=RECORD), "SIG_SUBJECT: one entity twice in a command"),
        (
            lambda s: s.m.entry("record.fix", RECORD, s.bea, sess="s_four", after={"grade": "B"}),
            "SIG_BAD: changes a covered row without a signature",
        ),
    ],
)
def test_a_broken_rule_is_seen(tmp_path: Path, story: Story, finding: str) -> None:
    found = told(tmp_path, story)
    assert finding in found, found


@pytest.mark.parametrize(
    "story", [noted(), command({}), granted("admin", "account.note"), disabled(again=True)]
)
def test_what_is_allowed_is_not_found(tmp_path: Path, story: Story) -> None:
    assert {one for one in told(tmp_path, story) if one.startswith(("RBAC", "SIG_"))} == set()


@pytest.mark.parametrize(
    ("done", "why", "late"),
    [
        ("2026-11-20T05:00:00.000Z", None, True),
        ("2026-11-20T05:00:00.000Z", "LATE", False),
        ("2026-11-22T06:00:00.000Z", None, False),
    ],
)
def test_more_than_a_day_late_needs_a_reason(tmp_path: Path, done: str, why: str | None, *, late: bool) -> None:
    def story(s: OneLog) -> None:
        s.m.entry("person.note", f"person/{s.lea.pid}", s.bea, sess="s_four", after={"done": done}, why=why)
        s.m.rows["person", s.lea.pid].pop("done")

    assert ("ENTRY_SCHEMA: late without why" in told(tmp_path, story)) is late
