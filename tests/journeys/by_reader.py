"""The window used from outside, as a screen reader uses it.

`dbus-run-session -- xvfb-run -a python -m tests.journeys.by_reader DEMO`

- Another process is started as its users start it; everything is found by role and name.
- What was done is said line by line; the first thing that can't be found ends it with what was there instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from app.base.say import say
from app.work.demo.cast import Cast
from tests.ui.screen_reader import Node, Reader

PROGRAM = "countersign"
SECONDS = 25


def begins(words: str) -> Callable[[str], bool]:
    """A name that begins so."""
    return lambda name: name.startswith(words)


def sign_in(reader: Reader, cast: Cast, username: str) -> None:
    """User ID, password, code, the button."""
    given = cast.typed(username)
    for name, text in (
        ("ui.door.user", given.user),
        ("ui.door.password", given.password),
        ("ui.door.code", given.code),
    ):
        reader.type(reader.find(PROGRAM, "text", say(name), SECONDS), text)
    reader.press(reader.find(PROGRAM, "push button", say("ui.door.sign_in"), SECONDS))


def walk(reader: Reader, cast: Cast) -> Iterator[str]:
    """In, through the pages, verify, lock, back in; what was heard on the way."""

    def find(role: str, name: str | Callable[[str], bool]) -> Node:
        return reader.find(PROGRAM, role, name, SECONDS)

    sign_in(reader, cast, "muphaus")
    reader.press(find("push button", say("ui.page.people")))
    yield reader.name(find("cell", begins("Abd al-Rahman Bouazza")))
    reader.press(find("push button", say("ui.page.history")))
    reader.press(find("push button", say("ui.history.verify")))
    given = cast.typed("muphaus")
    dialog = find("dialog", begins(say("ui.history.verify")))
    fields = [node for node in reader.below(dialog) if reader.role(node) == "text"]
    for field, text in zip(fields, (given.user, given.password), strict=True):
        reader.type(field, text)
    buttons = [node for node in reader.below(dialog) if reader.name(node) == say("ui.history.verify")]
    reader.press(next(node for node in buttons if reader.role(node) == "push button"))
    yield reader.name(find("label", begins("History verifies")))
    reader.press(find("menu item", say("ui.shell.lock")))
    yield reader.name(find("label", say("ui.lock.title")))
    reader.press(find("push button", lambda name: name.endswith(say("ui.lock.own", {"name": ""}))))
    sign_in(reader, cast, "muphaus")
    yield reader.name(find("label", begins("History verifies")))


def main() -> int:
    """Start the program, walk, end it."""
    folder = Path(sys.argv[1])
    environment = {**os.environ, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_QPA_PLATFORM": "xcb"}
    program = subprocess.Popen([sys.executable, "-m", "ui", "--data", str(folder)], env=environment)
    reader = Reader()
    try:
        for line in walk(reader, Cast.load(folder, os.urandom)):
            sys.stdout.write(f"{line}\n")
    finally:
        reader.close()
        program.terminate()
        program.wait(20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
