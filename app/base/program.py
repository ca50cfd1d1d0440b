"""How this program's command is called in a terminal, for words that a person copies."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

NAME = "countersign"


def called() -> str:
    """The command's name where the terminal finds this one, else its file beside the running Python, ready to be pasted."""
    beside = Path(sys.executable).with_name(NAME)
    found = shutil.which(NAME)
    if found is not None and Path(found).resolve() == beside.resolve():
        return NAME
    return shlex.quote(str(beside)) if beside.exists() else NAME
