"""A folder is carried between device and centre: what is in it when it comes back counts, and no more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.base.words import Refused
from app.store import history
from app.work.folderpost import FolderCourier, carry
from app.work.login import sign_out
from app.work.sync import SyncReport, sync_once
from tests.work.linked import Linked, Second


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A site that reaches its centre by a folder only."""
    made = Linked(tmp_path)
    yield made
    made.close()


def meet(linked: Linked, stick: Path) -> SyncReport:
    """The device and the folder."""
    answer = sync_once(linked.office, FolderCourier(stick))
    assert isinstance(answer, SyncReport), answer
    return answer


def to_and_fro(linked: Linked, stick: Path) -> SyncReport:
    """There and back once: whatever waits goes together."""
    assert meet(linked, stick).on_way
    assert carry(stick, "site", linked.courier) == len(list(stick.rglob("back/*.receipt")))
    report = meet(linked, stick)
    assert not report.on_way
    return report


@pytest.mark.req("R-SYN-05")
def test_a_batch_on_its_way_is_not_received(linked: Linked, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    assert carry(stick, "site", linked.courier) == 0
    report = meet(linked, stick)
    assert (report.on_way, report.counts.received) == (True, 0)
    assert linked.centre.logs == {}
    assert meet(linked, stick).on_way


@pytest.mark.req("R-SYN-05")
def test_the_folder_brings_every_receipt(linked: Linked, tmp_path: Path) -> None:
    report = to_and_fro(linked, tmp_path / "stick")
    assert (report.counts.here, report.counts.received) == (0, linked.office.tail.n)
    assert list((tmp_path / "stick").rglob("*.batch"))
    assert not list((tmp_path / "stick").rglob("out/*.batch"))


@pytest.mark.req("R-SYN-05")
def test_a_lost_folder_loses_nothing(linked: Linked, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    meet(linked, stick)
    shutil.rmtree(stick)
    assert to_and_fro(linked, stick).counts.here == 0


@pytest.mark.req("R-SYN-03")
def test_a_receipt_that_was_written_into_the_folder_is_refused(linked: Linked, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    meet(linked, stick)
    out = next(stick.rglob("out/*.batch"))
    (out.parents[1] / "back").mkdir()
    (out.parents[1] / "back" / f"{out.stem}.receipt").write_text("received, honestly")
    answer = sync_once(linked.office, FolderCourier(stick))
    assert isinstance(answer, Refused)
    assert answer.code == "sync.receipt_false"


@pytest.mark.req("R-SYN-03")
def test_other_devices_come_by_folder_too(linked: Linked, tmp_path: Path) -> None:
    second, stick = Second(linked), tmp_path / "stick"
    linked.change(second.office, 48, "bram")
    for office in (second.office, linked.office):
        sign_out(office)
    linked.sync(second.office)
    to_and_fro(linked, stick)
    with linked.office.store.read() as tx:
        assert history.size(tx, second.log) == second.office.tail.n
    second.close()


def test_a_no_of_the_centre_comes_back_to_whoever_carries(linked: Linked, tmp_path: Path) -> None:
    meet(linked, tmp_path / "stick")
    linked.centre.before = lambda _verb, _path: (403, b'{"code":"site_unknown"}', {})
    assert carry(tmp_path / "stick", "site", linked.courier) == Refused(
        "centre.refused", {"status": 403, "code": "site_unknown"}
    )


def test_a_folder_that_can_not_be_is_a_fault(linked: Linked, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault) as caught:
        sync_once(linked.office, FolderCourier(tmp_path / "file"))
    assert caught.value.code == "centre.unreachable"
