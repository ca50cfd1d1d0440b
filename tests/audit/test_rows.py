"""The one judge of an entry with a row: each kind of rule broken once, and a sound history that it has nothing to say of."""

from __future__ import annotations

from typing import Any

import pytest
from fabricated_site import Site
from msgspec.structs import replace
from piecewise import believed_of, lines_of, site_of
from telling import RECORD, OneLog, Story, alters, bends, puts

from app.audit.arrived import _cover
from app.audit.findings import Findings
from app.audit.fold import Fold, Graph, Line
from app.audit.rows import RowJudge

Change = dict[str, Any]


def judged(site: Any, *, several: bool = False) -> tuple[set[str], RowJudge]:
    """`CODE: note` of all entries with a row, judged in the order of time; data keys are held."""
    lines, found = lines_of(site), Findings()
    known = believed_of(lines)
    known.personal.hold([(pid, 1, dek) for pid, dek in site.m.deks.items()], found)
    fold: Fold = Graph(known.standing.order.before) if several else Line(site.m.one.log)
    covers = {
        log: _cover([line for line in lines if line[0].log == log]) for log in (m.log for m in machines(site))
    }
    judge = RowJudge(known.standing, known.personal, covers, fold, found, settled=True)
    for e, raw in sorted(lines, key=lambda line: line[0].ts.hlc) if several else lines:
        if e.chg or e.ent.t in ("record", "person"):
            judge.judge(e.log, e.seq, e, raw)
    return {f"{row.code}: {row.note}" for row in found.rows()}, judge


def machines(site: Any) -> list[Any]:
    return [m for m in (site.m.one, site.m.two) if m.raws]


def told(story: Story | None) -> set[str]:
    return judged(site_of(story))[0]


def test_a_sound_history_is_sound_and_signatures_took_their_time() -> None:
    found, judge = judged(site_of())
    assert found == set()
    assert judge.seconds > 0


def test_two_logs_are_judged_with_a_fold_of_several() -> None:
    """The second log's entry lies behind what it has not seen: the fold must know which."""
    assert judged(site_of(kind=Site), several=True)[0] == set()


def changes(act: str, ent: str, after: Change, **more: Any) -> Story:
    """Bea changes a row."""
    return lambda s: s.m.entry(act, ent, s.bea, **{"sess": "s_four", "after": after, **more})


def settles(name: str, value: int) -> Story:
    return changes("setting.sign", f"setting/{name}", {"value": value}, code="APPROVED", why="X")


def respelt(s: OneLog) -> None:
    s.corrects()
    s.m.one.raws.append(s.m.one.raws.pop().replace(b'{"act":', b'{"act": ', 1))


@pytest.mark.req("R-SEC-03", "R-SIG-05")
@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (respelt, "ENTRY_NONCANON: "),
        (alters(puts(why=None)), "ENTRY_SCHEMA: why is missing"),
        (alters(puts(ent__base=["A" * 43])), "BEFORE_MISMATCH: base is not the heads"),
        (alters(puts(ent__base=["B" * 43, "A" * 43])), "ENTRY_SCHEMA: base"),
        (alters(puts(post="A" * 43)), "POST_MISMATCH: "),
        (lambda s: s.corrects(code=None), "SIG_BAD: missing or unparsable"),
        (bends(puts(head__n=0)), "SIG_POSITION"),
        (alters(puts(by__role="trainer")), "RBAC: u_beabeabeabeabeab is not trainer here"),
        (changes("record.fix", RECORD, {"grade": "B"}), "SIG_BAD: changes a covered row without a signature"),
        (lambda s: s.corrects(after={"decision": "APPROVED"}), "RBAC: decision under CORRECTED"),
        (changes("person.fix", "person/p_x", {"name_j": "Lea"}), "ENVELOPE_BAD: name_j"),
    ],
)
def test_a_broken_rule_is_said(story: Story, finding: str) -> None:
    found = told(story)
    assert any(one == finding or one.startswith(f"{finding}: ") for one in found), found


def test_an_envelope_of_another_row_does_not_open() -> None:
    def story(s: OneLog) -> None:
        box = s.m.envelope(s.lea.pid, "person|p_elsewhere|name_j", "Léa")
        changes("person.fix", f"person/{s.lea.pid}", {"name_j": box})(s)

    assert told(story) == {"ENVELOPE_BAD: name_j"}


@pytest.mark.parametrize(("hours", "late"), [(None, True), (100, False)])
def test_the_site_says_how_late_is_late(hours: int | None, *, late: bool) -> None:
    def story(s: OneLog) -> None:
        if hours is not None:
            settles("late_h", hours)(s)
        changes("person.note", f"person/{s.lea.pid}", {"done": "2026-11-20T05:00:00.000Z"})(s)

    assert ("ENTRY_SCHEMA: late without why" in told(story)) is late


def begins(needs: str, *, qa_approves: bool = False) -> Story:
    """Lea begins a record of a requirement that asks for reading."""

    def story(s: OneLog) -> None:
        changes("requirement.sign", "requirement/q_1", {"kind": "read"}, code="APPROVED", why="X")(s)
        if qa_approves:
            settles("qa_approves", 1)(s)
        s.m.open(s.lea, "s_lea")
        ts = s.m.times()
        row = {"pid": s.lea.pid, "req": "q_1", "kind": "read", "needs": needs, "learned": ts["utc"]}
        s.m.entry(
            "record.sign",
            "record/r_new0000000000000",
            s.lea,
            sess="s_lea",
            code="TRAINED",
            after={**row, "learned_by": s.lea.uid},
            ts=ts,
        )

    return story


@pytest.mark.req("R-SIG-16")
@pytest.mark.parametrize(
    ("story", "fit"),
    [
        (begins("learner"), True),
        (begins("trainer"), False),
        (begins("learner", qa_approves=True), False),
        (begins("learner qa", qa_approves=True), True),
    ],
)
def test_a_new_record_has_the_steps_of_its_requirement(story: Story, *, fit: bool) -> None:
    assert ("RBAC: the steps are not the requirement's" not in told(story)) is fit


def test_whatever_an_entry_raises_is_a_finding_there() -> None:
    site = site_of(lambda s: s.corrects())
    lines, found = lines_of(site), Findings()
    known = believed_of(lines)
    judge = RowJudge(known.standing, known.personal, {}, Line(site.m.one.log), found, settled=True)
    e, raw = next(line for line in reversed(lines) if line[0].sig is not None)
    for odd in (
        replace(e, chg=[["a"]]),
        replace(e, chg=7),
        replace(e, ts=None),
        replace(e, ent=replace(e.ent, base=3)),
    ):
        judge.judge("l", 4, odd, raw)
    assert {(row.code, row.log, row.seq) for row in found.rows()} >= {("ENTRY_SCHEMA", "l", 4)}
    assert found.errors >= 4
