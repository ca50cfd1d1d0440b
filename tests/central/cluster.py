"""A real PostgreSQL of the tests' own, which they may stop, kill and start again."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest


class Cluster:
    """One cluster on a local socket; its owner is `owner`. Runs as `postgres` when the tests are root."""

    def __init__(self, *, fsync: bool = False) -> None:
        self._fsync = "on" if fsync else "off"
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            pytest.fail("PostgreSQL is not installed: run installers/test.sh once")
        self._bin = found[-1].parent
        self.folder = Path(tempfile.mkdtemp(prefix="countersign-pg-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "owner", "-E", "UTF8", "--no-sync")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync={self._fsync}"
        self._run("pg_ctl", "-D", self._data, "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def end(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def url(self, user: str, database: str) -> str:
        return f"host={self.folder} user={user} dbname={database}"

    def database(self) -> tuple[str, str]:
        """A new database: the URL of its owner, who is no superuser, and that of an ingest role."""
        name = "t" + os.urandom(6).hex()
        with psycopg.connect(self.url("owner", "postgres"), autocommit=True) as owner:
            owner.execute(f"CREATE ROLE {name} LOGIN")
            owner.execute(f"CREATE ROLE {name}_in LOGIN")
            owner.execute(f"CREATE DATABASE {name} OWNER {name} STRATEGY FILE_COPY")
        return self.url(name, name), self.url(f"{name}_in", name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        subprocess.run(
            command,
            user=self._user,
            cwd=self.folder,
            env={"PATH": os.defpath},
            check=True,
            capture_output=True,
            timeout=60,
        )
