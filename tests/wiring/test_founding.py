"""`init` itself is tried in tests/test_cli_founding.py; here: when three are not three people, and what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.words import Refused
from app.proof import totp
from app.wiring.founding import KEYS, _shown_once, _twice
from app.work.found import FOUNDERS
from tests.work.founded import PLAN, Small


@pytest.mark.req("R-SEC-04")
def test_three_different_people_are_three() -> None:
    assert _twice(PLAN.founders) is None and len(KEYS) == len(FOUNDERS) == 3


@pytest.mark.req("R-ACC-02")
@pytest.mark.parametrize("name", ["anna", "ANNA", " Ａｎｎａ "])
def test_one_user_name_in_two_spellings_is_not_two(name: str) -> None:
    one, two, three = PLAN.founders
    refused = _twice([one, two, replace(three, username=name)])
    assert refused is not None and refused.code == "account.name_taken"


def test_one_employee_number_is_one_person_and_a_refusal_is_passed_over() -> None:
    one, two, three = PLAN.founders
    refused = _twice([one, replace(two, number=one.number), three])
    assert refused is not None and refused.code == "register.twice"
    assert _twice([one, Refused("password.common"), three]) is None


@pytest.mark.req("R-SEC-04")
def test_what_is_shown_once_is_enough_to_sign_in_and_to_recover(tmp_path: Path) -> None:
    small = Small(tmp_path)
    told = _shown_once(small.made, PLAN)
    assert [one["role"] for one in told["people"]] == list(FOUNDERS)
    assert totp.from_base32(told["people"][0]["totp"]) == small.made.people[0].seed
    assert told["people"][0]["uri"].startswith("otpauth://totp/") and len(told["shares"]) == 3
    text = "\n".join(told["text"])
    for shown in (small.made.genesis, small.made.root, *small.made.shares, *small.made.people[2].codes):
        assert shown in text
