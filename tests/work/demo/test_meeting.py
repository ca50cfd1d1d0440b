"""The demo's second place: what it received is what the site sent, and without a centre the story stops."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.proof import trust
from app.store import outbox
from app.work.demo.meeting import meet
from app.work.demo.stage import Stage
from app.work.sync import sync_counts
from tests.work.onstage import QA


def test_without_a_centre_the_story_stops(stage: Stage) -> None:
    with pytest.raises(Fault) as told:
        next(meet(stage))
    assert told.value.about == {"reason": "centre"}


@pytest.mark.req("R-SYN-03", "R-SYN-05")
def test_what_was_recorded_up_to_the_meeting_is_received(stage: Stage) -> None:
    office = stage.enter(QA)
    with office.store.read() as tx:
        held = list(outbox.receipts(tx))
    counts = sync_counts(office)
    assert sorted(one.pos for one in held) == list(range(1, len(held) + 1))
    assert len({one.inc for one in held}) == 1 and not any(one.prov for one in held)
    # The session that printed, and this one.
    assert counts.received > 3000 and counts.here == 3


@pytest.mark.req("R-SYN-01")
def test_the_bundle_of_the_demo_names_its_centre(demo_dir: Path) -> None:
    told = trust.read((demo_dir / "trust.jws").read_text(encoding="ascii").strip())
    assert [one.name for one in told.centres] == ["centre.example"]
    lines = (demo_dir / "centre" / "centre.log").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 10 and all(json.loads(line)["event"] for line in lines)
