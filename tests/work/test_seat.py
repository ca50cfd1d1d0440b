"""Who sits here is read once, with the limits of the seat and the last time before."""

from __future__ import annotations

import pytest

from app.work.demo.stage import Stage
from app.work.seat import seat
from tests.work.onstage import TRAINER


@pytest.mark.req("R-ACC-17", "R-ACC-18")
def test_the_seat_tells_person_place_and_limits(stage: Stage) -> None:
    told = seat(stage.enter(TRAINER))
    who = stage.cast.people[TRAINER]
    assert (told.uid, told.pid, told.name, told.user) == (who["uid"], who["pid"], who["name"], TRAINER)
    assert told.role == "trainer" and told.departments == ("FIL",) and told.regions == ("eu",)
    assert (told.site, told.device, told.zone) == ("leiden", "dev1", "Europe/Amsterdam")
    assert (told.idle_ms, told.absolute_ms) == (10 * 60_000, 8 * 3_600_000)
    stage.leave()


def test_the_last_time_before_is_that_of_the_same_account(stage: Stage) -> None:
    first = seat(stage.enter(TRAINER))
    stage.leave()
    second = seat(stage.enter(TRAINER))
    stage.leave()
    assert first.before is not None and second.before is not None
    assert first.before.ms < first.since.ms <= second.before.ms + 1_000 < second.since.ms + 2_000


def test_without_anybody_there_is_no_seat(stage: Stage) -> None:
    office = stage.enter(TRAINER)
    office.session = None
    with pytest.raises(ValueError, match="nobody"):
        seat(office)
    stage.close()
