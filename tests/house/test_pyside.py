"""The guard of the Qt pin (decision 2): 6.12.0 loses a reference to None on every void call under CPython 3.11.

- Counted in a process of its own, offscreen: with the fault, that process dies of a fatal error.
- From CPython 3.12 on None is immortal, so the count stands still whatever Qt does.
"""

from __future__ import annotations

import os
import subprocess
import sys

CALLS = 3000
SLACK = 200

LOSE = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel()
label.show()
before = sys.getrefcount(None)
for i in range({calls}):
    label.setText(str(i))
    label.resize(100 + i % 7, 30)
    label.update()
    application.processEvents()
{also}
print(sys.getrefcount(None) - before)
"""

RELEASE = """
import ctypes
lost = ctypes.pythonapi.Py_DecRef
lost.argtypes, lost.restype = [ctypes.py_object], None
for i in range(1000):
    lost(None)
"""


def drift(also: str = "") -> int:
    """By how many the references to None changed over thousands of void calls."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-c", LOSE.format(calls=CALLS, also=also)],
        env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return int(run.stdout)


def test_void_calls_keep_their_references_to_none() -> None:
    assert abs(drift()) < SLACK


def test_lost_references_would_be_seen() -> None:
    assert drift(RELEASE) <= -1000 + SLACK or sys.version_info >= (3, 12)
