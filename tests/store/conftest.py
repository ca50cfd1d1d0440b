"""Three engines, one suite: SQLCipher, SQLite and a real PostgreSQL that the tests start and end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.store import vault
from app.store.engines import found_main, sqlcipher_store, sqlite_store
from app.store.postgres import postgresql_store
from app.store.tx import Store

SITE = "leiden"


def _postgres_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A connection string to a fresh cluster on a local socket; run as `postgres` when the tests are root."""
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.fail("PostgreSQL is not installed: run installers/test.sh once")
    folder = Path(tempfile.mkdtemp(prefix="countersign-pg-"))
    as_user = "postgres" if os.geteuid() == 0 else None
    if as_user:
        account = pwd.getpwnam(as_user)
        os.chown(folder, account.pw_uid, account.pw_gid)

    def run(*command: str) -> None:
        bare = {"PATH": os.defpath}
        subprocess.run(command, user=as_user, cwd=folder, env=bare, check=True, capture_output=True, timeout=60)

    data = str(folder / "data")
    run(str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "owner", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run(str(binaries / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"host={folder} user=owner dbname=postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def pg_store(postgres: str) -> Iterator[Store]:
    """An empty store in a schema of its own (a database each takes a second and 7 MB), opened by a role that row
    security binds; its name is the role's."""
    name = "t" + os.urandom(6).hex()
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {name} LOGIN")
        owner.execute(f"CREATE SCHEMA {name} AUTHORIZATION {name}")
        owner.execute(f"ALTER ROLE {name} SET search_path = {name}")
    own = postgres.replace("user=owner", f"user={name}")
    connection = psycopg.connect(own, autocommit=True)
    store = postgresql_store(connection, SITE)
    found_main(store)
    yield store
    store.close()


@pytest.fixture
def cipher_store(tmp_path: Path) -> Iterator[Store]:
    """An empty SQLCipher store."""
    store = sqlcipher_store(
        vault.connect(tmp_path / "main.db", bytes(range(32)), kind="main", create=True), SITE
    )
    found_main(store)
    yield store
    store.close()


@pytest.fixture
def plain_store(tmp_path: Path) -> Iterator[Store]:
    """An empty SQLite store."""
    store = sqlite_store(tmp_path / "centre.db", SITE)
    found_main(store)
    yield store
    store.close()


@pytest.fixture(params=["cipher_store", "plain_store", "pg_store"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each engine in turn."""
    found: Store = request.getfixturevalue(request.param)
    return found
