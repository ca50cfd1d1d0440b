"""What architecture §7 and §9 say of names, docstrings and tests, as checks over sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from tests.house.sources import Function, Source, functions

BANNED = {"utils", "helpers", "common", "misc", "manager", "logic", "models", "service", "handler"}

MODULE_LINES = 15

WITHOUT_TWIN = {"journeys", "faults", "bench", "house", "outside", "vectors"}
"""Folders of tests that mirror no source: they tell stories, measure, or look from outside."""


def banned_names(found: Iterable[Source]) -> list[str]:
    """Modules and packages whose name says nothing. `wiring/service.py` is the service itself."""
    over = []
    for source in found:
        parts = PurePosixPath(source.name).with_suffix("").parts
        if (
            any(part in BANNED or part.startswith("base_") for part in parts)
            and source.name != "app/wiring/service.py"
        ):
            over.append(source.name)
    return over


def unopened(found: Iterable[Source]) -> list[str]:
    """Modules without a docstring, or with one longer than its rules may be."""
    over = []
    for source in found:
        words = ast.get_docstring(source.tree)
        if not words:
            over.append(f"{source.name}: no docstring")
        elif words.count("\n") >= MODULE_LINES:
            over.append(
                f"{source.name}: a docstring of {words.count(chr(10)) + 1} lines, at most {MODULE_LINES}"
            )
    return over


def _public(body: Iterable[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """Public functions and classes of a body, and the public functions of its public classes."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def _stub(node: ast.AST) -> bool:
    """Whether a function only says its shape, as in a Protocol."""
    return isinstance(node, Function) and isinstance(last := node.body[-1], ast.Expr) and _ellipsis(last.value)


def _ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def undocumented(found: Iterable[Source]) -> list[str]:
    """Public functions, methods and classes without a docstring."""
    return [
        f"{source.name}:{node.lineno} {node.name}"
        for source in found
        for node in _public(source.tree.body)
        if not ast.get_docstring(node) and not _stub(node)
    ]


def mocks(found: Iterable[Source]) -> list[str]:
    """Places where a test would replace behaviour: mock libraries, `mocker`, monkeypatch beyond the environment."""
    return [f"{source.name}:{line}" for source in found for line in sorted(set(_mocks(source)))]


def _mocks(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import) and any("mock" in alias.name for alias in node.names):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and (
            "mock" in (node.module or "") or any(a.name == "mock" for a in node.names)
        ):
            yield node.lineno
        if isinstance(node, ast.Attribute) and _patches(node):
            yield node.lineno
    for function in functions(source):
        if any(argument.arg in {"mocker", "mock"} for argument in function.args.args):
            yield function.lineno


def _patches(node: ast.Attribute) -> bool:
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    return owner in {"monkeypatch", "patch"} and node.attr in {
        "setattr",
        "delattr",
        "setitem",
        "delitem",
        "object",
    }


def without_source(names: Iterable[str], there: set[str]) -> list[str]:
    """Test files that mirror no source file. `there` holds the paths of every source.

    A long twin may be split: `test_vault_disk.py` is another part of what mirrors `vault.py`.
    """
    return [name for name in names if not _mirrors(name) & there and _mirrors(name)]


def _mirrors(name: str) -> set[str]:
    """The sources that a test file may mirror; none if it need not mirror any."""
    path = PurePosixPath(name)
    parts = path.parts[1:]
    if not path.name.startswith("test_") or parts[0] in WITHOUT_TWIN:
        return set()
    folder = PurePosixPath(*(() if parts[0] == "ui" else ("app",)), *parts[:-1])
    words = path.stem.removeprefix("test_").split("_")
    return {(folder / f"{'_'.join(words[:i])}.py").as_posix() for i in range(1, len(words) + 1)}


PRIVATE = re.compile(
    r"(?<![\w.~/-])/(?:home|root|work|tmp|Users|opt|mnt|srv)/\w"  # somebody's machine
    r"|[A-Z]:\\\\?Users"
    r"|https?://[\w.-]*(?:registry|pypi|pythonhosted|npmjs|artifactor|mirror)[\w.-]*"
    r"|-{2}(?:extra-)?index-url|-{2}find-links|-{2}trusted-host"
)


def private(name: str, text: str) -> list[str]:
    """Lines that name a machine's folder or the host of a package registry."""
    return [
        f"{name}:{i}: {line.strip()[:80]}"
        for i, line in enumerate(text.splitlines(), 1)
        if PRIVATE.search(line)
    ]
