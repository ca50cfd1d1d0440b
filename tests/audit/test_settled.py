"""A store beside a writer that is at work all the time, and one that was left: read from a copy that is never torn."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from auditing import case_of, codes
from fabricated_site import Site

from app.audit.case import Case
from app.audit.findings import Findings
from app.audit.judge import Store
from app.audit.settled import settled
from app.audit.verify import verify
from app.store import vault

WRITER = """
import os, sys
from pathlib import Path
from app.store import vault
from app.store.lock import WriterLock
folder = Path(sys.argv[1])
lock = WriterLock(folder)
c = vault.connect(folder / "main.db", bytes.fromhex(sys.stdin.readline()), kind="main")
c.execute("PRAGMA wal_autocheckpoint=20")
c.execute("CREATE TABLE busy(k INTEGER PRIMARY KEY, v INTEGER, b BLOB)")
c.execute("BEGIN")
c.executemany("INSERT INTO busy VALUES(?, 0, zeroblob(3000))", [(k,) for k in range(6000)])
c.execute("COMMIT")
print("at work", flush=True)
n = 0
while True:
    n += 1
    k = n * 7919 % 3000
    c.execute("UPDATE busy SET v = ? WHERE k IN (?, ?)", (n, k, k + 3000))
"""
TORN = "SELECT count(*) FROM busy a JOIN busy b ON b.k = a.k + 3000 WHERE a.v <> b.v"


@contextmanager
def writing_beside(folder: Path, key: bytes) -> Iterator[None]:
    """Another process commits without pause and checkpoints every twenty pages; two far rows always change together."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        assert process.stdin is not None and process.stdout is not None
        print(key.hex(), file=process.stdin, flush=True)
        assert process.stdout.readline() == "at work\n"
        yield
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def copied(single: tuple[Path, Site], tmp_path: Path) -> Path:
    shutil.copytree(single[0] / "site", tmp_path / "site")
    return tmp_path / "site"


@pytest.mark.req("R-AUD-01")
def test_a_store_beside_a_writer_at_work_is_sound(single: tuple[Path, Site], copied: Path) -> None:
    with writing_beside(copied, single[1].k_db):
        case = case_of(single[0], copied)
        assert isinstance(case, Case) and set(case.stores) == {"main", "pkeys"}
        for _ in range(3):
            assert verify(case).findings == ()
    assert verify(case).findings == ()


def test_a_copy_beside_a_writer_is_one_state_and_goes_with_its_stack(
    single: tuple[Path, Site], copied: Path
) -> None:
    held, found = Store(path=str(copied / "main.db"), key=single[1].k_db), Findings()
    with writing_beside(copied, single[1].k_db):
        for _ in range(4):
            with ExitStack() as stack:
                copy = settled(held, "main", stack, found)
                connection, end = vault.connect_reading(Path(copy.path), copy.key, kind="main")
                torn = connection.execute(TORN).fetchone()[0]
                end()
            assert torn == 0
            assert copy.path != held.path and not Path(copy.path).exists()
    assert found.rows() == []


def test_a_closed_store_is_read_where_it_lies(single: tuple[Path, Site]) -> None:
    held = Store(path=str(single[0] / "site" / "main.db"), key=single[1].k_db)
    with ExitStack() as stack:
        assert settled(held, "main", stack, Findings()) is held


def test_a_torn_log_is_a_finding(single: tuple[Path, Site], copied: Path) -> None:
    (copied / "main.db").write_bytes(b"x" * 8192)
    (copied / "main.db-wal").write_bytes(b"x" * 100)
    held, found = Store(path=str(copied / "main.db"), key=single[1].k_db), Findings()
    with ExitStack() as stack:
        settled(held, "main", stack, found)
    assert [row.code for row in found.rows()] == ["STORE_DAMAGED"]
    assert "STORE_DAMAGED" in codes(verify(_with(case_of(single[0]), held)))


def _with(case: object, held: Store) -> Case:
    assert isinstance(case, Case)
    return Case(**{**{name: getattr(case, name) for name in case.__struct_fields__}, "stores": {"main": held}})
