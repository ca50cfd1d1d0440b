"""What the command line asks and prints, tried in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPENING = """
import json, sys
from app.base.faults import Fault
from app.wiring.terminal import Terminal
def told(work):
    try:
        return work()
    except Fault as fault:
        return fault.code
"""


def run(program: str, given: str = "") -> tuple[str, str]:
    """What the program prints on stdout and stderr."""
    command = [sys.executable, "-c", OPENING + program]
    done = subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_with_json_one_object_is_on_stdout_and_all_else_on_stderr() -> None:
    out, err = run(
        "t = Terminal(as_json=True)\nt.tell('for people')\nt.warn('went wrong')\nt.answer({'name': 'Jordá'})"
    )
    assert (
        out == '{"name": "Jordá"}\n' and json.loads(out) and err.split() == ["for", "people", "went", "wrong"]
    )


def test_without_json_people_are_told_on_stdout() -> None:
    out, err = run("t = Terminal()\nt.tell('[bold] :smile: 12')\nt.answer({'v': 1})\nt.warn('wrong')")
    assert (out, err) == ("[bold] :smile: 12\n", "wrong\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("password=a=b c \nuser=x\n", ["x", "a=b c "]),
        ("user=x\r\npassword=y\r\n", ["x", "y"]),
        ("\nuser=x\n\npassword=\n", ["x", ""]),
        ("user=x\n", ["x", "terminal.no_secret"]),
        ("user=x\nnonsense\n", ["x", "terminal.bad_line"]),
        ("", ["terminal.no_secret", "terminal.no_secret"]),
    ],
)
def test_secrets_come_by_name_from_stdin(given: str, said: list[str]) -> None:
    program = "t = Terminal(from_stdin=True)\nprint(json.dumps([told(lambda: t.secret(n)) for n in ('user', 'password')]))"
    assert json.loads(run(program, given)[0]) == said


def test_without_a_terminal_nobody_is_asked() -> None:
    program = "print(told(lambda: Terminal().secret('password')))"
    assert run(program, "password=x\n")[0] == "terminal.no_secret\n"


def test_progress_is_silent_where_nobody_looks() -> None:
    program = "t = Terminal(as_json=True)\nwith t.progress('Reading') as tick:\n    tick(1, 2)\n"
    assert run(program) == ("", "")
