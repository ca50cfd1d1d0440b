"""What may be told of a site before sign-in, and how long a name has to wait."""

from __future__ import annotations

from app.base.words import Refused
from app.wiring.desktop import open_site
from app.wiring.place import outside_of, place_of, wait_ms
from app.work.demo.stage import Stage
from app.work.unlock import Given


def test_a_demo_tells_its_people_and_a_folder_opened_otherwise_does_not(stage: Stage) -> None:
    told = outside_of(place_of(stage.cast.folder))
    assert told.demo and len(told.people) == 6 and told.told("device") == "dev1"
    assert abs(told.now_ms() - stage.cast.clock.now().instant.ms) < 5_000


def test_the_wait_is_told_for_a_name_that_nobody_has(stage: Stage) -> None:
    place = place_of(stage.cast.folder)
    assert wait_ms(place, "nobody") == 0
    for _ in range(5):
        assert isinstance(open_site(place, Given("nobody", "x" * 20, "123456")), Refused)
    assert 14 * 60_000 < wait_ms(place, " NOBODY ") <= 15 * 60_000
    assert outside_of(place).hour_in(60_000).endswith(" CET")
