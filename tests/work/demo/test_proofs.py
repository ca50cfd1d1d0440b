"""The end of the demo: tampering is done on a copy, and each damage is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.faults import Fault
from app.work.demo.proofs import DAMAGES, prove
from app.work.demo.stage import Stage
from tests.work.seeing import tree


@pytest.mark.req("R-AUD-07")
def test_every_damage_is_seen_and_the_site_itself_is_left_alone(stage: Stage) -> None:
    before = tree(stage.site)
    steps = list(prove(stage))
    assert [step.title for step in steps] == ["verified", *["tampered"] * len(DAMAGES), "still_sound"]
    for step, (name, _, code) in zip(steps[1:-1], DAMAGES, strict=True):
        assert (
            step.evidence["damage"] == name and code in step.evidence["findings"] and step.evidence["exit"] == 1
        )
    assert steps[0].evidence["findings"] == steps[-1].evidence["findings"] == 0
    assert tree(stage.site) == before


@pytest.mark.req("R-AUD-07")
def test_a_site_that_is_damaged_already_stops_the_proof(stage: Stage) -> None:
    document = next(path for path in (stage.site / "files").glob("*/*") if path.is_file())
    document.write_bytes(b"another")
    with pytest.raises(Fault) as told:
        next(iter(prove(stage)))
    assert told.value.code == "demo.stopped" and isinstance(stage.site, Path)
