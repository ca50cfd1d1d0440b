"""Names, docstrings, mirrored tests, no mocks, nothing private in a tracked file; each check seen to bite."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.house import names
from tests.house.sources import ROOT, Source, parsed, sources

PRODUCT = sources("app", "ui")
TESTS = sources("tests")

Check = Callable[[list[Source]], list[str]]

GREEN: list[tuple[Check, list[Source]]] = [
    (names.banned_names, PRODUCT + TESTS),
    (names.unopened, PRODUCT + TESTS),
    (names.undocumented, PRODUCT),
    (names.mocks, TESTS),
]

OPENED = '"""Opened."""\n'

RED: list[tuple[Check, str, str]] = [
    (names.banned_names, "app/work/helpers.py", OPENED),
    (names.banned_names, "app/utils/dates.py", OPENED),
    (names.banned_names, "ui/kit/base_page.py", OPENED),
    (names.unopened, "app/work/planted.py", "x = 1\n"),
    (names.unopened, "app/work/planted.py", '"""Long.\n' + "- rule\n" * 15 + '"""\n'),
    (names.undocumented, "app/work/planted.py", "def bare():\n    return 1\n"),
    (
        names.undocumented,
        "app/work/planted.py",
        'class A:\n    """A."""\n    def bare(self):\n        return 1\n',
    ),
    (names.mocks, "tests/work/test_planted.py", "from unittest.mock import Mock\n"),
    (names.mocks, "tests/work/test_planted.py", "from unittest import mock\n"),
    (names.mocks, "tests/work/test_planted.py", "def test_x(mocker): ...\n"),
    (
        names.mocks,
        "tests/work/test_planted.py",
        "def test_x(monkeypatch):\n    monkeypatch.setattr('a.b', 1)\n",
    ),
]

FINE: list[tuple[Check, str, str]] = [
    (names.banned_names, "app/wiring/service.py", OPENED),
    (names.undocumented, "app/work/planted.py", "def _own():\n    return 1\n"),
    (
        names.undocumented,
        "app/work/planted.py",
        'class A(Protocol):\n    """A."""\n    def shape(self) -> int: ...\n',
    ),
    (
        names.mocks,
        "tests/work/test_planted.py",
        "def test_x(monkeypatch):\n    monkeypatch.setenv('TZ', 'UTC')\n",
    ),
]


@pytest.mark.parametrize(("check", "found"), GREEN, ids=[check.__name__ for check, _ in GREEN])
def test_the_house_keeps_its_words(check: Check, found: list[Source]) -> None:
    findings = check(found)
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(("check", "name", "text"), RED)
def test_a_breach_is_named(check: Check, name: str, text: str) -> None:
    (finding,) = check([parsed(name, text)])
    assert finding.startswith(name)


@pytest.mark.parametrize(("check", "name", "text"), FINE)
def test_what_is_allowed_passes(check: Check, name: str, text: str) -> None:
    assert check([parsed(name, text)]) == []


def test_every_test_file_mirrors_a_source_file() -> None:
    there = {source.name for source in PRODUCT}
    findings = names.without_source([source.name for source in TESTS], there)
    assert not findings, "\n".join(findings)


def test_a_test_file_without_its_source_is_named() -> None:
    there = {"app/work/sign.py", "ui/shell/lock.py"}
    fine = [
        "tests/work/test_sign.py",
        "tests/ui/shell/test_lock.py",
        "tests/journeys/test_first_day.py",
        "tests/work/desk.py",
        "tests/work/test_sign_twice.py",
    ]
    assert names.without_source([*fine, "tests/work/test_signing.py"], there) == ["tests/work/test_signing.py"]


def tracked() -> list[str]:
    """Every file that git holds or would hold."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(name for name in set(run.stdout.splitlines()) if (ROOT / name).is_file())


def test_no_file_names_a_machine_or_a_registry() -> None:
    found: list[str] = []
    for name in tracked():
        found += names.private(name, (ROOT / name).read_text(encoding="utf-8", errors="replace"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "/".join(["see ", "home", "ada", "x"]),
        "--index" + "-url x",
        "https" + "://mirror.example/simple",
        "C:\\" + "Users\\ada",
    ],
)
def test_a_private_line_is_named(line: str) -> None:
    assert len(names.private("README.md", f"fine\n{line}\n")) == 1


@pytest.mark.parametrize("line", ["app/work/perform.py", "~/work/x", "a/root/b", "GET /v1/batches"])
def test_a_public_line_is_not(line: str) -> None:
    assert names.private("README.md", line) == []
