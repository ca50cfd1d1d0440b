"""A site meets the real centre beside it: sends, is received, and the same again with its second device."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.codec import parse
from app.base.faults import Fault
from app.store import outbox
from app.wiring.embedded import Embedded, introduce, start_embedded
from app.wiring.sending import send_to
from app.work.care import check_site
from app.work.ceremony import signer_of_session
from app.work.courier import Patience
from app.work.demo.stage import Stage
from app.work.sign import Signer
from app.work.sync import SyncReport, sync_counts
from tests.work.onstage import QA, copied

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stage(demo_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    """A copy of the demo."""
    made = copied(demo_dir, tmp_path)
    yield made
    made.close()


def started(stage: Stage) -> Embedded:
    """The centre beside the copy."""
    return start_embedded(stage.cast.folder / "centre", "centre.example", "eu", stage.cast.clock)


def introduced(stage: Stage, centre: Embedded) -> Path:
    """QA signs in and records the centre; the trust bundle as a file."""
    office, given = stage.enter(QA), stage.cast.typed(QA)
    signer = signer_of_session(office, given)
    assert isinstance(signer, Signer)
    bundle = introduce(office, centre, "IE", signer, given)
    assert isinstance(bundle, str), bundle
    path = stage.cast.folder / "trust.jws"
    path.write_text(bundle)
    return path


def receipts(stage: Stage) -> int:
    """How many receipts the demo filed already."""
    with stage.office.store.read() as tx:
        return len(list(outbox.receipts(tx)))


def outside(stage: Stage) -> dict[str, object]:
    """What the program that was written from the formats alone says."""
    reader = ROOT / "tests" / "outside" / "reader.py"
    ran = subprocess.run(
        [sys.executable, str(reader), "--json", str(stage.cast.folder)],
        cwd=reader.parent, capture_output=True, timeout=300,
    )  # fmt: skip
    told: dict[str, object] = parse(ran.stdout)
    return told


@pytest.mark.req("R-SYN-01", "R-SYN-03", "R-SYN-05")
def test_the_demo_is_received_and_verifies_inside_and_outside(stage: Stage) -> None:
    centre = started(stage)
    try:
        trust = introduced(stage, centre)
        held = receipts(stage)
        report = send_to(stage.office, centre.address, centre.ca)
        assert isinstance(report, SyncReport), report
        assert (report.counts.here, report.counts.received) == (0, stage.office.tail.n)
        stage.leave()
    finally:
        centre.stop()
    told = check_site(stage.site, stage.secrets(), stage.cast.typed(QA), trust)
    assert (told.findings, told.counts.receipts) == ((), held + report.batches)
    read = outside(stage)
    assert (read["ok"], read["findings"]) == (True, [])
    assert read["counts"]["receipts"] == held + report.batches  # type: ignore[index]


@pytest.mark.req("R-SYN-05")
def test_a_centre_that_was_started_again_goes_on(stage: Stage) -> None:
    centre = started(stage)
    introduced(stage, centre)
    assert isinstance(send_to(stage.office, centre.address, centre.ca), SyncReport)
    centre.stop()
    with pytest.raises(Fault) as caught:
        send_to(stage.office, centre.address, centre.ca, patience=Patience(tries=1))
    assert caught.value.code == "centre.unreachable"
    stage.leave()
    stage.enter(QA)
    again = started(stage)
    try:
        report = send_to(stage.office, again.address, again.ca)
        assert isinstance(report, SyncReport)
        assert report.received == 2
        assert sync_counts(stage.office).here == 0
    finally:
        again.stop()
