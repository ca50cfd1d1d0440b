"""What gets loaded when every module of the core is imported, seen from a process of its own.

- Contracts read the source; this reads `sys.modules`, so that no lazy or computed import escapes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT, Source, calls, parsed, sources

EVERYTHING = """
import importlib, pkgutil, sys
import app
skipped = set(sys.argv[1:])
for found in pkgutil.walk_packages(app.__path__, "app."):
    if found.name not in skipped:
        importlib.import_module(found.name)
print(*sorted(sys.modules), sep="\\n")
"""


def loaded(folder: Path, *skipped: str) -> set[str]:
    """The top-level names in `sys.modules` after importing every module of `app` in `folder`."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    run = subprocess.run(
        [sys.executable, "-c", EVERYTHING, *skipped],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return {name.split(".")[0] for name in run.stdout.split()}


def test_the_core_loads_no_qt() -> None:
    names = loaded(ROOT)
    assert "app" in names
    assert not names & {"PySide6", "shiboken6", "ui"}


def test_a_core_that_loads_qt_is_seen(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "app" / "planted.py").write_text("__import__('PySide' + '6.QtCore')\n", encoding="utf-8")
    assert "PySide6" in loaded(tmp_path)


def test_a_desktop_loads_no_postgresql() -> None:
    assert "psycopg" not in loaded(
        ROOT,
        "app.store.postgres",
        "app.central",
        "app.wiring.service",
        "app.wiring.postgres",
        "app.wiring.serving",
    )


def coders(found: list[Source]) -> list[str]:
    """Places that make or read bytes with msgspec outside base/codec.py."""
    return [
        f"{source.name}:{node.lineno}"
        for source in found
        if source.name != "app/base/codec.py" and "msgspec" in source.text
        for node in calls(source)
        if _target(node.func).startswith(
            ("msgspec.json.", "msgspec.msgpack.", "msgspec.yaml.", "msgspec.toml.")
        )
    ]


def _target(node: object) -> str:
    parts: list[str] = []
    while hasattr(node, "attr"):
        parts.append(node.attr)
        node = node.value  # type: ignore[attr-defined]
    return ".".join([getattr(node, "id", ""), *reversed(parts)])


def test_one_file_makes_bytes() -> None:
    assert coders(sources("app", "ui")) == []


@pytest.mark.parametrize(
    "text", ["import msgspec\nmsgspec.json.encode({})\n", "import msgspec\nx = msgspec.json.Decoder(int)\n"]
)
def test_a_second_maker_of_bytes_is_named(text: str) -> None:
    assert coders([parsed("app/work/planted.py", text)]) == ["app/work/planted.py:2"]
