"""A small site for the readers of facts: two departments, a trainer in each, one document in two versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.base.moment import Instant, instant_at, utc_ms
from app.domain.roles import Grant
from app.domain.standing import Standing
from app.domain.who import Who
from app.store.facts import Asker
from app.store.tx import Tx
from tests.store.written import LOG, rows_of

HERE = (LOG, 1000)
SINCE = "2026-01-01T00:00:00.000Z"

PERSONS = {"p_ann": "FIL", "p_ben": "PKG", "p_tom": "FIL", "p_pia": "PKG", "p_qa": "QA", "p_boss": "FIL"}
"""Person → department. tom trains in FIL, pia in PKG; ann and ben learn."""

ACCOUNTS = {
    "u_ann": "p_ann",
    "u_ben": "p_ben",
    "u_tom": "p_tom",
    "u_pia": "p_pia",
    "u_qa": "p_qa",
    "u_boss": "p_boss",
}

V6 = {
    "id": "d_6",
    "number": "SOP-1",
    "ver": "6",
    "approved": "2026-01-01",
    "effective": SINCE,
    "ended": "2026-11-01T00:00:00.000Z",
    "state": "Superseded",
}
V7 = {
    "id": "d_7",
    "number": "SOP-1",
    "ver": "7",
    "approved": "2026-10-01",
    "effective": V6["ended"],
    "state": "Effective",
}
READ = {"id": "q_read", "code": "RQ-1", "curriculum": "c_1", "kind": "read", "number": "SOP-1"}
OJT = {"id": "q_ojt", "code": "RQ-2", "curriculum": "c_1", "kind": "ojt", "number": "SOP-1", "after": "q_read"}
FREE = {"id": "q_free", "code": "RQ-3", "curriculum": "c_1", "kind": "ojt", "subject": "Gowning"}


def at(day: str) -> Instant:
    """Noon of a day."""
    return instant_at(utc_ms(f"{day}T12:00:00.000Z"), "Europe/Amsterdam")


NOW = at("2026-11-20")


def trained(id: str, pid: str, req: str, doc: str | None, day: str, **over: Any) -> dict[str, Any]:
    """A finished record."""
    row = {
        "id": id, "pid": pid, "req": req, "doc": doc, "kind": "ojt", "needs": "learner trainer", "grade": "A",
        "done": at(day).utc, "done_off": "+00:00", "done_zone": "UTC", "dept": PERSONS[pid], "valid_from": day,
        "learned": at(day).utc, "learned_by": f"u_{pid[2:]}", "taught": at(day).utc, "taught_by": "u_tom",
        "verdict": "COMPETENT",
    }  # fmt: skip
    return {column: value for column, value in {**row, **over}.items() if value is not None}


def fill(tx: Tx) -> None:
    """Write the site's rows."""
    people = (
        {"id": pid, "dept": dept, "number_j": {"$e": 1, "c": f"N-{pid}"}} for pid, dept in PERSONS.items()
    )
    rows_of(tx, "person", *people, {"id": "p_nowhere"})
    rows_of(
        tx,
        "account",
        *({"id": uid, "pid": pid, "name_j": {"$e": 1, "c": uid[2:]}} for uid, pid in ACCOUNTS.items()),
    )
    rows_of(tx, "document", V6, V7)
    rows_of(tx, "requirement", READ, OJT, FREE)
    rows_of(tx, "curriculum", {"id": "c_1", "code": "CUR-1"})
    rows_of(tx, "job", {"id": "j_1", "code": "FILLER"})
    rows_of(tx, "assignment", {"id": "a_1", "job": "j_1", "curriculum": "c_1", "valid_from": "2026-01-01"})
    rows_of(tx, "posting", {"id": "o_1", "pid": "p_ann", "job": "j_1", "valid_from": "2026-01-01", "main": 1})


def grant(uid: str, role: str, dept: str | None, **over: Any) -> Grant:
    """A grant of this site, open from the beginning of the year."""
    known = {"site": "leiden", "start": SINCE, "end": None, "grade": None, "place": (LOG, 10)}
    return Grant(**{**known, "uid": uid, "role": role, "dept": dept, **over})


GRANTS = (
    grant("u_ann", "learner", "FIL"),
    grant("u_ben", "learner", "PKG"),
    grant("u_tom", "trainer", "FIL"),
    grant("u_pia", "trainer", "PKG"),
    grant("u_qa", "qa", None),
    grant("u_boss", "manager", "FIL"),
)


def standing(*more: Grant, keyed: Mapping[str, str] = ACCOUNTS) -> Standing:
    """Everybody of `keyed` with a key; the grants above, and more."""
    found = Standing()
    for seq, (uid, pid) in enumerate(keyed.items()):
        found.keys.enrol({"uid": uid, "pid": pid, "jkt": f"k{uid}", "jwk": {}, "hpk": "h"}, (LOG, seq))
    for one in (*GRANTS, *more):
        found.roles.grant(one)
    return found


def opened(t: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its pretended envelopes opened."""
    return {
        c.removesuffix("_j") if c.endswith("_j") else c: v["c"] if c.endswith("_j") else v
        for c, v in row.items()
    }


def asker(uid: str, role: str, known: Standing | None = None, now: Instant = NOW) -> Asker:
    """`uid` asking in `role`, with the grants of it that are in force."""
    found = known or standing()
    grants = [one for one in found.roles.in_force(uid, HERE, now.utc) if one.role == role]
    who = Who(uid=uid, pid=found.keys.person(uid), role=role, lvl="full", sess="s_1")
    return Asker(
        who=who, grants=tuple(grants), now=now, here=HERE, standing=found, opened=opened, site="leiden",
        clock_doubt=False,
    )  # fmt: skip
