"""Sizes that keep the code readable (architecture §8), and each limit seen to bite."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import limits
from tests.house.sources import ROOT, Source, parsed, sources

PRODUCT = sources("app", "ui")
TESTS = sources("tests")

Check = Callable[[list[Source]], list[str]]


def _body(count: int) -> str:
    return "".join(f"    x{i} = {i}\n" for i in range(count))


def _methods(count: int) -> str:
    return "".join(f"    def m{i}(self): ...\n" for i in range(count))


GREEN = [limits.long_functions, limits.long_files, limits.large_classes, limits.deferred_imports]

RED = [
    (limits.long_functions, "def big():\n" + _body(limits.LONGEST)),
    (limits.long_files, "x = 1\n" * (limits.FILE + 1)),
    (limits.large_classes, "class Big:\n" + _methods(limits.METHODS + 1)),
    (limits.large_classes, "class Big(QWidget):\n" + _methods(limits.WIDGET_METHODS + 1)),
    (limits.deferred_imports, "def late():\n    import json\n"),
    (limits.deferred_imports, "def late():\n    if late:\n        from app.wiring import service\n"),
]

AT_THE_LIMIT = [
    (limits.long_functions, "def big():\n" + _body(limits.LONGEST - 1)),
    (limits.long_files, "x = 1\n" * limits.FILE),
    (limits.large_classes, "class Big:\n" + _methods(limits.METHODS)),
    (limits.large_classes, "class Big(QtWidgets.QWidget):\n" + _methods(limits.WIDGET_METHODS)),
    (limits.deferred_imports, "import json\n"),
]


@pytest.mark.parametrize("check", GREEN)
def test_the_product_keeps_its_limits(check: Check) -> None:
    findings = check(PRODUCT)
    assert not findings, "\n".join(findings)


def test_no_function_of_the_tests_is_longer() -> None:
    findings = limits.long_functions(TESTS)
    assert not findings, "\n".join(findings)


def test_most_functions_are_short() -> None:
    median, ninetieth = limits.shape(PRODUCT)
    figures = f"median {median} (at most {limits.MEDIAN}), 90 % {ninetieth} (at most {limits.NINETIETH})"
    assert median <= limits.MEDIAN and ninetieth <= limits.NINETIETH, figures


@pytest.mark.parametrize(("check", "text"), RED)
def test_a_file_over_a_limit_is_named(check: Check, text: str) -> None:
    (finding,) = check([parsed("app/work/planted.py", text)])
    assert finding.startswith("app/work/planted.py")


@pytest.mark.parametrize(("check", "text"), AT_THE_LIMIT)
def test_a_file_at_its_limit_passes(check: Check, text: str) -> None:
    assert check([parsed("app/work/planted.py", text)]) == []


def test_three_late_imports_are_excused() -> None:
    late = "def late():\n    from app.wiring import service\n"
    assert limits.deferred_imports([parsed("app/cli.py", late)]) == []
    assert len(limits.deferred_imports([parsed("app/work/perform.py", late)])) == 1


def test_long_functions_everywhere_are_seen() -> None:
    text = "".join(f"def f{i}():\n{_body(40)}" for i in range(9)) + "def g():\n    x = 1\n"
    assert limits.shape([parsed("app/planted.py", text)]) == (41, 41)


def _complex(folder: Path, *tops: str) -> str:
    """What ruff says of functions with too many branches; a noqa excuses nobody."""
    command = [sys.executable, "-m", "ruff", "check", "--select", "C901", "--ignore-noqa", "--no-cache"]
    config = ["--config", str(ROOT / "pyproject.toml"), "--output-format", "concise"]
    return subprocess.run([*command, *config, *tops], cwd=folder, capture_output=True, text=True).stdout


def test_no_function_branches_more_than_ten_ways() -> None:
    assert "All checks passed" in _complex(ROOT, "app", "ui")


def test_a_function_with_eleven_ways_is_named(tmp_path: Path) -> None:
    branches = "".join(f"    if x == {i}:\n        return {i}\n" for i in range(10))
    (tmp_path / "planted.py").write_text(f"def forked(x):  # noqa: C901\n{branches}", encoding="utf-8")
    said = _complex(tmp_path, ".")
    assert "planted.py" in said
    assert "C901" in said
