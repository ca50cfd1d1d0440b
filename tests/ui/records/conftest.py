"""A screen on a copy of the demo's site, for each test."""

from __future__ import annotations

from tests.ui.signing.conftest import screen

__all__ = ["screen"]
