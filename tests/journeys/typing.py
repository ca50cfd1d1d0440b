"""Somebody at a real terminal: a program is started on one, its words are read, and keys are pressed."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


class Typist:
    """`countersign …` on a terminal of its own; ended with the block if it still runs."""

    def __init__(self, *arguments: str) -> None:
        program = [sys.executable, "-m", "app.cli", *arguments]
        self.told = ""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            # A test runner's worker ignores the interrupt, and a program inherits that.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(ROOT)
            os.execv(program[0], program)

    def __enter__(self) -> Typist:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._terminal)

    def read(self, wanted: str, seconds: float = SECONDS) -> str:
        """What is written from now to `wanted`, the program's end, or a minute; AssertionError when it did not come."""
        told, end = "", time.monotonic() + seconds
        while (
            wanted not in told and select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))[0]
        ):
            try:
                told += os.read(self._terminal, 1).decode("latin-1")
            except OSError:
                break
        self.told += told
        assert wanted in told, told
        return told

    def press(self, keys: str) -> None:
        """Press these keys, nothing after them."""
        os.write(self._terminal, keys.encode())

    def interrupt(self, wanted: str) -> str:
        """Press Ctrl+C until it is answered with `wanted`: one that comes between prompt and reading is heard at the next."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            self.press("\x03")
            if select.select([self._terminal], [], [], 2.0)[0]:
                with suppress(AssertionError):
                    return self.read(wanted, 2.0)
        raise AssertionError(self.told)

    def type(self, wanted: str, line: str) -> str:
        """Wait for a prompt, type a line and Enter; what was written up to the prompt."""
        told = self.read(wanted)
        self.press(line + "\n")
        return told

    def ended(self) -> int:
        """Read to the end; the exit code."""
        try:
            while chunk := os.read(self._terminal, 4096):
                self.told += chunk.decode("latin-1")
        except OSError:
            pass
        pid, self._pid = self._pid, 0
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
