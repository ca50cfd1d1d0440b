"""The window of the people pages serves the home pages too."""

from __future__ import annotations

from tests.ui.people.conftest import enter

__all__ = ["enter"]
