"""The frame on a real site: navigation by right, search, keys that work everywhere, back and forward, lock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.base.say import say
from app.work.demo.stage import Stage
from tests.ui.looking import clipped, small, unnamed
from tests.ui.opened import Opened, opened
from tests.ui.waiting import until
from tests.work.onstage import LEARNER_NUMBER
from tests.work.seeing import setting
from ui.kit.dialog import Dialog, Scrim
from ui.kit.tokens import set_theme, theme
from ui.records.add import add_record
from ui.records.next import sign_next
from ui.shell.search import Search
from ui.signing.sign import sign

OPEN = ["home", "people", "documents", "history", "reports", "sync", "settings"]


def test_who_oversees_has_every_page_and_a_learner_few(qtbot: QtBot, look: None, stage: Stage) -> None:
    with opened(qtbot, stage, "obarad") as learner:
        assert [one.name for one in learner.window.entries] == ["home", "documents", "reports", "settings"]
        learner.go("countersign:history")
        assert learner.page().name == "home"


def test_the_frame_says_who_where_and_when(qa: Opened) -> None:
    said = qa.said()
    for words in ("Maaike Uphaus", "QA", "dev1", "Leiden", "CET (UTC+01:00)"):
        assert words in said


@pytest.mark.req("R-ACC-18")
def test_names_targets_and_room(qa: Opened) -> None:
    for size, (width, height) in ((1.0, (1280, 800)), (1.5, (1280, 800)), (1.5, (1920, 1080))):
        set_theme("light", size)
        qa.window.resize(width, height)
        qa.go("countersign:settings")
        assert not unnamed(qa.window)
        assert not small(qa.window)
        assert not clipped(qa.window)


def test_keys_walk_the_pages_and_back(qa: Opened) -> None:
    qa.press("Ctrl+7")
    assert qa.page().name == "settings"
    qa.press("Ctrl+6")
    assert qa.page().name == "sync"
    qa.press("Alt+Left")
    assert qa.page().name == "settings"
    qa.press("Alt+Right")
    assert qa.page().name == "sync"


def test_search_finds_a_person_by_typing(qa: Opened) -> None:
    qa.press("Ctrl+K")
    search = QApplication.activeModalWidget()
    assert isinstance(search, Search)
    QTest.keyClicks(search.field, "omkaar bar")
    qa.settle()
    assert "Omkaar Barad" in search.table.rows.source.row(0)[1][0].text  # type: ignore[index]
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    qa.settle()
    assert str(qa.page().address) == "countersign:person/HB10032"


def test_search_runs_a_command_and_takes_an_address(qa: Opened) -> None:
    qa.press("Ctrl+K")
    search = QApplication.activeModalWidget()
    assert isinstance(search, Search)
    QTest.keyClicks(search.field, "larger")
    qa.settle()
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert theme().size > 1.0
    qa.press("Ctrl+0")
    qa.press("Ctrl+K")
    search = QApplication.activeModalWidget()
    assert isinstance(search, Search)
    search.field.setText("countersign:settings")
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    qa.settle()
    assert qa.page().name == "settings"


def test_a_command_typed_whole_comes_before_documents_of_that_name(qa: Opened) -> None:
    qa.press("Ctrl+K")
    search = QApplication.activeModalWidget()
    assert isinstance(search, Search)
    QTest.keyClicks(search.field, say("ui.shell.lock").lower())
    qa.settle()
    first, second = (search.table.rows.source.row(n) for n in (0, 1))
    assert first is not None and first[1][0].text == say("ui.shell.lock")
    assert second is not None and "Lock-Out" in second[1][0].text
    QTest.keyClick(search.field, Qt.Key.Key_Escape)


def test_text_size_and_rail_are_kept(qa: Opened) -> None:
    qa.window.resize(1440, 900)
    qa.press("Ctrl+=")
    assert theme().size == pytest.approx(1.1)
    wide = qa.window.navigation.width()
    qa.press("Ctrl+B")
    assert qa.window.navigation.width() < wide
    assert qa.desk.remembers.get("shell.size") == 110
    assert qa.desk.remembers.get("shell.rail") is True


def test_the_buttons_of_the_navigation_do_what_the_key_does(qa: Opened) -> None:
    qa.window.resize(1440, 900)
    qa.settle()
    navigation = qa.window.navigation
    for words, collapsed in (("Collapse navigation", True), ("Expand navigation", False)):
        one = next(
            one
            for one in navigation.findChildren(QAbstractButton)
            if one.isVisible() and one.accessibleName().startswith(words)
        )
        one.click()
        qa.settle()
        assert navigation.collapsed is collapsed
        qa.go("countersign:people")
        qa.go("countersign:settings")
        assert navigation.collapsed is collapsed, words


def test_more_than_twenty_hits_are_said_to_be_the_first(qa: Opened) -> None:
    qa.press("Ctrl+K")
    search = QApplication.activeModalWidget()
    assert isinstance(search, Search)
    assert search.field.placeholderText() == "Search people and documents"
    QTest.keyClicks(search.field, "sop")
    qa.settle()
    assert search.table.rows.source.count() >= 20
    assert search.count.text() == "The first 20 people and documents that fit. Type more to narrow them down."
    QTest.keyClicks(search.field, "-0007")
    qa.settle()
    assert search.count.text() == f"{search.table.rows.source.count()} found"
    QTest.keyClick(search.field, Qt.Key.Key_Escape)


def test_regions_are_walked_with_f6(qa: Opened) -> None:
    qa.go("countersign:settings")
    seen = []
    for _ in range(3):
        qa.press("F6")
        focus = QApplication.focusWidget()
        seen.append(next(n for n, one in enumerate(qa.window.regions()) if focus and one.isAncestorOf(focus)))
    assert sorted(seen) == [0, 1, 2]


@pytest.mark.req("R-ACC-17", "R-ACC-18")
def test_locked_nothing_is_shown_and_nothing_is_asked(qa: Opened) -> None:
    window, desk = qa.window, qa.desk
    qa.press("Ctrl+L")
    until(qa.keeper.door.isVisible)
    qa.settle()
    assert not window.isVisible()
    assert "Barad" not in qa.said(qa.door)
    told: list[object] = []
    desk.ask(window, lambda office: office.tail.n, told.append)
    qa.settle()
    assert told == []


def test_a_page_that_is_not_there_leaves_everything_where_it_was(qa: Opened) -> None:
    qa.go("countersign:settings")
    qa.go("countersign:nowhere")
    assert qa.page().name == "settings"


@pytest.mark.req("R-ACC-17", "R-ACC-18")
@pytest.mark.parametrize("way", ["add", "sign", "next"])
def test_no_dialog_opens_over_the_locked_screen(qa: Opened, stage: Stage, way: str) -> None:
    page = qa.go(f"countersign:people/{LEARNER_NUMBER}")
    if way == "add":
        add_record(qa.desk, page, LEARNER_NUMBER)
    elif way == "sign":
        sign(qa.desk, page, setting("kiosk_s", 60), then=lambda: None)
    else:
        sign_next(qa.desk, page, "r_none")
    qa.keeper.lock()
    qa.settle()
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [qa.door]
    qa.enter(stage, "muphaus")
    assert not qa.window.findChildren(Dialog) and not qa.window.findChildren(Scrim)
