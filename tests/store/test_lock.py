"""One writer per folder, whatever becomes of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.store.lock import WriterLock, writer_present

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from app.store.lock import WriterLock
held = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the writer's place of `tmp_path`."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


@pytest.mark.req("R-ACC-18", "R-AUD-05")
def test_a_second_writer_in_another_process_is_refused(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    with pytest.raises(Fault) as caught:
        WriterLock(tmp_path)
    assert caught.value.code == "store.in_use"
    assert writer_present(tmp_path)


@pytest.mark.req("R-SYN-09")
def test_a_killed_writer_leaves_the_place_free(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    assert not writer_present(tmp_path)
    WriterLock(tmp_path).release()


def test_a_place_that_cannot_be_taken_is_a_fault_in_words(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        WriterLock(tmp_path / "missing")
    assert caught.value.code == "disk.failed"
    (tmp_path / "lock").mkdir()
    with pytest.raises(Fault) as caught:
        WriterLock(tmp_path)
    assert caught.value.code == "disk.failed"


def test_a_second_writer_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    first = WriterLock(tmp_path)
    with pytest.raises(Fault):
        WriterLock(tmp_path)
    first.release()
    WriterLock(tmp_path).release()


def test_a_refused_writer_does_not_free_the_place(tmp_path: Path) -> None:
    first = WriterLock(tmp_path)
    for _ in range(2):
        with pytest.raises(Fault):
            WriterLock(tmp_path)
    first.release()


def test_asking_leaves_no_trace_and_takes_no_place(tmp_path: Path) -> None:
    assert not writer_present(tmp_path)
    assert list(tmp_path.iterdir()) == []
    WriterLock(tmp_path).release()
    before = (tmp_path / "lock").stat()
    assert not writer_present(tmp_path)
    after = (tmp_path / "lock").stat()
    assert (after.st_mtime_ns, after.st_size, after.st_mode & 0o777) == (before.st_mtime_ns, 0, 0o600)
    WriterLock(tmp_path).release()
