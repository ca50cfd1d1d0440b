"""Which columns of a covered row a meaning lets change: each rule kept once and broken once."""

from __future__ import annotations

from typing import Any

import pytest

from app.audit.columns import faults, steps_fit
from app.audit.fold import Step
from app.base.codec import pack
from app.base.entry import Entry, read

Row = dict[str, Any]
LEARNER = {"learned": "2026-11-23T05:00:00.000Z", "learned_by": "u_lea"}
TRAINED = {"pid": "p_lea", "req": "q_one", "doc": "d_one", "kind": "ojt", "needs": "learner trainer", **LEARNER}
JUDGED = {"taught": "2026-11-23T05:00:00.000Z", "taught_by": "u_tom", "verdict": "COMPETENT"}


def entry(
    chg: Row, *, t: str = "record", by: str = "u_tom", role: str = "trainer", sig: str | None = "a.b.c"
) -> Entry:
    """An entry that changes these columns from nothing."""
    return read(pack({
        "v": 1, "log": "l", "seq": 7, "prev": "", "act": f"{t}.sign", "sig": sig, "app": "0", "sch": 1, "why": None,
        "ts": {"utc": "", "off": "", "zone": "", "hlc": "", "boot": "", "up": 0, "clk": "ok"}, "body": None, "post": None,
        "by": {"uid": by, "sess": None, "role": role}, "scope": {"site": "s", "dept": None},
        "ent": {"t": t, "id": "x", "base": []}, "chg": [[c, None, v] for c, v in sorted(chg.items())],
    }))  # fmt: skip


def told(chg: Row, code: str, before: Row | None = None, **more: Any) -> list[str]:
    after = {**(before or {}), **chg}
    return list(faults(entry(chg, **more), Step(before, after, (), -1), code))


@pytest.mark.req("R-SIG-14", "R-SIG-16")
@pytest.mark.parametrize(
    ("chg", "code", "more"),
    [
        (TRAINED, "TRAINED", {"by": "u_lea", "role": "learner"}),
        ({**JUDGED, "valid_to": "2027-11-23"}, "COMPETENT", {"before": TRAINED}),
        ({"taught": "x", "taught_by": "u_tom"}, "TAUGHT", {"before": TRAINED}),
        ({"grade": "B"}, "CORRECTED", {"before": TRAINED, "sig": None}),
        ({**TRAINED, **JUDGED, "grade": "D"}, "APPROVED", {"role": "qa", "sig": None}),
        ({"title": "x"}, "APPROVED", {"t": "document", "role": "qa"}),
        ({"void": 1}, "VOIDED", {"t": "document", "role": "qa"}),
        ({"fte": 1}, "ACKNOWLEDGED", {"t": "person"}),
    ],
)
def test_what_a_step_may_change(chg: Row, code: str, more: Row) -> None:
    assert told(chg, code, **more) == []


@pytest.mark.req("R-SIG-14", "R-SIG-16")
@pytest.mark.parametrize(
    ("chg", "code", "more", "note"),
    [
        (JUDGED, "READ", {"by": "u_tom"}, "verdict under READ"),
        (JUDGED, "COMPETENT", {"by": "u_bea"}, "taught_by under COMPETENT"),
        (JUDGED, "NOT_YET", {}, "verdict under NOT_YET"),
        (JUDGED, "TAUGHT", {}, "verdict under TAUGHT"),
        (JUDGED, "COMPETENT", {"sig": None}, "verdict under COMPETENT"),
        (JUDGED, "COMPETENT", {"before": {"verdict": "NOT_YET"}}, "taught under COMPETENT"),
        ({"valid_to": "2099-01-01"}, "ACKNOWLEDGED", {}, "valid_to under ACKNOWLEDGED"),
        ({"valid_to": "2099-01-01"}, "READ", {}, "valid_to under READ"),
        ({"pid": "p_other"}, "APPROVED", {"role": "qa", "sig": None, "before": {}}, "pid is said once"),
        ({**TRAINED, "grade": "A"}, "APPROVED", {"role": "qa", "sig": None}, "learned under APPROVED"),
        ({"value": 0}, "ACKNOWLEDGED", {"t": "setting"}, "setting changes under APPROVED by qa"),
        ({"void": 1}, "VOIDED", {"sig": None}, "voiding"),
    ],
)
def test_what_it_may_not(chg: Row, code: str, more: Row, note: str) -> None:
    assert note in told(chg, code, **more)


def test_what_is_said_once_is_never_said_again() -> None:
    e = entry({"pid": "p_two"})
    e.chg[0] = ("pid", "p_one", "p_two")
    assert list(faults(e, Step({"pid": "p_one"}, {"pid": "p_two"}, (), -1), "CORRECTED")) == [
        "pid is said once"
    ]


def test_rivals_are_settled_as_one_of_them_had_it() -> None:
    e = entry({"verdict": "NOT_YET"}, role="qa")
    e.ent.base.extend(["a", "b"])
    e.chg[0] = ("verdict", ["COMPETENT", "NOT_YET"], "NOT_YET")
    assert list(faults(e, Step({}, {}, (), -1), "CORRECTED")) == []
    e.chg[0] = ("verdict", ["COMPETENT", None], "NOT_YET")
    assert list(faults(e, Step({}, {}, (), -1), "CORRECTED")) == ["verdict under CORRECTED"]


@pytest.mark.parametrize(
    ("row", "qa", "fits"),
    [
        ({"kind": "ojt", "needs": "learner trainer"}, False, True),
        ({"kind": "ojt", "needs": "learner trainer"}, True, False),
        ({"kind": "ojt", "needs": "learner trainer qa"}, True, True),
        ({"kind": "ojt", "needs": "learner"}, False, False),
        ({"kind": "read", "needs": "learner"}, False, False),
        ({"kind": "ojt"}, False, False),
    ],
)
def test_a_record_needs_the_steps_of_its_requirement(row: Row, *, qa: bool, fits: bool) -> None:
    assert steps_fit(row, {"kind": "ojt"}, qa_approves=qa) is fits
    assert steps_fit(row, None, qa_approves=qa)
