"""The makers of the vectors can be imported, and the vectors read."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parent
sys.path.insert(0, str(VECTORS))


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Any]:
    """The vectors of one file, by its name without `.json`."""

    def load(name: str) -> Any:
        return json.loads((VECTORS / f"{name}.json").read_bytes())

    return load
