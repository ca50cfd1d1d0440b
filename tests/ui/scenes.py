"""What drawing a state of the window needs: what is asked for, the page at an address, the open dialog, everything closed."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from PySide6.QtWidgets import QApplication

from tests.ui.opened import Opened
from tests.ui.waiting import pause, until
from ui.kit.dialog import Dialog
from ui.page import Page

QA, LEARNER, NUMBER = "muphaus", "obarad", "HB10032"
READING, ON_THE_JOB = "RQ-0045", "RQ-0047"
Act = Callable[[Opened], object]
P = TypeVar("P", bound=Page)
D = TypeVar("D", bound=Dialog)
ROOMS = {"1280": (1280, 800), "1440": (1440, 900), "1920": (1920, 1080)}


class Asked(NamedTuple):
    """What is to be drawn: of which demo, where to, which states (none: all), in which looks (theme, per cent, room)."""

    demo: Path
    out: Path
    states: list[str]
    looks: list[tuple[str, str, str]]


def asked() -> Asked:
    """What the command line asks for; its folder is made."""
    given = argparse.ArgumentParser()
    given.add_argument("demo", type=Path)
    given.add_argument("out", type=Path)
    given.add_argument("states", nargs="*")
    for name, usual in (("looks", "light,dark"), ("sizes", "100,150"), ("rooms", "1280,1920")):
        given.add_argument(f"--{name}", default=usual)
    told = given.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    looks = itertools.product(told.looks.split(","), told.sizes.split(","), told.rooms.split(","))
    return Asked(told.demo, told.out, told.states, list(looks))


def close_dialogs() -> None:
    """Close every dialog and menu."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    for one in QApplication.topLevelWidgets():
        if isinstance(one, Dialog) and one.isVisible():
            one.done(0)
    pause(50)


def at(made: Opened, kind: type[P], address: str) -> P:
    """The page of a kind at an address."""
    page = made.go(address)
    assert isinstance(page, kind)
    pause(300)
    made.settle()
    return page


def dialog(kind: type[D]) -> D:
    """The open dialog of a kind."""
    until(lambda: any(isinstance(one, kind) and one.isVisible() for one in QApplication.topLevelWidgets()))
    pause(80)
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())
