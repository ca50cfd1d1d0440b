"""Fixed vectors, and randomness that repeats itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[1] / "vectors"
sys.path.insert(0, str(VECTORS))


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Any]:
    """The vectors of one file, by its name without `.json`."""

    def load(name: str) -> Any:
        return json.loads((VECTORS / f"{name}.json").read_bytes())

    return load


@pytest.fixture
def random() -> Callable[[int], bytes]:
    """An injected source: other bytes at every call, the same in every run."""
    turn = count()

    def draw(length: int) -> bytes:
        at = next(turn)
        blocks = (sha256(f"{at} {block}".encode()).digest() for block in range(-(-length // 32)))
        return b"".join(blocks)[:length]

    return draw
