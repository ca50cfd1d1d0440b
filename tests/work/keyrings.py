"""A real gnome-keyring daemon on a real session bus, in a fresh home, for one program at a time.

- The test process has no bus of its own: each program runs under its own `dbus-run-session`.
- What ran in the session ends with it; only processes that the session started are stopped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START = (
    "printf pw | gnome-keyring-daemon {unlock} --foreground --components=secrets >/dev/null 2>&1 &"
    " echo $! > daemon"
)
SERVED = "timeout 10 gdbus wait --session org.freedesktop.secrets"
STOP = "kill -9 $(cat daemon) 2>/dev/null"
OPENING = """
import json, os, signal, sys, time
from pathlib import Path
from app.base.faults import Fault
from app.work.oskeyring import KeyringSecrets
secrets = KeyringSecrets("v-1")
daemon = lambda: int(Path("daemon").read_text())
def told(work):
    began = time.monotonic()
    try:
        said = work()
    except Fault as fault:
        fault.plain(), fault.what_to_do()
        said = fault.code
    print(json.dumps([said, time.monotonic() - began]), flush=True)
    return said
"""


@dataclass(frozen=True)
class Ran:
    """What a program `told`: (what was said, seconds) each; and the seconds of its whole life."""

    told: list[tuple[Any, float]]
    seconds: float

    @property
    def said(self) -> list[Any]:
        """What was said, without the times."""
        return [said for said, _ in self.told]


@dataclass(frozen=True)
class Home:
    """One account's home: what it holds lasts from one session to the next."""

    folder: Path

    def run(
        self, program: str, *, keyring: str | None = "open", display: bool = False, **environment: str
    ) -> Ran:
        """Run `program` in a new session; `keyring` is `open`, `locked` or None for no bus at all."""
        command = [sys.executable, "-c", OPENING + program]
        if keyring is not None:
            unlock = "--unlock" if keyring == "open" else ""
            script = f'{START.format(unlock=unlock)}; {SERVED}; "$@"; status=$?; {STOP}; exit $status'
            command = ["dbus-run-session", "--", "bash", "-c", script, "session", *command]
        if display:
            command = ["xvfb-run", "-a", *command]
        began = time.monotonic()
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env=self._environment(environment),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        told = [tuple(json.loads(line)) for line in done.stdout.splitlines()]
        return Ran(told=told, seconds=time.monotonic() - began)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        own = {name: str(self.folder) for name in ("HOME", "XDG_RUNTIME_DIR")}
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **own, **more}


def missing_programs() -> list[str]:
    """Which of the needed programs are not installed."""
    return [
        name
        for name in ("dbus-run-session", "gdbus", "gnome-keyring-daemon", "xvfb-run")
        if shutil.which(name) is None
    ]
