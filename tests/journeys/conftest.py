"""What the journeys stand on: a PostgreSQL of the tests' own."""

from __future__ import annotations

from tests.central.conftest import cluster

__all__ = ["cluster"]
