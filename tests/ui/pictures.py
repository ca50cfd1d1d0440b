"""Pictures of the real window for the eye: `xvfb-run -a python -m tests.ui.pictures DEMO OUT ADDRESS… [--who NAME]`.

Each address is drawn in light and dark, at 100 % and 150 %, 1280x800 and 1920x1080 (with --all; else light 1440x900).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.work.demo.cast import Cast
from app.work.demo.stage import Stage
from tests.ui.opened import Opened, opened, scratch
from ui.kit.tokens import set_theme

ONE = (("light", 1.0, (1440, 900)),)
ALL = tuple(
    (look, size, room)
    for look in ("light", "dark")
    for size, room in ((1.0, (1440, 900)), (1.0, (1280, 800)), (1.5, (1280, 800)), (1.5, (1920, 1080)))
)


def main() -> int:
    """Draw them."""
    given = argparse.ArgumentParser()
    given.add_argument("demo", type=Path)
    given.add_argument("out", type=Path)
    given.add_argument("addresses", nargs="+")
    given.add_argument("--who", default="muphaus")
    given.add_argument("--all", action="store_true")
    told = given.parse_args()
    QApplication(sys.argv)
    folder = scratch() / "demo"
    shutil.copytree(told.demo, folder)
    told.out.mkdir(parents=True, exist_ok=True)
    with opened(None, Stage(Cast.load(folder, os.urandom)), told.who) as made:
        for address in told.addresses:
            for look, size, room in ALL if told.all else ONE:
                draw(made, address, (look, size, room), told.out)
    shutil.rmtree(folder.parent)
    return 0


def draw(made: Opened, address: str, how: tuple[str, float, tuple[int, int]], out: Path) -> None:
    """One picture."""
    look, size, (width, height) = how
    set_theme(look, size)
    made.window.resize(width, height)
    made.go(address)
    made.settle()
    name = address.removeprefix("countersign:").replace("/", "_")
    path = out / f"{name}_{look}_{round(size * 100)}_{width}x{height}.png"
    made.window.grab().save(str(path))


if __name__ == "__main__":
    sys.exit(main())
