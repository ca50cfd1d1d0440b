"""A folder is carried between device and centre: what is in it when it comes back counts, and no more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.base.codec import b64u
from app.base.faults import Fault
from app.base.words import Refused
from app.store import history
from app.work.folderpost import LARGEST, FolderCourier, carry
from app.work.login import sign_out
from app.work.post import Page
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


# ---- a folder that somebody prepared


def place_of(linked: Linked, stick: Path) -> Path:
    """Where the device's log lies in the folder."""
    return stick / "site" / b64u(linked.office.tail.log.encode("ascii"))


def bad(call: Callable[[], object]) -> str:
    """The Fault in words that a call must end with."""
    with pytest.raises(Fault) as caught:
        call()
    assert "{" not in caught.value.plain() + caught.value.what_to_do()
    return caught.value.code


def fifo(path: Path) -> None:
    """A pipe that nobody writes into: whoever reads it waits for ever."""
    os.mkfifo(path)


def endless(path: Path) -> None:
    """A link to a file without an end."""
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    """A folder where a file belongs."""
    path.mkdir()


def huge(path: Path) -> None:
    """A file that is larger than any batch, without taking room."""
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)


ODD = {fifo: "folder.odd", endless: "folder.odd", folder: "folder.odd", huge: "folder.too_large"}


@pytest.mark.req("R-SYN-05")
@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_what_is_no_plain_file_is_refused_by_the_device(
    linked: Linked, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    stick = tmp_path / "stick"
    place = place_of(linked, stick)
    place.mkdir(parents=True)
    make(place / "centre.json")
    assert bad(lambda: sync_once(linked.office, FolderCourier(stick))) == ODD[make]
    (stick / "site" / "feed").mkdir()
    make(stick / "site" / "feed" / "1.receipt")
    assert bad(lambda: FolderCourier(stick).feed("site", 0)) == ODD[make]


@pytest.mark.req("R-SYN-05")
@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_what_is_no_plain_file_is_not_carried(
    linked: Linked, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    out = place_of(linked, tmp_path / "stick") / "out"
    out.mkdir(parents=True)
    make(out / f"{'b' * 64}.batch")
    assert bad(lambda: carry(tmp_path / "stick", "site", linked.courier)) == ODD[make]
    assert linked.centre.logs == {}


@pytest.mark.req("R-SYN-05")
@pytest.mark.parametrize("name", ["feed", "LOG", "LOG/out", "LOG/back"])
def test_a_linked_folder_is_neither_read_nor_written_into(linked: Linked, tmp_path: Path, name: str) -> None:
    stick, victim = tmp_path / "stick", tmp_path / "victim"
    meet(linked, stick)
    link = stick / "site" / name.replace("LOG", place_of(linked, stick).name)
    if link.exists():
        link.rename(victim)
    victim.mkdir(exist_ok=True)
    link.symlink_to(victim)
    before = sorted(victim.rglob("*"))
    assert bad(lambda: carry(stick, "site", linked.courier)) == "folder.odd"
    assert bad(lambda: sync_once(linked.office, FolderCourier(stick))) == "folder.odd"
    assert sorted(victim.rglob("*")) == before


@pytest.mark.req("R-SYN-05")
def test_names_out_of_form_are_passed_over(linked: Linked, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    meet(linked, stick)
    log = linked.office.tail.log
    for name in (
        "not-b64!!",
        "_____w",
        b64u(b"../../x"),
        b64u(log.replace("/site/", "/other/").encode("ascii")),
    ):
        (stick / "site" / name / "out").mkdir(parents=True)
    (place_of(linked, stick) / "out" / "notes.batch").symlink_to("nowhere")
    (place_of(linked, stick) / "out" / f"{'C' * 64}.batch").write_bytes(b"")
    assert carry(stick, "site", linked.courier) == len(list(stick.rglob("back/*.receipt"))) > 0


def test_a_page_of_the_folder_s_feed_is_no_larger_than_one_of_the_network_s(tmp_path: Path) -> None:
    place = tmp_path / "site" / "feed"
    place.mkdir(parents=True)
    for pos in (1, 2):
        (place / f"{pos}.receipt").write_text("a.b.c")
        with (place / f"{pos}.batch").open("wb") as file:
            file.truncate(LARGEST * 2 // 3)
    page = FolderCourier(tmp_path).feed("site", 0)
    assert isinstance(page, Page)
    assert ([one.pos for one in page.batches], page.next, page.more) == ([1], 1, True)
