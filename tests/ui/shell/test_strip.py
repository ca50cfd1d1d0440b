"""The strip: what it says of sync and verification leads to the page that tells more; the time ticks."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from tests.ui.shell.frames import framed, words
from ui.desk import PlaceShown
from ui.shell.strip import Strip

pytestmark = pytest.mark.usefixtures("look", "leaks_nothing")
PLACE = PlaceShown(site="leiden", device="dev1", zone="Europe/Amsterdam", region="eu", folder="")


def test_the_time_ticks_and_the_device_is_named(qtbot: QtBot) -> None:
    seconds = iter(range(100))
    with framed(qtbot, strip := Strip(PLACE, lambda: f"14:32:{next(seconds):02} CET (UTC+01:00)")):
        assert {"dev1", "eu", "14:32:00 CET (UTC+01:00)"} <= set(words(strip))
        qtbot.waitUntil(lambda: "14:32:01 CET (UTC+01:00)" in words(strip), timeout=3000)


def test_where_there_is_little_room_the_time_is_shorter_and_told_whole(qtbot: QtBot) -> None:
    whole = "20 Nov 2026, 14:32:07 CET (UTC+01:00)"
    with framed(qtbot, strip := Strip(PLACE, lambda: whole)) as window:
        others = (
            strip._left.sizeHint().width() + strip._right.sizeHint().width() - strip._time.sizeHint().width()
        )
        for width, shown in ((1280, whole), (others + 150, "14:32 CET")):
            window.resize(width, 300)
            settle()
            assert shown in words(strip) and strip._time.accessibleName() == whole, (width, words(strip))


def test_states_lead_to_their_pages(qtbot: QtBot) -> None:
    with framed(qtbot, strip := Strip(PLACE, str)):
        strip.show_sync("14 entries wait on this device", "cloud-upload", "info")
        strip.show_verified("History does not verify", "shield-x", "bad")
        assert strip.sent.accessibleName() == "14 entries wait on this device"
        with qtbot.waitSignal(strip.sync):
            strip.sent.click()
        with qtbot.waitSignal(strip.history):
            strip.verified.click()
