"""The first day: what is handed out is enough to come in, and nobody opens an account of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.proof import totp
from app.work.firstday import first_day, handouts, same_twice
from app.work.login import sign_out
from tests.work.founded import PLAN, Small


@pytest.mark.req("R-SEC-04")
def test_a_handout_holds_what_its_founder_needs(tmp_path: Path) -> None:
    small = Small(tmp_path)
    one = handouts(PLAN, small.made)[0]
    assert totp.from_base32(one.seed) == small.made.people[0].seed and one.codes == small.made.people[0].codes
    assert (
        one.uri.startswith("otpauth://totp/") and len(one.qr) == len(one.qr[0]) and one.name == "Anna van Test"
    )
    assert repr(one) == f"Handout({one.uid})"


@pytest.mark.req("R-ACC-01")
def test_two_of_the_three_enter_everybody(tmp_path: Path) -> None:
    small = Small(tmp_path)
    for n, name in enumerate(("anna", "bram")):
        office = small.enter(name)
        assert first_day(office, small.made, PLAN.founders, n) is None
        sign_out(office)
        office.close()


@pytest.mark.req("R-ACC-02")
def test_somebody_twice_is_not_two(tmp_path: Path) -> None:
    one, two, _three = PLAN.founders
    assert same_twice((one, two)) is None and same_twice((one, one)) is not None
