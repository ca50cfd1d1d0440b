"""The page of sync with a real centre: what waits is told, sending sends, what is refused or away is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from app.store.outbox import Counts
from app.wiring.embedded import Embedded, start_embedded
from app.work.clocks import SystemClock
from app.work.demo.stage import Stage
from app.work.incoming import Fork
from app.work.sync import SyncReport
from tests.ui.looking import clipped, jumps, rich, small, unnamed
from tests.ui.opened import Opened
from tests.ui.waiting import until
from ui.kit.banner import Banner
from ui.kit.buttons import Button
from ui.kit.tokens import set_theme
from ui.sync.page import SyncPage


@pytest.fixture
def centre(stage: Stage) -> Iterator[Embedded]:
    """The demo's own centre, answering again."""
    folder = stage.cast.folder / "centre"
    made = start_embedded(folder, "centre.example", "eu", SystemClock("Europe/Amsterdam"))
    yield made
    made.stop()


def sync(made: Opened) -> SyncPage:
    """The page."""
    page = made.go("countersign:sync")
    assert isinstance(page, SyncPage)
    return page


def fill(page: SyncPage, address: str, ca: Path) -> None:
    """Type where to send to, and whom to believe."""
    page.where.setText(address)
    page.authority.setText(str(ca))


def rested(made: Opened, page: SyncPage) -> None:
    """Wait until nothing is on its way."""
    until(page.send.isEnabled, 60_000)
    made.settle()


def test_what_waits_is_listed_in_its_order(qa: Opened) -> None:
    page = sync(qa)
    rows = page.table.rows.source
    numbers = [row[1][0].text for n in range(rows.count()) if (row := rows.row(n))]
    assert numbers
    assert numbers == sorted(numbers)
    assert f"{len(numbers)} entries wait on this device" in page.banner.title.text()


def test_nothing_is_sent_before_address_and_authority_are_given(qa: Opened) -> None:
    page = sync(qa)
    page.where.clear()
    page.send_now()
    assert page.banner.title.text() == "Where should they go?"
    assert page.send.isEnabled()


@pytest.mark.req("R-SYN-01")
def test_send_now_sends_and_the_strip_says_so(qa: Opened, centre: Embedded) -> None:
    page = sync(qa)
    fill(page, centre.address, centre.ca)
    page.send.click()
    rested(qa, page)
    assert page.table.rows.source.count() == 0
    assert "Everything made here is received" in page.banner.title.text()
    until(lambda: "wait on this device" not in qa.window.strip.sent.words())


def report(**about: object) -> SyncReport:
    """What a meeting came to: nothing sent, nothing taken in."""
    plain = SyncReport(
        centre="centre.example", received=0, batches=0, on_way=False, taken=0, later=0, forks=(), rolled_back=False,
        counts=Counts(here=0, provisional=0, received=0),
    )  # fmt: skip
    return structs.replace(plain, **about)


@pytest.mark.req("R-SYN-01")
def test_what_was_put_in_quarantine_is_said_until_the_next_meeting(qa: Opened) -> None:
    page = sync(qa)
    page.meeting.met.emit(report(forks=(Fork(log="a/b/dev2/0", seq=3, code="LOG_FORK"),), hidden=2))
    qa.settle()
    page.refresh()
    qa.settle()
    assert page.banner.title.text() == "Something was put in quarantine"
    assert "1 batches contradict" in page.banner.text.text() and "left out 2 places" in page.banner.text.text()
    (told,) = qa.window.notices.drawer.findChildren(Banner)
    assert told.title.text() == "Something was put in quarantine"
    assert not [one for one in qa.window.notices.drawer.findChildren(Button) if one.words() == "Put away"]
    page.meeting.met.emit(report())
    qa.settle()
    assert "quarantine" not in page.banner.title.text()


def test_what_a_centre_lost_or_somebody_wrote_without_the_right_to_is_said(qa: Opened) -> None:
    page = sync(qa)
    page.meeting.met.emit(report(rolled_back=True, doubted=4))
    qa.settle()
    assert page.banner.title.text() == "QA needs to look at this"
    assert "held less of this history" in page.banner.text.text() and "4 entries" in page.banner.text.text()


def test_test_asks_and_sends_nothing(qa: Opened, centre: Embedded) -> None:
    page = sync(qa)
    before = page.table.rows.source.count()
    fill(page, centre.address, centre.ca)
    page.test.click()
    rested(qa, page)
    assert page.banner.title.text() == "The centre answers"
    page.refresh()
    qa.settle()
    assert page.table.rows.source.count() == before


def test_another_authority_is_never_believed(qa: Opened, centre: Embedded, tmp_path: Path) -> None:
    other = start_embedded(tmp_path / "other", "other.example", "eu", SystemClock("Europe/Amsterdam"))
    page = sync(qa)
    fill(page, centre.address, other.ca)
    page.send.click()
    rested(qa, page)
    other.stop()
    assert "not from the authority" in page.banner.title.text()
    assert "Everything that was not received is kept" in qa.said(page.banner)


def test_a_centre_that_is_away_is_said_with_what_was_kept(qa: Opened, centre: Embedded) -> None:
    page = sync(qa)
    fill(page, "https://localhost:1", centre.ca)
    page.send.click()
    rested(qa, page)
    assert "can't be reached" in page.banner.title.text()
    assert page.table.rows.source.count() > 0


def test_an_address_without_tls_is_refused(qa: Opened, centre: Embedded) -> None:
    page = sync(qa)
    fill(page, centre.address.replace("https", "http"), centre.ca)
    page.send.click()
    rested(qa, page)
    assert "is not https" in page.banner.title.text()


def test_cancel_stops_and_says_what_is_kept(qa: Opened, centre: Embedded) -> None:
    page = sync(qa)
    fill(page, centre.address, centre.ca)
    page.send.click()
    page.progress.stop.click()
    assert page.banner.title.text() == "Sending was stopped"
    assert page.send.isEnabled()
    qa.settle()


def test_names_targets_and_room(qa: Opened) -> None:
    for size, (width, height) in ((1.0, (1280, 800)), (1.5, (1280, 800)), (1.5, (1920, 1080))):
        set_theme("light", size)
        qa.window.resize(width, height)
        page = sync(qa)
        assert not unnamed(page)
        assert not small(page)
        assert not clipped(page)
        assert not rich(page)
        assert not jumps(page)
