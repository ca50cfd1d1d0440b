"""What the command line asks and prints (decisions: "Contract of the command line").

- `--json` prints one JSON object on stdout and nothing else there; everything meant for people goes to stderr then.
- Secrets come from a terminal prompt, or from stdin as lines `name=value`; never from arguments or the environment.
- Anything over a second shows a number; Ctrl+C stops it and leaves nothing half done.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Json
from app.work.feeds.feed import Tick
from app.work.unlock import Given

OK, FOUND, UNDECIDED, USAGE = 0, 1, 2, 3

HIDDEN = ("password", "code", "again", "secret")
"""How the names of what nobody should read over a shoulder end."""


class Terminal:
    """Where answers go and secrets come from."""

    def __init__(self, *, as_json: bool = False, from_stdin: bool = False) -> None:
        self.as_json, self.from_stdin = as_json, from_stdin
        self._secrets: dict[str, str] | None = {} if from_stdin else None
        self._out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
        self._err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)

    def tell(self, text: str) -> None:
        """A line for people."""
        (self._err if self.as_json else self._out).print(text)

    def warn(self, text: str) -> None:
        """A line about something that went wrong."""
        self._err.print(text, style="bold")

    def answer(self, members: Mapping[str, Json]) -> None:
        """The one JSON object."""
        if self.as_json:
            sys.stdout.write(json.dumps(members, ensure_ascii=False) + "\n")
            sys.stdout.flush()

    def secret(self, name: str, prompt: str = "") -> str:
        """One secret by its name (`user`, `password`, `code` …). Fault `terminal.no_secret` when nobody can be asked."""
        if self._secrets is not None:
            # Read as far as needed: a later secret may depend on what is shown in between.
            while name not in self._secrets and (line := sys.stdin.readline()):
                self._secrets.update(_member(line.rstrip("\r\n")))
            if name not in self._secrets:
                raise Fault("terminal.no_secret", name=name)
            return self._secrets[name]
        if not sys.stdin.isatty():
            raise Fault("terminal.no_secret", name=name)
        asked = prompt or say(f"ask.{name}")
        return getpass.getpass(asked) if name.endswith(HIDDEN) else input(asked)

    @property
    def prompts(self) -> bool:
        """Whether somebody types, and can be asked again."""
        return self._secrets is None and sys.stdin.isatty()

    def given(self) -> Given:
        """What signs a person in: user name, password, one-time code."""
        return Given(self.secret("user"), self.secret("password"), self.secret("code"))

    @contextmanager
    def progress(self, title: str) -> Iterator[Tick]:
        """A counter on stderr while a block runs; nothing where nobody looks."""
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=self._err, transient=True, disable=not self._err.is_terminal,
        ) as bar:  # fmt: skip
            task = bar.add_task(title, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def _member(line: str) -> dict[str, str]:
    """One `name=value` line; Fault `terminal.bad_line` for any other."""
    name, equals, value = line.partition("=")
    if line.strip() and not equals:
        raise Fault("terminal.bad_line")
    return {name.strip(): value} if equals else {}
