"""Draws the states of door, frame, home, people, signing and records: `xvfb-run -a -s "-screen 0 1920x1080x24"
python -m tests.ui.states_frame DEMO OUT [STATE …] [--looks light,dark,contrast]`.

- Each state in light and dark, at 100 % and 150 %, 1280x800 and 1920x1080, unless the options say otherwise.
- What stands on the window (dialog, menu) is painted over its picture where it lies on the screen.
- A state of the window names who is signed in; a state of the door, or of the first run, needs nobody.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

from app.work.demo.cast import Cast
from app.work.demo.stage import Stage
from tests.ui.opened import opened, scratch
from tests.ui.scenes import ROOMS, asked, close_dialogs
from tests.ui.states_door import DOOR, FIRST, Entered
from tests.ui.states_house import HOUSE, prepare
from tests.ui.waiting import pause
from ui.door.door import Door
from ui.kit.tokens import set_theme
from ui.lane import Lane
from ui.main import Wired


class Look(NamedTuple):
    """Theme, per cent, room."""

    theme: str
    percent: str
    room: str


def main() -> int:
    """Draw them."""
    told = asked()
    QApplication(sys.argv)
    looks = [Look(*one) for one in told.looks]
    names = told.states or [*DOOR, *FIRST, *HOUSE]
    draw_door(told.demo, [name for name in names if name in DOOR], looks, told.out)
    draw_first([name for name in names if name in FIRST], looks, told.out)
    for who in dict.fromkeys(HOUSE[name][0] for name in names if name in HOUSE):
        draw_house(
            told.demo, who, [name for name in names if HOUSE.get(name, ("",))[0] == who], looks, told.out
        )
    return 0


def draw_house(demo: Path, who: str, names: Sequence[str], looks: Sequence[Look], out: Path) -> None:
    """The states of the window of one person."""
    if not names:
        return
    with copied(demo) as folder:
        stage = Stage(Cast.load(folder, os.urandom))
        if MARKED & set(names):
            prepare(stage)
        _draw_house(stage, who, names, looks, out)


def _draw_house(stage: Stage, who: str, names: Sequence[str], looks: Sequence[Look], out: Path) -> None:
    with opened(None, stage, who) as made:
        for name in names:
            set_theme("light", 1.0)
            made.window.resize(1440, 900)
            HOUSE[name][1](made)
            for look in looks:
                show(made.window, look, made.settle)
                if name in AGAIN:
                    HOUSE[name][1](made)
                    made.settle()
                if "toast" not in name:
                    made.window.toast._frame.hide()
                take(made.window, name, look, out)
            close_dialogs()
            made.settle()


def draw_door(demo: Path, names: Sequence[str], looks: Sequence[Look], out: Path) -> None:
    """The states of the door of a demo."""
    if not names:
        return
    with copied(demo) as folder, door_of(folder, None) as made:
        for name in names:
            DOOR[name](made)
            _every(made, name, looks, out)


def draw_first(names: Sequence[str], looks: Sequence[Look], out: Path) -> None:
    """The states of the door where no site lies."""
    if not names:
        return
    folder = scratch()
    with door_of(folder / "site", folder / "device-secret") as made:
        for name, act in FIRST.items():
            act(made)
            if name in names:
                _every(made, name, looks, out)
    shutil.rmtree(folder)


def _every(made: Entered, name: str, looks: Sequence[Look], out: Path) -> None:
    for look in looks:
        show(made.door, look, made.settle)
        take(made.door, name, look, out)


def show(window: QWidget, look: Look, settle: Callable[[], None]) -> None:
    """Put a look on a window."""
    set_theme(look.theme, int(look.percent) / 100)
    window.resize(*ROOMS[look.room])
    if QApplication.activeModalWidget() is None:
        window.activateWindow()
    settle()
    pause(120)


def take(window: QWidget, name: str, look: Look, out: Path) -> None:
    """One picture, with what stands on the window."""
    picture = window.grab()
    painter = QPainter(picture)
    above = [QApplication.activeModalWidget(), QApplication.activePopupWidget()]
    for one in above:
        if one is not None and one is not window:
            painter.drawPixmap(window.mapFromGlobal(one.mapToGlobal(one.rect().topLeft())), one.grab())
    painter.end()
    picture.save(str(out / f"{name}_{look.theme}_{look.percent}_{look.room}.png"))


@contextmanager
def copied(demo: Path) -> Iterator[Path]:
    """A copy of a demo."""
    folder = scratch() / "demo"
    shutil.copytree(demo, folder)
    yield folder
    shutil.rmtree(folder.parent)


@contextmanager
def door_of(data: Path, secret: Path | None) -> Iterator[Entered]:
    """A door on a folder."""
    lane = Lane("store")
    made = Entered(Door(Wired(data, secret), lane), lane)
    yield made
    made.door.hide()
    made.door.deleteLater()
    lane.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


MARKED = frozenset({"file-void", "file-late", "file-open", "record-next"})
"""States that need a void record, a late one, and one that waits."""
AGAIN = frozenset(
    {
        "people-drawer",
        "file-drawer",
        "file-void",
        "file-late",
        "menus",
        "person-menu",
        "people-menu",
        "toast",
        "sign",
        "sign-wrong",
        "record-wrong",
    }
)
"""States that another room or look shuts, and that are brought about again in each."""


if __name__ == "__main__":
    sys.exit(main())
