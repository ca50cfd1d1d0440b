"""The entry beside the list: shown where there is room for both, else when somebody opens it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from ui.history.aside import Aside
from ui.kit.layout import column, holder
from ui.kit.panel import Panel

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


def aside(qtbot: QtBot, width: int) -> Aside:
    """One in a window of a width."""
    made = Aside(QWidget(), Panel("Entry"))
    qtbot.addWidget(made)
    made.resize(width, 600)
    made.show()
    settle()
    return made


def test_it_comes_with_the_first_entry_where_there_is_room(qtbot: QtBot) -> None:
    made = aside(qtbot, 1400)
    assert made.panel.isHidden()
    assert made.offer()
    assert made.panel.isVisible()


def test_it_covers_the_list_only_when_it_is_opened(qtbot: QtBot) -> None:
    made = aside(qtbot, 1100)
    assert not made.offer()
    made.open()
    assert made.offer()


def test_whoever_shut_it_is_not_shown_it_again_until_it_is_opened(qtbot: QtBot) -> None:
    made = aside(qtbot, 1400)
    made.offer()
    made.panel._leave()
    assert not made.offer()
    made.open()
    assert made.panel.isVisible()


def test_it_shuts_over_a_whole_page_too(qtbot: QtBot) -> None:
    page = holder(column())
    made = Aside(QWidget(), Panel("Entry"), page)
    page.layout().addWidget(made)  # type: ignore[union-attr]
    qtbot.addWidget(page)
    page.resize(1400, 600)
    page.show()
    settle()
    made.open()
    page.resize(1100, 600)
    settle()
    assert made.panel.isHidden()


def test_it_shuts_when_it_would_cover_the_list_and_comes_back(qtbot: QtBot) -> None:
    made = aside(qtbot, 1400)
    made.offer()
    made.resize(1100, 600)
    settle()
    assert made.panel.isHidden()
    made.resize(1400, 600)
    settle()
    assert made.panel.isVisible()
