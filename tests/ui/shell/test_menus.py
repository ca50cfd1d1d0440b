"""Alt alone shows the menu bar, with every command and its keys; larger text has both of its keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.opened import Opened
from ui.kit.tokens import theme


def test_alt_shows_every_command_with_its_keys(qa: Opened) -> None:
    bar = qa.window.menuBar()
    assert not bar.isVisible()
    QTest.keyClick(qa.window, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier)
    assert bar.isVisible()
    shown = {one.text(): one.shortcut().toString() for menu in bar.actions() for one in menu.menu().actions()}
    assert {"Lock", "Search or run a command", "People", "Help for this page"} <= set(shown)
    assert (shown["Lock"], shown["People"], shown["Sign out"]) == ("Ctrl+L", "Ctrl+2", "")
    assert all("&" in one.text() for one in bar.actions())


def test_escape_hides_it_again(qa: Opened) -> None:
    bar = qa.window.menuBar()
    QTest.keyClick(qa.window, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier)
    assert bar.isVisible()
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    qa.settle()
    assert not bar.isVisible()


def test_larger_text_has_both_keys(qa: Opened) -> None:
    qa.press("Ctrl+=")
    qa.press("Ctrl++")
    assert theme().size > 1.1
    qa.press("Ctrl+-")
    qa.press("Ctrl+0")
    assert theme().size == 1.0


def test_commands_of_a_page_go_with_it(qa: Opened) -> None:
    qa.go("countersign:people")
    people = [one.text() for one in qa.window.menus.page.actions()]
    qa.go("countersign:settings")
    assert people
    assert [one.text() for one in qa.window.menus.page.actions()] == []
