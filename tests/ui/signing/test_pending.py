"""What is being opened is opened once: no second click, key or closed dialog makes two signatures or leaves one behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.records.acting import begin, go_on
from tests.ui.signing.hands import fill
from tests.ui.signing.onscreen import Screen, click, gone
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, LEARNER_NUMBER, READING
from tests.work.seeing import entries
from ui.kit.dialog import Dialog
from ui.records.add import AddDialog, add_record
from ui.signing.dialog import SignDialog
from ui.signing.pending import Pending

Open = Callable[[str], Screen]
pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.req("R-SIG-01")]


def alive(kind: type[QWidget]) -> list[QWidget]:
    """All dialogs of a kind, shown or not yet."""
    return [one for one in QApplication.allWidgets() if isinstance(one, kind)]


def signed(there: Screen) -> int:
    """How many signatures the history has."""
    return sum(one.act == "record.sign" for one in entries(there.office))


@pytest.mark.parametrize("later", [False, True], ids=["at once", "while it is built"])
def test_a_second_click_begins_no_second_signature(screen: Open, later: bool) -> None:
    there = screen(LEARNER)
    before, add = signed(there), begin(there, READING)
    add.go_button.click()
    if later:
        until(lambda: alive(SignDialog), step=0)
    add.go_button.click()
    dialog = there.dialog(SignDialog)
    there.rest()
    pause(200)
    add.go_button.click()  # and none while it is open
    there.rest()
    pause(200)
    assert alive(SignDialog) == [dialog]
    fill(there, dialog)
    click(dialog.sign_button)
    until(lambda: not there.dialogs())
    assert signed(there) == before + 1 and not there.errors


def test_a_second_click_begins_no_second_record(screen: Open) -> None:
    there = screen(LEARNER)
    for _ in range(2):
        add_record(there.desk, there.page, LEARNER_NUMBER, READING)
    until(lambda: alive(AddDialog), step=0)
    add_record(there.desk, there.page, LEARNER_NUMBER, READING)
    there.dialog(AddDialog)
    there.rest()
    pause(200)
    assert len(alive(AddDialog)) == 1


def test_what_was_closed_meanwhile_is_not_signed_and_the_next_one_is(screen: Open) -> None:
    there = screen(LEARNER)
    add = begin(there, READING)
    add.go_button.click()
    until(lambda: alive(SignDialog), step=0)
    add.reject()
    until(lambda: not alive(Dialog))
    assert not there.errors
    add = begin(there, READING)
    add.go_button.click()
    add.reject()  # before the store has answered
    there.rest()
    until(lambda: not alive(Dialog))
    assert not there.errors
    dialog = go_on(there, begin(there, READING))
    dialog.reject()
    gone(dialog)


@pytest.mark.parametrize("where", ["build", "fill"])
def test_an_error_on_the_way_leaves_the_place_free(screen: Open, qtbot: QtBot, where: str) -> None:
    there = screen(LEARNER)
    pending = Pending(there.page, "tested")

    def wrong() -> None:
        raise ZeroDivisionError

    def build(_answer: object) -> tuple[Dialog, Callable[[], object]]:
        if where == "build":
            wrong()
        return Dialog(there.page, "Wrong"), wrong

    with qtbot.captureExceptions() as caught:
        pending.ask(there.desk, lambda _office: 1, build, lambda _told: None)
        assert pending.is_taken
        until(lambda: caught)
        until(lambda: not alive(Dialog))
    assert [kind for kind, *_ in caught] == [ZeroDivisionError] and not pending.is_taken
