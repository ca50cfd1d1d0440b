"""The list of passwords that many people chose, shipped with the program (decision 29; R-ACC-07)."""

from __future__ import annotations

from functools import cache

from app.base.say import RESOURCES


@cache
def common_passwords() -> frozenset[str]:
    """Every entry of `resources/blocklist/common.txt`, lower case."""
    text = (RESOURCES / "blocklist" / "common.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
