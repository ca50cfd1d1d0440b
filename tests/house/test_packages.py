"""What is imported is declared, what is declared is locked, and what is locked carries its hash (decision 2)."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import ROOT, Source, parsed, sources

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "installers" / "requirements.lock").read_text(encoding="utf-8")
PRODUCT, TESTS = sources("app", "ui"), sources("tests")
OWN = {"app", "ui", "tests"} | {source.name.split("/")[-1].removesuffix(".py") for source in TESTS}
"""Our own packages, and the modules beside tests that import each other by plain name."""
DECLARED = [Requirement(line) for line in PROJECT["dependencies"]]
CENTRE = [Requirement(line) for line in PROJECT["optional-dependencies"]["centre"]]
EXTRAS = [Requirement(line) for lines in PROJECT["optional-dependencies"].values() for line in lines]
AT_THE_CENTRE = ("app/central/", "app/store/postgres.py", "app/wiring/service.py")


def imported(source: Source) -> set[str]:
    """The top-level names of the packages that a file imports, without the standard library's and our own."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found - set(sys.stdlib_module_names) - OWN


def undeclared(found: list[Source]) -> list[str]:
    """Imports of packages that no declared dependency brings by its own name."""
    brought = packages_distributions()
    return [
        f"{source.name} imports {package}"
        for source in found
        for package in sorted(imported(source))
        if not allowed(source) & {canonicalize_name(one) for one in brought.get(package, [])}
    ]


def allowed(source: Source) -> set[str]:
    """The distributions that a file may import from; a test may use any extra's."""
    extra = (
        CENTRE if source.name.startswith(AT_THE_CENTRE) else EXTRAS if source.name.startswith("tests/") else []
    )
    return {canonicalize_name(one.name) for one in DECLARED + extra}


def locked() -> dict[str, str]:
    """Distribution to version, as the lock pins them."""
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE)
    }


def test_every_import_is_declared() -> None:
    findings = undeclared(PRODUCT + TESTS)
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(
    ("name", "package"), [("app/work/planted.py", "psycopg"), ("app/base/planted.py", "pytest")]
)
def test_an_undeclared_import_is_named(name: str, package: str) -> None:
    assert undeclared([parsed(name, f"import {package}\n")]) == [f"{name} imports {package}"]
    assert undeclared([parsed("app/store/postgres.py", "import psycopg\nimport json\n")]) == []


@pytest.mark.parametrize("wanted", DECLARED + EXTRAS, ids=lambda one: str(one.name))
def test_every_dependency_is_locked_within_its_range(wanted: Requirement) -> None:
    if wanted.name != PROJECT["name"]:
        assert wanted.specifier.contains(locked()[canonicalize_name(wanted.name)])


def test_every_pin_carries_a_hash() -> None:
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
