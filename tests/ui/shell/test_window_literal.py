"""Names of people, sites and devices are characters, whatever they hold, in every part of the frame."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.looking import clipped, rich
from tests.ui.shell.frames import NASTY, SHOWN, framed, nasty_place, nasty_session, words
from ui.address import Address
from ui.desk import Notice
from ui.kit.tokens import set_theme
from ui.shell.navigation import Navigation
from ui.shell.notices import Notices
from ui.shell.pages import pages_of
from ui.shell.strip import Strip
from ui.shell.toast import Toast
from ui.shell.topbar import TopBar

pytestmark = pytest.mark.usefixtures("look", "leaks_nothing")


@pytest.mark.parametrize("size", [1.0, 1.5])
def test_top_bar_and_strip_show_characters(qtbot: QtBot, size: float) -> None:
    set_theme("light", size)
    top, strip = TopBar(nasty_session()), Strip(nasty_place(), lambda: NASTY)
    top.show_place([(NASTY, Address(page="people"))], NASTY)
    top.fit(1280)
    with framed(qtbot, top, strip) as window:
        shown = [one for one in words(window) if "Ann" in one]
        assert len(shown) >= 5
        assert all(one.startswith(SHOWN) for one in shown)
        assert rich(window) == []
        assert window.width() == 1280


def test_menu_of_the_person_shows_characters(qtbot: QtBot) -> None:
    top = TopBar(nasty_session())
    with framed(qtbot, top):
        first = top.findChildren(QMenu)[0].actions()[0]
        assert first.text().replace("&&", "&").startswith(SHOWN)
        assert "&" not in first.text().replace("&&", "")


def test_navigation_notices_and_toast_show_characters(qtbot: QtBot) -> None:
    rail, strip = Navigation(pages_of(frozenset({"qa"})), NASTY), Strip(nasty_place(), str)
    with framed(qtbot, rail, strip) as window:
        notices, toast = Notices(window, rail, strip, str), Toast(window, window)
        notices.add(Notice(kind="bad", title=NASTY, text=NASTY))
        toast.say(NASTY)
        notices.toggle()
        assert sum(one.startswith(SHOWN) for one in words(window)) >= 6
        assert rich(window) == []


@pytest.mark.parametrize("size", [1.0, 1.5])
def test_nothing_sticks_out_of_the_drawer(qtbot: QtBot, size: float) -> None:
    set_theme("dark", size)
    top, strip = TopBar(nasty_session()), Strip(nasty_place(), str)
    with framed(qtbot, top, QWidget(), strip) as window:
        notices = Notices(window, top, strip, str)
        notices.add(Notice(kind="warn", title=NASTY, text=NASTY, address=Address(page="sync"), at="14:05"))
        notices.toggle()
        qtbot.wait(20)
        assert clipped(notices.drawer) == []
