"""The desk of somebody at home: answers, failures that nobody takes, addresses that are none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.base.faults import Fault
from app.work.demo.stage import Stage
from app.work.office import Office
from tests.ui.opened import Opened, opened
from tests.ui.shell.frames import words
from tests.work.conftest import stage
from ui.address import Address

__all__ = ["stage"]


@pytest.fixture
def qa(qtbot: QtBot, look: None, stage: Stage) -> Iterator[Opened]:
    """The window of a QA manager, at home."""
    with opened(qtbot, stage, "muphaus") as made:
        yield made


def full(_office: Office) -> None:
    """What happens when the disk is full."""
    raise Fault("disk.full")


def test_a_verb_is_answered_and_a_failure_becomes_the_window_s(qa: Opened) -> None:
    told: list[int] = []
    qa.desk.ask(qa.window, lambda office: office.tail.n, told.append)
    qa.settle()
    assert told[0] > 3000
    assert not qa.window.failures.isVisible()
    qa.desk.ask(qa.window, full, told.append)
    qa.settle()
    assert Fault("disk.full").plain() in words(qa.window.failures)
    assert qa.window.failures.isVisible()
    qa.go("countersign:people")
    assert not qa.window.failures.isVisible()


def test_an_address_goes_and_what_is_none_stays(qa: Opened) -> None:
    qa.desk.go("countersign:settings")
    qa.settle()
    assert qa.page().name == "settings"
    qa.desk.go("https://example.org/")
    assert qa.page().name == "settings"
    qa.desk.go(Address(page="sync"))
    qa.desk.back()
    qa.settle()
    assert qa.page().name == "settings"
