"""The source tree as parsed files, for the tests that measure it.

- A check is a function from sources to findings; a finding is one line that names the place.
- The same check runs over the product (nothing found) and over a planted file (found, and named).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file; `name` is its path below the root, with slashes."""

    name: str
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """Its dotted name."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def parsed(name: str, text: str) -> Source:
    """A Source from text, for planting."""
    return Source(name=name, text=text, tree=ast.parse(text))


def sources(*tops: str, root: Path = ROOT) -> list[Source]:
    """Every Python file below `tops`, in order of name."""
    files = sorted(path for top in tops for path in (root / top).rglob("*.py"))
    return [parsed(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in files]


def functions(source: Source) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(source.tree) if isinstance(node, Function))


def classes(source: Source) -> Iterator[ast.ClassDef]:
    """Every class of a file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))


def called(node: ast.Call) -> str:
    """The last name of what is called: `Refused` of `words.Refused(…)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def calls(source: Source) -> Iterator[ast.Call]:
    """Every call of a file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
