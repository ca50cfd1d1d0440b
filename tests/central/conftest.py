"""Two engines, one suite: SQLite and a real PostgreSQL, the latter as owner and as ingest role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring.postgres import postgres_database
from app.wiring.service import Database
from tests.central.cluster import Cluster
from tests.central.world import Make, World


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of the tests' own."""
    cluster = Cluster()
    yield cluster
    cluster.end()


def pg_pair(cluster: Cluster) -> tuple[Database, Database]:
    """A new database as its owner and as its ingest role."""
    owner, ingest = cluster.database()
    role = ingest.split("user=")[1].split(" ")[0]
    return postgres_database(owner, role=role, alone=True), postgres_database(ingest, alone=True)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Worlds that are closed at the end."""
    made: list[World] = []

    def build(*databases: Database, **more: object) -> World:
        made.append(World(tmp_path / f"centre{len(made)}", *databases, **more))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for world in made:
        world.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, make: Make) -> World:
    """A centre on each engine in turn; start it to speak to it."""
    if request.param == "sqlite":
        return make()
    return make(*pg_pair(request.getfixturevalue("cluster")))
