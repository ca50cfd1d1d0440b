"""Who shows a noun hears of it; who is gone does not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from ui.changed import Changed

pytestmark = pytest.mark.usefixtures("leaks_nothing")


def test_only_those_who_show_a_noun_hear(qapp: QApplication) -> None:
    changed, heard = Changed(), []
    one, every = QObject(), QObject()
    changed.connect_to(one, frozenset({"record"}), lambda: heard.append("one"))
    changed.connect_to(every, None, lambda: heard.append("every"))
    changed.told(frozenset({"person"}))
    changed.told(frozenset({"record", "person"}))
    changed.told(frozenset())
    assert heard == ["every", "one", "every"]


def test_who_is_gone_hears_nothing(qapp: QApplication) -> None:
    changed, heard = Changed(), []
    one = QObject()
    changed.connect_to(one, None, lambda: heard.append("one"))
    delete(one)
    changed.told(frozenset({"record"}))
    assert heard == []
