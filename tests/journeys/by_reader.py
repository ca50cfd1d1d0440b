"""The window used from outside, as a screen reader uses it.

`xvfb-run -a dbus-run-session -- python -m tests.journeys.by_reader DEMO`

- Another process is started as its users start it, and watched (`watched`); everything is found by role and
  name, and every key comes over the bus to where the keyboard is.
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
SECONDS = 40
TRAINING = "RQ-0083"
"""Trainee and trainer sign it."""


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


class Walk:
    """One walk through the program; each step says what was heard at its end."""

    def __init__(self, reader: Reader, cast: Cast) -> None:
        self.reader, self.cast = reader, cast

    def find(self, role: str, name: str | Callable[[str], bool]) -> Node:
        """What shows itself by that role and name."""
        return self.reader.find(PROGRAM, role, name, SECONDS)

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.reader.press(self.find("push button", name))

    def heard(self, role: str, name: str | Callable[[str], bool]) -> str:
        """What is said for it."""
        return self.reader.name(self.find(role, name))

    def choose(self, shown: str, keys: str) -> None:
        """Choose in the box that shows `shown`, by typing."""
        self.reader.focus(self.find("combo box", shown))
        self.reader.keys(keys)

    def person(self) -> str:
        """Find the trainee by a few letters and Enter."""
        found = self.search("omkaar bar", "Omkaar")
        self.find("push button", say("ui.person.report"))
        return found

    def search(self, text: str, found: str) -> str:
        """Type into the search, wait for what it finds, Enter; what was found."""
        self.press(say("ui.shell.search_name"))
        field = self.find("text", say("ui.shell.search_name"))
        self.reader.type(field, text)
        told = self.heard("cell", begins(found))
        self.reader.focus(field)
        self.reader.keys("\n")
        return told

    def sign(self, username: str, button: str, meaning: str = "") -> str:
        """One signature of a second person at this screen."""
        self.find("text", say("ui.sign.user"))
        if meaning:
            self.choose(say("ui.sign.meaning.none"), meaning)
        given = self.cast.typed(username)
        for name, text in (
            ("ui.sign.user", given.user),
            ("ui.sign.password", given.password),
            ("ui.sign.code", given.code),
        ):
            self.reader.type(self.find("text", say(name)), text)
        self.press(button)
        return button

    def training(self) -> Iterator[str]:
        """A record on the requirement that two people sign: the trainee, then the trainer."""
        self.press(say("ui.person.begin"))
        self.choose(say("ui.record.requirement.none"), TRAINING)
        self.press(say("ui.record.go"))
        yield self.sign("obarad", say("ui.sign.button.TRAINED"))
        self.press(say("ui.record.next.here"))
        yield self.sign("jwal", say("ui.sign.button.COMPETENT"), say("meaning.COMPETENT"))
        yield self.heard("label", begins("Signed as Assessed"))

    def paper(self) -> str:
        """The sealed training file of the person in front."""
        self.press(say("ui.person.report"))
        self.press(say("ui.reports.make"))
        return self.heard("label", say("ui.reports.sound"))

    def verify(self) -> str:
        """Verify the history, name and password typed again."""
        self.press(say("ui.page.history"))
        self.press(say("ui.history.verify"))
        given = self.cast.typed("muphaus")
        dialog = self.find("dialog", begins(say("ui.history.verify")))
        fields = [node for node in self.reader.below(dialog) if self.reader.role(node) == "text"]
        for field, text in zip(fields, (given.user, given.password), strict=True):
            self.reader.type(field, text)
        buttons = [
            node for node in self.reader.below(dialog) if self.reader.name(node) == say("ui.history.verify")
        ]
        self.reader.press(next(node for node in buttons if self.reader.role(node) == "push button"))
        return self.heard("label", begins("History verifies"))

    def lock(self) -> str:
        """Lock the window by the command of that name."""
        self.search(say("ui.shell.lock"), say("ui.shell.lock"))
        return self.heard("label", say("ui.lock.title"))

    def steps(self) -> Iterator[str]:
        """In, find, two people sign, paper, verify, lock, back in; what was heard on the way."""
        sign_in(self.reader, self.cast, "muphaus")
        yield self.person()
        yield from self.training()
        yield self.paper()
        yield self.verify()
        yield self.lock()
        self.reader.press(
            self.find("push button", lambda name: name.endswith(say("ui.lock.own", {"name": ""})))
        )
        sign_in(self.reader, self.cast, "muphaus")
        yield self.heard("label", begins("History verifies"))


def main() -> int:
    """Start the program, walk, end it."""
    folder = Path(sys.argv[1])
    environment = {**os.environ, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_QPA_PLATFORM": "xcb"}
    watched = [sys.executable, "-X", "faulthandler", "-m", "tests.journeys.watched", "--data", str(folder)]
    program = subprocess.Popen(watched, env=environment)
    reader = Reader()
    try:
        for line in Walk(reader, Cast.load(folder, os.urandom)).steps():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    finally:
        if program.poll() is not None:
            sys.stderr.write(f"the program ended before the walk did: {program.returncode}\n")
        reader.close()
        program.terminate()
        program.wait(20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
