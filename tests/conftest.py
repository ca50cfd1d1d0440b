"""What holds for every test.

- `@pytest.mark.req(…)` names requirements of the specification; a malformed one stops the run.
- `--requirements` prints which requirement is held by how many tests, at the end of a run in one process (no `-n`).
- `demo_dir` is the folder of one real demo a run, made by the command; whoever changes something works on a copy.
- Property tests draw the same examples every time; with COUNTERSIGN_ALL set, fresh ones.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

REQUIREMENT = re.compile(r"[A-Z]-(?:[A-Z]{3}-)?\d{2}")

FULL = bool(os.environ.get("COUNTERSIGN_ALL"))

settings.register_profile("short", deadline=None, derandomize=True)
settings.register_profile("full", deadline=None, max_examples=500)
settings.load_profile("full" if FULL else "short")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--requirements`."""
    parser.addoption("--requirements", action="store_true", help="print the requirements that the tests hold")


def requirements(item: pytest.Item) -> list[str]:
    """The requirements that a test names; a mark without one, or with a malformed one, stops the run."""
    named = [one for mark in item.iter_markers("req") for one in mark.args or ("",)]
    for one in named:
        if not isinstance(one, str) or not REQUIREMENT.fullmatch(one):
            raise pytest.UsageError(f"{item.nodeid}: {one!r} is no requirement's ID")
    return named


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count the requirements of what will run."""
    config.stash[HELD] = Counter(one for item in items for one in set(requirements(item)))


HELD = pytest.StashKey[Counter[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the counts, if asked."""
    if config.getoption("--requirements"):
        terminalreporter.section("requirements held")
        for one, count in sorted(config.stash.get(HELD, Counter()).items()):
            terminalreporter.line(f"{one} {count}")


@pytest.fixture(scope="session")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh demo: `site/`, its secrets, `trust.jws`. Not to be changed."""
    folder = tmp_path_factory.mktemp("demo") / "dir"
    command = [sys.executable, "-m", "app.cli", "--json", "--data", str(folder), "demo", "--headless"]
    subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, timeout=300)
    return folder
