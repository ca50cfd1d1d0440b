"""The floors (architecture §4): every contract holds, and every contract is seen to break.

- A green contract alone proves nothing: it may ask about a name that nobody uses. So each is broken on a copy.
- A planted file is named in the report, and no other contract breaks with it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import ROOT

CONFIG: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]
CONTRACTS: dict[str, dict[str, Any]] = {contract["id"]: contract for contract in CONFIG["contracts"]}

SEEN_BY_UI = {"app.base", "app.domain", "app.work", "app.wiring"}

IMPURE = ("os", "time", "random", "uuid", "logging", "threading")

RED: list[tuple[str, dict[str, str]]] = [
    ("floors", {"app/proof/planted.py": "import app.domain.who"}),
    (
        "acyclic",
        {
            "app/domain/planted.py": "import app.domain.other",
            "app/domain/other.py": "import app.domain.planted",
        },
    ),
    ("no-qt-in-app", {"app/base/planted.py": "import PySide6.QtCore", "app/work/planted.py": "import ui"}),
    (
        "ui-sees-work",
        {"ui/planted.py": "import app.store.schema", "ui/other.py": "from app.proof import esign"},
    ),
    (
        "one-door",
        {
            "app/work/planted.py": "from app.store.append import index",
            "app/store/planted.py": "import app.store.append",
        },
    ),
    (
        "centre-door",
        {
            "app/central/planted.py": "from app.store.received import keep_entries",
            "app/store/planted.py": "import app.store.received",
        },
    ),
    ("pure-domain", {f"app/domain/planted_{name}.py": f"import {name}" for name in IMPURE}),
]

ELSEWHERE = {
    "sqlcipher3": "app/store/planted.py",
    "psycopg": "app/store/planted.py",
    "sqlalchemy": "app/work/planted.py",
    "sqlite3": "app/proof/planted.py",
    "keyring": "app/proof/planted.py",
    "reportlab": "ui/planted.py",
    "datetime": "app/work/planted.py",
    "cyclopts": "app/work/planted.py",
    "openpyxl": "app/work/planted.py",
    "python_calamine": "app/work/planted.py",
    "shamir_mnemonic": "app/work/planted.py",
    "httpx2": "app/proof/planted.py",
    "pyhanko": "app/work/planted.py",
    "segno": "ui/planted.py",
    "zxingcpp": "app/work/planted.py",
    "starlette": "app/work/planted.py",
    "uvicorn": "app/wiring/planted.py",
    "structlog": "app/work/planted.py",
}


def lint(folder: Path) -> tuple[set[str], str]:
    """The ids of the broken contracts, and the whole report."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    run = subprocess.run(
        [*command, "--no-cache", "--no-logo", "--config", "pyproject.toml"],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    broken = set(re.findall(r"^(\d .+) BROKEN", run.stdout, re.MULTILINE))
    assert "Contracts:" in run.stdout, run.stdout + run.stderr
    return {key for key, contract in CONTRACTS.items() if contract["name"] in broken}, run.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's source and its contracts, to break."""
    for top in ("app", "ui"):
        shutil.copytree(ROOT / top, tmp_path / top, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(folder: Path, files: dict[str, str]) -> None:
    """Write each file with a docstring and its one import; packages on the way are made."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(f'"""Planted."""\n{text}\n', encoding="utf-8")


def test_every_contract_holds() -> None:
    broken, report = lint(ROOT)
    assert broken == set(), report


def test_every_contract_has_its_red_test() -> None:
    assert {key for key, _ in RED} | {"one-home"} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "files"), RED, ids=[key for key, _ in RED])
def test_a_planted_violation_breaks_its_contract(copy: Path, contract: str, files: dict[str, str]) -> None:
    plant(copy, files)
    broken, report = lint(copy)
    assert broken == {contract}, report
    for name in files:
        assert named(name, report)


def named(path: str, report: str) -> bool:
    """Whether a report names the module of `path`; a cycle is told in names relative to its package."""
    module = path.removesuffix(".py").replace("/", ".")
    return (
        module in report
        or f" .{module.split('.')[-1]} (" in report
        or f"- .{module.split('.')[-1]} ->" in report
    )


def test_an_import_upward_breaks_the_floors(copy: Path) -> None:
    plant(copy, {"app/base/planted.py": "import app.store.schema"})
    broken, report = lint(copy)
    assert broken == {"floors", "acyclic"}
    assert "app.base.planted -> app.store.schema" in report


def test_a_package_without_a_floor_is_refused(copy: Path) -> None:
    plant(copy, {"app/attic/planted.py": ""})
    broken, report = lint(copy)
    assert broken == {"floors"}
    assert "attic" in report


def test_every_library_has_its_red_case() -> None:
    assert set(ELSEWHERE) == set(CONTRACTS["one-home"]["forbidden_modules"])


def test_a_library_outside_its_home_is_named(copy: Path) -> None:
    homes = {library: path.replace("planted", f"planted_{library}") for library, path in ELSEWHERE.items()}
    plant(copy, {path: f"import {library}" for library, path in homes.items()})
    broken, report = lint(copy)
    assert broken == {"one-home"}, report
    for library, path in homes.items():
        assert f"{path.removesuffix('.py').replace('/', '.')} -> {library}" in report


def test_the_window_is_forbidden_whatever_it_need_not_see() -> None:
    parts = [
        path for path in (ROOT / "app").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    hidden = {f"app.{path.stem}" for path in parts} - SEEN_BY_UI - {"app.__init__"}
    assert set(CONTRACTS["ui-sees-work"]["forbidden_modules"]) == hidden
