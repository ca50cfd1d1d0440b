"""Ctrl+C at a prompt: one sentence and an exit code, no trace and no silence."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30


def read_until(terminal: int, wanted: str) -> str:
    """What a program writes to its terminal, up to `wanted`, its end, or half a minute."""
    told, end = "", time.monotonic() + SECONDS
    while wanted not in told and select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
        try:
            told += os.read(terminal, 4096).decode("utf-8", "replace")
        except OSError:
            break
    return told


@pytest.mark.parametrize("command", [("status", "HB10032"), ("report", "file", "HB10032", "--out", "a.pdf")])
def test_ctrl_c_is_answered_in_words(tmp_path: Path, command: tuple[str, ...]) -> None:
    program = [sys.executable, "-m", "app.cli", "--data", str(tmp_path), *command]
    pid, terminal = pty.fork()
    if pid == 0:
        # A test runner's worker ignores the interrupt, and a program inherits that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.chdir(ROOT)
        os.execv(program[0], program)
    try:
        assert "User name" in read_until(terminal, "User name: ")
        os.write(terminal, b"\x03")
        assert "Nothing of this step was recorded" in read_until(terminal, "is kept.")
        read_until(terminal, "nothing more")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
        pid = 0
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(terminal)
