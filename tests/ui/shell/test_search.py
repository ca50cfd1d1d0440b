"""The search gathers what it looks through when it opens, so that the first key does not wait for it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.work import finder
from tests.ui.opened import Opened
from ui.shell.search import Search


def test_what_is_searched_is_gathered_before_the_first_key(qa: Opened) -> None:
    office = qa.desk.office
    assert office is not None and office.store not in finder._kept
    qa.press("Ctrl+K")
    search = QApplication.activeModalWidget()
    assert isinstance(search, Search) and search.field.text() == ""
    assert office.store in finder._kept
    search.reject()
