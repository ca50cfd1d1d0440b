"""A centre as a process of its own, started by the command and told to end by a signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.calling import CALL, ROOT


class Running:
    """`centre serve FOLDER …`: `told` is its one object, `address` and `ca` stand in it; ended with the block."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.log = folder / "served.log"
        command = [*CALL, "--json", "centre", "serve", str(folder), "--listen", "127.0.0.1:0", *more]
        self._process = subprocess.Popen(
            [*command, "--log", str(self.log)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self.told: dict[str, Any] = json.loads(line) if line else {}
        assert self.told, self.end()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.end()

    @property
    def where(self) -> tuple[str, ...]:
        """The arguments of `sync` that lead here."""
        return ("--to", self.told["address"], "--ca", self.told["ca"])

    def end(self, by: int = signal.SIGTERM) -> tuple[int, str]:
        """(exit code, what it said to people) once it has ended."""
        if self._process.poll() is None:
            self._process.send_signal(by)
        _, said = self._process.communicate(timeout=60)
        return self._process.returncode, said

    def events(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
