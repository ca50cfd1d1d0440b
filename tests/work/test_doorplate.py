"""What the door tells is brought up to date by whoever is inside, and stays free of persons."""

from __future__ import annotations

from app.work.demo.stage import Stage
from app.work.doorplate import hang_doorplate
from app.work.glance import Outside, read_glance
from tests.work.onstage import TRAINER


def test_the_doorplate_tells_what_waits_and_keeps_the_rest(stage: Stage) -> None:
    office = stage.enter(TRAINER)
    hang_doorplate(office, verified={"utc": "2026-11-20T08:00:00.000Z", "n": 3398})
    told = read_glance(office.folder, office.ds)
    assert told["contact"] == "QA on call, extension 4410" and told["waiting"] >= 1
    outside = Outside(clock=office.clock, glance=told)
    assert outside.verified() == ("20 Nov 2026, 09:00 CET (UTC+01:00)", 3398, True)
    assert not any(who["name"] in str(told) for who in stage.cast.people.values())
    stage.leave()


def test_a_verification_that_found_errors_is_not_told_as_sound(stage: Stage) -> None:
    told = {"utc": "2026-11-20T08:00:00.000Z", "n": 3398, "errors": ["STATE_DIFF"]}
    verified = Outside(clock=stage.cast.clock, glance={"verified": told}).verified()
    assert verified is not None and verified[2] is False


def test_a_verification_that_is_none_is_not_told(stage: Stage) -> None:
    for odd in (None, 7, {"utc": "yesterday", "n": 1}, {"utc": "2026-11-20T08:00:00.000Z"}):
        assert Outside(clock=stage.cast.clock, glance={"verified": odd}).verified() is None
