"""What architecture §8 limits, as checks over sources.

- A function's lines run from its `def` to its last line, docstring included, decorators left out.
- A class's methods are the functions in its own body; a widget is a class that has a base that Qt names (`Q…`), its own
  or through classes of the sources looked at.
- An import is deferred when it stands inside a function; few are allowed, for start-up time.
"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterable, Iterator

from tests.house.sources import Function, Source, classes, functions

MEDIAN, NINETIETH, LONGEST, METHODS, WIDGET_METHODS, FILE = 10, 30, 50, 12, 18, 400

DEFERRED = {
    ("ui.main", "app.wiring.desktop"),
    ("ui.main", "app.wiring.firstrun"),
    ("ui.main", "app.wiring.place"),
    ("ui.lane", "ctypes.CDLL"),
    ("app.work.issue", "app.report.stamp"),
    ("app.cli", "app.wiring.service"),
}


def lines(node: Function) -> int:
    """How many lines a function takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def shape(found: Iterable[Source]) -> tuple[float, float]:
    """Median and 90th percentile of the functions' lines."""
    sizes = [lines(node) for source in found for node in functions(source)]
    return statistics.median(sizes), statistics.quantiles(sizes, n=10, method="inclusive")[-1]


def long_functions(found: Iterable[Source]) -> list[str]:
    """Functions over the longest that is allowed."""
    return [
        f"{source.name}:{node.lineno} {node.name}: {lines(node)} lines, at most {LONGEST}"
        for source in found
        for node in functions(source)
        if lines(node) > LONGEST
    ]


def long_files(found: Iterable[Source]) -> list[str]:
    """Files with more lines than allowed."""
    sizes = [(source.name, source.text.count("\n")) for source in found]
    return [f"{name}: {size} lines, at most {FILE}" for name, size in sizes if size > FILE]


def _bases(node: ast.ClassDef) -> list[str]:
    return [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases]


def _widgets(found: Iterable[Source]) -> set[str]:
    """The names of the classes that are widgets, through whichever bases."""
    bases = {node.name: _bases(node) for source in found for node in classes(source)}
    widgets = {
        name
        for names in bases.values()
        for name in names
        if len(name) > 1 and name[0] == "Q" and name[1].isupper()
    }
    while more := {name for name, names in bases.items() if name not in widgets and widgets & set(names)}:
        widgets |= more
    return widgets


def large_classes(found: Iterable[Source]) -> list[str]:
    """Classes with more methods than allowed."""
    over, sources = [], list(found)
    widgets = _widgets(sources)
    for source in sources:
        for node in classes(source):
            methods = sum(isinstance(part, Function) for part in node.body)
            limit = WIDGET_METHODS if node.name in widgets else METHODS
            if methods > limit:
                over.append(f"{source.name}:{node.lineno} {node.name}: {methods} methods, at most {limit}")
    return over


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules that an import may mean: for `from a import b` both `a` and `a.b`."""
    for alias in node.names:
        yield f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
    if isinstance(node, ast.ImportFrom):
        yield node.module or ""


def deferred_imports(found: Iterable[Source]) -> list[str]:
    """Imports inside functions, but for those that start-up time excuses."""
    inside = {
        (source.name, node.lineno): (source.module, list(_imported(node)))
        for source in found
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return [
        f"{name}:{line} imports {names[0]} inside a function"
        for (name, line), (module, names) in inside.items()
        if not any((module, imported) in DEFERRED for imported in names)
    ]
