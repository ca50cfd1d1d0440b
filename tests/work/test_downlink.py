"""What comes down the line: forgeries are kept and told and stop no log, and they do not fill the disk."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.entry import read
from app.base.words import Refused
from app.proof.batch import make_batch, read_batch
from app.proof.device import new_device
from app.proof.notes import sign_checkpoint
from app.store import history
from app.work.care import check_site
from app.work.downlink import MOST_FORGED, MOST_WAITING, as_many
from app.work.login import sign_in, sign_out
from app.work.office import Office
from app.work.post import Delivered
from app.work.quarantine import MOST, evidence
from app.work.secretfile import FileSecrets
from app.work.sync import sync_once
from tests.work.founded import ZONE
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


def between(second: Second) -> None:
    """The second device records one more session, and brings it to the centre."""
    second.office.close()
    second.office = second.enter()
    sign_out(second.office)
    second.linked.sync(second.office)


def recorded(linked: Linked) -> None:
    """The first device records one more session."""
    linked.office.close()
    linked.office = linked.small.enter()
    sign_out(linked.office)


def leaving_out(second: Second, *places: int, end: int | None = None) -> None:
    """A centre whose feed has everything but some places, or nothing from `end` on."""
    centre = second.linked.centre

    def page(after: int) -> bytes:
        lines = b""
        for pos, (batch, receipt) in list(enumerate(centre.feed[:end], 1))[after:]:
            if pos not in places:
                told = {"pos": pos, "bytes": len(batch), "receipt": receipt}
                lines += json.dumps(told).encode() + b"\n" + batch
        last = {"next": len(centre.feed[:end]), "more": False, "inc": centre.inc}
        return lines + json.dumps(last).encode() + b"\n"

    centre.page = page  # type: ignore[method-assign]


def blocked(linked: Linked) -> list[str]:
    """What the first device recorded of meetings that went wrong."""
    with linked.office.store.read() as tx:
        found = [read(b) for _, _, b in history.landmarks(tx)]
    return [
        (e.body or {})["code"] for e in found if e.act == "sync.blocked" and e.log == linked.office.tail.log
    ]


@pytest.mark.req("R-SYN-02", "R-SYN-03")
@pytest.mark.parametrize("last", [False, True], ids=["between", "last"])
def test_a_place_that_the_centre_leaves_out_is_told(second: Second, last: bool) -> None:
    linked = second.linked
    linked.sync()
    between(second)
    hidden = len(linked.centre.feed)
    if not last:
        recorded(linked)
    leaving_out(second, hidden)
    assert linked.sync().hidden == 1
    assert "RCPT_MISMATCH" in linked.office.alerts
    assert blocked(linked) == ["feed"]
    del linked.centre.page
    assert linked.sync().hidden == 0


@pytest.mark.req("R-SYN-02")
def test_a_feed_that_ends_before_what_receipts_tell_of_is_told(second: Second) -> None:
    linked = second.linked
    linked.sync()
    between(second)
    leaving_out(second, end=len(linked.centre.feed) - 1)
    recorded(linked)
    assert linked.sync().hidden > 0
    assert blocked(linked) == ["feed"]


@pytest.mark.req("R-SYN-02")
@pytest.mark.parametrize("lie", [{"pos": 1}, {"inc": "other"}], ids=["place", "incarnation"])
def test_a_receipt_that_contradicts_another_is_no_receipt(second: Second, lie: dict[str, Any]) -> None:
    linked = second.linked
    linked.sync()
    between(second)
    data, _ = linked.centre.feed[-1]
    about = {"pos": len(linked.centre.feed), **lie}
    linked.centre.feed[-1] = (data, linked.centre.receipt(read_batch(data), **about))
    report = linked.sync()
    assert (report.taken, report.forged) == (1, 1)
    assert "RCPT_MISMATCH" in linked.office.alerts


@pytest.mark.req("R-SYN-02")
def test_an_own_receipt_with_a_place_given_out_before_is_refused(second: Second) -> None:
    linked = second.linked
    linked.sync()
    recorded(linked)
    linked.centre.lie = lambda centre, batch, _: centre.receipt(batch, 1)
    answer = sync_once(linked.office, linked.courier)
    assert isinstance(answer, Refused) and answer.code == "sync.receipt_false"


@pytest.mark.req("R-SYN-03")
def test_what_others_recorded_comes_in_when_nothing_goes_out(second: Second) -> None:
    linked = second.linked
    linked.sync()
    between(second)
    recorded(linked)
    linked.centre.before = lambda verb, _: (403, b'{"code":"no"}', {}) if verb == "PUT" else None
    answer = sync_once(linked.office, linked.courier)
    assert isinstance(answer, Refused) and answer.code == "centre.refused"
    with linked.office.store.read() as tx:
        assert history.size(tx, second.log) == second.office.tail.n


@pytest.mark.req("R-SYN-02")
def test_an_endless_feed_of_nothing_ends(second: Second) -> None:
    linked, asked = second.linked, list[str]()

    def endless(_verb: str, path: str) -> tuple[int, bytes, dict[str, str]] | None:
        after = path.partition("after=")[2].partition("&")[0]
        if not after:
            return None
        asked.append(after)
        told = {"next": int(after) + 1, "more": len(asked) < 500, "inc": linked.centre.inc}
        return 200, json.dumps(told).encode() + b"\n", {}

    linked.centre.before = endless
    linked.sync()
    assert len(asked) <= 2


@pytest.mark.req("R-SYN-02")
def test_a_feed_of_forgeries_ends_the_meeting(second: Second) -> None:
    for place in range(MOST_FORGED + 8):
        put(second, made_up(second, second.log, b'{"n":%d}' % place))
    assert MOST_FORGED <= second.linked.sync().forged < MOST_FORGED + 8


@pytest.mark.req("R-SYN-02")
def test_what_waits_is_held_up_to_a_number_of_bytes() -> None:
    quarter = bytes(MOST_WAITING // 4)
    waiting = [Delivered(pos=pos, receipt="", batch=quarter) for pos in range(1, 7)]
    assert as_many(waiting) == waiting[:4]
    assert as_many(waiting[:3]) == waiting[:3]


@pytest.mark.req("R-SYN-02")
def test_the_same_device_on_two_machines_is_kept_as_evidence(second: Second) -> None:
    linked = second.linked
    second.office.close()
    twin = second.folder.parent.with_name("twin")
    shutil.copytree(second.folder.parent, twin)
    between(second)
    secrets = FileSecrets.found(twin / "device-secret", twin / "site")
    small = linked.small
    small.clock.advance(60_000)
    office = sign_in(twin / "site", secrets, small.clock, os.urandom, small.typed("carla"), ZONE)
    assert isinstance(office, Office)
    sign_out(office)
    answer = sync_once(office, linked.courier)
    assert isinstance(answer, Refused) and answer.code == "sync.fork"
    assert "CENTRE_FORK" in office.alerts
    office.close()
    report = check_site(twin / "site", secrets, small.typed("anna"), None)
    assert "CENTRE_FORK" in {one.code for one in report.findings}
