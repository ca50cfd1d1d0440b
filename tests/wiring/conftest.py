"""What the wiring's tests stand on: a copy of the demo."""

from __future__ import annotations

from tests.work.conftest import stage

__all__ = ["stage"]
