"""Locking, coming back, and somebody else: nothing of the owner's can be reached (R-ACC-17, R-ACC-18)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.work.demo.stage import Stage
from app.work.doorplate import hang_doorplate
from tests.ui.door.entrance import WAIT, Entrance
from tests.ui.waiting import until
from tests.work.onstage import QA, TRAINER
from ui.address import Address
from ui.door.door import Door
from ui.door.house import build
from ui.door.keeper import Keeper
from ui.kit.text import Label
from ui.lane import Lane
from ui.shell.window import Window


class Kept:
    """A door with its keeper, and the hands before it."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.entrance = Entrance(qtbot, folder)
        self.keeper = Keeper(self.entrance.door, self.entrance.lane)
        self.qtbot = qtbot
        self.keeper.begin()
        qtbot.waitUntil(lambda: self.entrance.door.outside is not None, timeout=WAIT)
        self.entrance.settle()

    def come_in(self, stage: Stage, user: str) -> None:
        """Sign in and wait for the window."""
        before = self.keeper.house
        self.entrance.attempt(stage.cast.typed(user))
        self.qtbot.waitUntil(
            lambda: self.keeper.house is not None and self.keeper.house.window.isVisible(), timeout=WAIT
        )
        assert (
            before is None
            or self.keeper.house is before
            or not isValid(before)
            or not before.window.isVisible()
        )

    def close(self) -> None:
        """Leave the house and the door."""
        self.keeper.quit()
        self.entrance.settle()
        assert self.keeper.house is None
        self.keeper.sweep.end()
        self.entrance.inside.clear()
        self.entrance.close()


@pytest.fixture
def kept(qtbot: QtBot, look: None, leaks_nothing: None, stage: Stage) -> Iterator[Kept]:
    """The keeper of a copy of the demo."""
    made = Kept(qtbot, stage.cast.folder)
    yield made
    made.close()


def shown() -> list[str]:
    """The kinds of windows that can be seen."""
    return [type(one).__name__ for one in QApplication.topLevelWidgets() if one.isVisible()]


@pytest.mark.req("R-ACC-17", "R-ACC-18")
def test_a_lock_blanks_the_screen_and_tells_only_whose_work_is_kept(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, TRAINER)
    QApplication.clipboard().setText("copied inside")
    kept.keeper.lock("lock")
    people = stage.cast.people
    assert shown() == ["Door"]
    # The offscreen platform never says whose the clipboard is; what others copied is not ours to clear.
    assert QApplication.clipboard().text() == "" or QApplication.platformName() == "offscreen"
    said = kept.entrance.said()
    assert f"The work of {people[TRAINER]['name']} is kept" in said
    assert not any(who["name"] in said for user, who in people.items() if user != TRAINER)
    kept.entrance.settle()
    assert kept.entrance.inside[0].closed and kept.keeper.house and kept.keeper.house.desk.office is None


@pytest.mark.req("R-ACC-17", "R-SIG-03")
def test_to_unlock_is_to_sign_in_again_and_everything_is_as_it_was(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, TRAINER)
    house = kept.keeper.house
    kept.keeper.lock("idle")
    kept.entrance.settle()
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Return)
    assert kept.entrance.door.form.user.text() == TRAINER and not kept.entrance.door.form.password.text()
    kept.come_in(stage, TRAINER)
    assert kept.keeper.house is house and house is not None and house.desk.office is kept.entrance.inside[1]
    session = kept.entrance.inside[1].session
    assert session is not None and session.fresh and session.id != kept.entrance.inside[0].session


def test_after_the_lock_the_page_in_front_is_asked_anew(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, QA)
    window = kept.keeper.house.window  # type: ignore[union-attr]
    assert isinstance(window, Window)
    window.go(Address(page="people"))
    kept.entrance.settle()

    def said() -> str:
        return " ".join(one.text() for one in window.findChildren(Label) if one.isVisible())

    until(lambda: "status as of 20 Nov 2026" in said())
    kept.keeper.lock("idle")
    kept.entrance.settle()
    stage.cast.clock.advance(86_400_000)
    stage.cast.save()
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Return)
    kept.come_in(stage, QA)
    until(lambda: "status as of 21 Nov 2026" in said())


@pytest.mark.req("R-ACC-17", "R-ACC-16")
def test_the_lock_does_not_open_to_the_password_alone(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, TRAINER)
    kept.keeper.lock("lock")
    kept.entrance.settle()
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Return)
    kept.qtbot.keyClicks(kept.entrance.focus(), stage.cast.people[TRAINER]["password"])
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Return)
    assert not kept.entrance.lane.is_busy and shown() == ["Door"]


@pytest.mark.req("R-ACC-18")
def test_somebody_else_gets_a_house_of_their_own_and_the_first_is_torn_down(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, TRAINER)
    first = kept.keeper.house
    assert first is not None
    window = first.window
    kept.keeper.lock("lock")
    kept.entrance.settle()
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Tab)
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Space)
    assert isinstance(kept.entrance.focus(), QLineEdit) and kept.entrance.door.form.user.text() == ""
    kept.come_in(stage, QA)
    kept.qtbot.waitUntil(lambda: not isValid(window), timeout=WAIT)
    assert kept.keeper.house is not None and kept.keeper.house.uid == stage.cast.people[QA]["uid"]


@pytest.mark.req("R-ACC-18", "R-ACC-19")
def test_signing_out_ends_the_period_and_leaves_the_empty_form(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, TRAINER)
    kept.keeper.sign_out()
    kept.entrance.settle()
    assert shown() == ["Door"] and kept.entrance.door.form.user.text() == ""
    assert kept.entrance.inside[0].closed and kept.entrance.inside[0].session is None


def test_i_cant_sign_in_says_whom_to_call_and_leads_back(kept: Kept) -> None:
    form = kept.entrance.door.form
    form.unable.emit()
    assert "Call QA on call, extension 4410" in kept.entrance.said()
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Tab)
    kept.qtbot.keyClick(kept.entrance.focus(), Qt.Key.Key_Space)
    assert form.user.isVisible()


@pytest.mark.req("R-AUD-09")
def test_the_door_tells_of_a_history_that_did_not_verify(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, QA)
    office = kept.entrance.inside[0]
    found = {"utc": office.clock.now().instant.utc, "n": office.tail.n}
    hang_doorplate(office, verified={**found, "errors": ["STATE_DIFF"]})
    kept.keeper.sign_out()
    kept.entrance.settle()
    until(lambda: "History did not verify" in kept.entrance.said())
    assert "none changed after signing" not in kept.entrance.said()


def test_a_demo_lets_a_stranger_in_by_its_own_list(kept: Kept, stage: Stage) -> None:
    kept.entrance.door.facts.demo.emit()
    assert stage.cast.people[TRAINER]["name"] in kept.entrance.said() and "demo --code" in kept.entrance.said()


def test_a_house_that_cannot_be_built_leaves_no_thread_behind(kept: Kept, stage: Stage) -> None:
    kept.come_in(stage, QA)
    before, errors = threading.active_count(), list[Exception]()
    unfit = NoLook(kept.entrance.door, kept.entrance.lane)
    build(unfit, kept.entrance.inside[0], lambda _house: None, errors.append)  # type: ignore[arg-type]
    kept.entrance.settle()
    assert isinstance(errors[0], AttributeError) and threading.active_count() == before


@pytest.mark.req("R-ACC-17")
def test_a_window_that_is_built_while_its_person_leaves_is_never_seen(kept: Kept, stage: Stage) -> None:
    seen, built = Seen(), threading.active_count()
    QApplication.instance().installEventFilter(seen)  # type: ignore[union-attr]
    kept.entrance.door.came_in.connect(lambda _office: kept.keeper.quit())
    kept.entrance.attempt(stage.cast.typed(QA))
    until(lambda: kept.keeper._office is None and kept.keeper.house is None)
    kept.entrance.settle()
    assert "Window" not in seen.kinds
    assert threading.active_count() == built


class Seen(QObject):
    """Which kinds of windows were shown."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds = set[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt names it so)
        """Remember a window that is shown."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.kinds.add(type(watched).__name__)
        return False


class NoLook(NamedTuple):
    """A keeper that doesn't say how the window looks: a house can't be built for it."""

    door: Door
    lane: Lane
