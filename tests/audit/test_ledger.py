"""What is asked of all tokens together: ids, ceremonies, sheets, ends, appointments."""

from __future__ import annotations

from typing import Any

import pytest

from app.audit import ledger
from app.audit.findings import Findings
from app.audit.landmarks import Landmarks
from app.audit.personal import Personal
from app.audit.signatures import Used
from app.audit.tokens import Sheet
from app.base.codec import b64u
from app.proof.merkle import root_of

LEAVES = [bytes([i]) * 32 for i in range(3)]
ROOT = b64u(root_of(LEAVES))


def used(seq: int, **more: Any) -> Used:
    told = {
        "place": ("l", seq), "hlc": (seq, 0), "entity": "record/r", "sid": f"sid{seq}", "uid": "u", "role": "qa", "kid": "k",
        "code": "APPROVED", "sess": "s", "lvl": "password", "k": seq, "login_first": False, "sheet": None, "subject": b"",
        "first": seq,
    }  # fmt: skip
    return Used(**{**told, **more})


OPEN = used(0, code="", k=0, lvl="full")
FIRST = used(1, lvl="full")


def sheet(at: int, **more: Any) -> Used:
    told = {"id": "sh", "i": at, "n": 3, "root": ROOT, "opened": None}
    return used(2 + at, k=2, sheet=Sheet(**{**told, **more}), subject=LEAVES[at])


def known() -> Landmarks:
    return Landmarks(Personal(), Findings(), lambda _key, _at: None, {})


def codes(rows: list[Used], landmarks: Landmarks | None = None) -> list[str]:
    found = Findings()
    ledger.settle(rows, landmarks or known(), [], found)
    return [row.code for row in found.rows()]


def test_ceremonies_count_from_one_and_a_sheet_shares_one() -> None:
    assert codes([OPEN, FIRST, used(2), used(3)]) == []
    assert codes([OPEN, FIRST, sheet(0), sheet(1), sheet(2), used(5, k=3)]) == []


@pytest.mark.parametrize(
    "rows",
    [
        [OPEN, FIRST, used(2, k=3)],
        [OPEN, FIRST, used(2, k=1)],
        [OPEN, used(1, lvl="password")],
        [used(1, lvl="full")],
        [OPEN, FIRST, used(2, sess="other")],
    ],
)
def test_another_count_or_level_is_the_actors(rows: list[Used]) -> None:
    assert set(codes(rows)) == {"SIG_ACTOR"}


def test_login_may_count_as_the_first_signing() -> None:
    assert codes([OPEN, used(1, lvl="password", login_first=True)]) == []


@pytest.mark.parametrize(
    "rows",
    [
        [sheet(0), sheet(1)],
        [sheet(1), sheet(0, i=1), sheet(2)],
        [sheet(0), sheet(1, root=b64u(bytes(32))), sheet(2)],
        [sheet(0), sheet(1), sheet(2, n=4)],
        [sheet(0), sheet(1)._replace(code="REJECTED"), sheet(2)],
        [sheet(0), sheet(1)._replace(utc="later"), sheet(2)],
        [sheet(0), sheet(1)._replace(first=4), sheet(2)],
        [sheet(0), sheet(1)._replace(subject=LEAVES[0]), sheet(2)],
    ],
)
def test_a_sheet_that_is_not_whole_is_the_subjects(rows: list[Used]) -> None:
    assert "SIG_SUBJECT" in codes([OPEN, FIRST, *rows])


def test_a_sid_is_used_once() -> None:
    assert codes([OPEN, FIRST, used(2, sid="sid1")]) == ["SIG_POSITION"]


def test_beyond_a_revoked_devices_last_entry_and_after_the_first_competent() -> None:
    landmarks = known()
    landmarks.standing.cut["l"] = 2
    assert codes([OPEN, FIRST, used(2)], landmarks) == ["SIG_KEY_RETIRED"]
    landmarks = known()
    landmarks.appointed = [(("l", 9), (9, 0), "role/u"), (("l", 1), (1, 0), "role/v")]
    assert codes([OPEN, FIRST, used(2, code="COMPETENT")], landmarks) == ["RBAC"]
