"""F1: every page of the window has its words, every command stands there with its keys, Escape closes it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.base.say import words
from tests.ui.looking import clipped, small, unnamed
from tests.ui.opened import Opened
from ui.shell.help import Help, shown_keys
from ui.shell.pages import PAGES


def test_every_page_has_its_words() -> None:
    assert {f"ui.help.{one.name}" for one in PAGES} <= set(words())


@pytest.mark.parametrize(("keys", "shown"), [("Ctrl+= Ctrl++", "Ctrl+="), ("F1", "F1"), ("", "")])
def test_the_first_keys_are_shown(keys: str, shown: str) -> None:
    assert shown_keys(keys) == shown


def test_f1_tells_every_command_and_escape_closes_it(qa: Opened) -> None:
    qa.press("F1")
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, Help)
    source = shown.table.rows.source
    assert source is not None
    rows = [source.row(n)[1] for n in range(source.count())]
    assert len(rows) == len(qa.window.commands())
    assert ("Lock", "Ctrl+L") in {(one[0].text, one[1].text) for one in rows}
    assert not (*unnamed(shown), *small(shown), *clipped(shown))
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    qa.settle()
    assert QApplication.activeModalWidget() is None
