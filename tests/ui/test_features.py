"""No source is read for PySide's other way of writing once nothing is searched for."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import linecache, sys
from PySide6 import QtCore
{first}
import mailbox
print(any("mailbox" in name for name in linecache.cache))
"""
SEARCH_NOTHING = "from ui.features import search_nothing; search_nothing()"


def read_source(first: str) -> bool:
    """Whether the source of a module that is imported after `first` was read."""
    told = subprocess.run(
        [sys.executable, "-c", LOOK.format(first=first)], capture_output=True, text=True, check=True
    )
    return told.stdout.strip() == "True"


def test_no_source_is_read() -> None:
    assert not read_source(SEARCH_NOTHING)


def test_pyside_reads_them_otherwise() -> None:
    assert read_source("")
