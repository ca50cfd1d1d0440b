"""Calling the command as scripts do: what it was told on stdin, and what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.work.demo.cast import Cast
from tests.work.onstage import QA

ROOT = Path(__file__).resolve().parents[1]
CALL = [sys.executable, "-m", "app.cli"]


@dataclass(frozen=True)
class Said:
    """What one call said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout, and nothing else there."""
        assert self.out.endswith("\n") and self.out.count("\n") == 1, self.out
        told = json.loads(self.out)
        assert isinstance(told, dict)
        return told


def call(*arguments: str, given: str = "", **environment: str) -> Said:
    """One call of the command."""
    done = subprocess.run(
        [*CALL, *arguments], input=given, capture_output=True, text=True, cwd=ROOT, timeout=120,
        env={**os.environ, "COLUMNS": "200", **environment},
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def secrets(folder: Path, who: str, *more: str) -> str:
    """The lines that sign somebody in; the clock moves on, so that the code is fresh."""
    given = Cast.load(folder, os.urandom).typed(who)
    return "".join(
        f"{line}\n"
        for line in (f"user={given.user}", f"password={given.password}", f"code={given.code}", *more)
    )


def asked(folder: Path, who: str, *arguments: str) -> Said:
    """One call in the name of one of the demo's people, with JSON for an answer."""
    return call("--json", "--secrets-stdin", "--data", str(folder), *arguments, given=secrets(folder, who))


def verified(folder: Path) -> dict[str, Any]:
    """`verify store` of the copy."""
    lines = "".join(secrets(folder, QA).splitlines(keepends=True)[:2])
    trust = ("--trust", str(folder / "trust.jws"))
    said = call("--json", "--secrets-stdin", "verify", "store", str(folder), *trust, given=lines)
    assert said.code == said.json["exit"]
    return said.json
