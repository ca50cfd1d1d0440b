"""What comes down the line: forgeries are kept and told and stop no log, and they do not fill the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.proof.batch import make_batch, read_batch
from app.proof.device import new_device
from app.proof.notes import sign_checkpoint
from app.work.care import check_site
from app.work.login import sign_out
from app.work.quarantine import MOST, evidence
from tests.work.linked import Linked, Second


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    """Two devices; both are signed out and met the centre."""
    linked = Linked(tmp_path)
    made = Second(linked)
    for office in (made.office, linked.office):
        sign_out(office)
        linked.sync(office)
    yield made
    made.close()
    linked.close()


def made_up(second: Second, log: str, *entries: bytes, first: int = 0) -> bytes:
    """A batch of a log, under a key that is no device's."""
    device = new_device(os.urandom)
    note = sign_checkpoint(log, first + len(entries), bytes(32), device.ed25519)
    return make_batch(
        entries, id="b", log=log, first=first, prev=bytes(32), cp=note, region="eu", key=device.p256
    )


def put(second: Second, data: bytes, receipt: str | None = None) -> None:
    """A centre that passes it on, countersigned by itself unless told otherwise."""
    centre = second.linked.centre
    true = centre.receipt(read_batch(data), len(centre.feed) + 1) if receipt is None else receipt
    centre.feed.append((data, true))


@pytest.mark.req("R-SYN-02", "R-SYN-03")
@pytest.mark.parametrize("own", [True, False], ids=["own-log", "other-log"])
def test_what_no_device_sealed_stops_no_log_and_is_kept(second: Second, own: bool) -> None:
    linked = second.linked
    log = linked.office.tail.log if own else second.log
    data = made_up(second, log, b'{"made":"up"}')
    put(second, data)
    report = linked.sync()
    assert (report.forged, report.forks) == (1, ())
    assert "RCPT_MISMATCH" in linked.office.alerts
    folder = linked.small.site / "quarantine"
    assert [path.read_bytes() for path in folder.glob("*.forged")] == [data]
    second.office.close()
    second.office = second.enter()
    sign_out(second.office)
    linked.sync(second.office)
    assert linked.sync().taken > 0


@pytest.mark.req("R-SYN-02", "R-SYN-03")
def test_a_false_receipt_and_a_torn_batch_are_kept_and_told(second: Second) -> None:
    linked = second.linked
    whole, receipt = linked.centre.feed[-1]
    put(second, whole, receipt[:-8] + "AAAAAAAA")
    put(second, whole[:-9], receipt)
    assert linked.sync().forged == 2
    assert {one.code for one in evidence(linked.small.site)} == {"RCPT_MISMATCH"}
    second.office.close()
    linked.office.close()
    report = check_site(linked.small.site, linked.small.secrets(), linked.small.typed("carla"), None)
    assert [one.code for one in report.findings] == ["RCPT_MISMATCH"] * 2


@pytest.mark.req("R-SYN-02")
def test_a_flood_of_forgeries_does_not_fill_the_disk(second: Second) -> None:
    linked, log = second.linked, second.log
    for place in range(MOST + 8):
        put(second, made_up(second, log, b'{"n":%d}' % place))
    assert linked.sync().forged == MOST + 8
    assert len(evidence(linked.small.site)) == MOST
    # They come again with every meeting; none is kept twice.
    assert linked.sync().forged == MOST + 8
    assert len(evidence(linked.small.site)) == MOST
