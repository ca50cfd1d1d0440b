"""Every painter ends where its block ends: one that outlives its paint event takes the process with it."""

from __future__ import annotations

import ast

import pytest

from tests.house.sources import Source, called, calls, parsed, sources

PAINTERS = {"QPainter", "QStylePainter"}

EXCUSED = {"ui/reports/printing.py", "ui/door/sheet.py"}
"""Files whose `QPainter()`, made on nothing, begins on a printer, may fail to, and is ended by hand."""

RED = [
    "painter = QPainter(self)\n",
    "painter, look = QtGui.QPainter(self), theme()\n",
    "paint_symbol(QPainter(self), area)\n",
    "with open(name), QPainter(self).device() as device:\n    pass\n",
    "painter = QStylePainter(self)\ntry:\n    paint(painter)\nfinally:\n    painter.end()\n",
]

GREEN = [
    "with QPainter(self) as painter:\n    pass\n",
    "with held(), QtGui.QPainter(self.viewport()) as painter:\n    pass\n",
    "hint = QPainter.RenderHint.Antialiasing\n",
]


def open_painters(found: list[Source]) -> list[str]:
    """Painters that no `with` ends."""
    findings = []
    for source in found:
        held = {id(item.context_expr) for item in ast.walk(source.tree) if isinstance(item, ast.withitem)}
        findings += [
            f"{source.name}:{call.lineno} {called(call)} outside a with"
            for call in calls(source)
            if called(call) in PAINTERS and id(call) not in held and (call.args or source.name not in EXCUSED)
        ]
    return findings


def test_every_painter_of_the_window_is_ended_by_its_with() -> None:
    findings = open_painters(sources("ui"))
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("text", RED)
def test_a_painter_outside_a_with_is_named(text: str) -> None:
    (finding,) = open_painters([parsed("ui/kit/planted.py", text)])
    assert finding.startswith("ui/kit/planted.py:1 ")


@pytest.mark.parametrize("text", GREEN)
def test_a_painter_inside_a_with_passes(text: str) -> None:
    assert open_painters([parsed("ui/kit/planted.py", text)]) == []


def test_only_a_painter_made_on_nothing_is_excused() -> None:
    for name in EXCUSED:
        assert open_painters([parsed(name, "painter = QPainter()\n")]) == []
        assert len(open_painters([parsed(name, "painter = QPainter(device)\n")])) == 1
    assert len(open_painters([parsed("ui/kit/planted.py", "painter = QPainter()\n")])) == 1
