"""Attachments: complete or absent, and never other bytes than were kept."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.store import files

ROOT = Path(__file__).parents[2]
STORED = b"sealed bytes of a certificate"
NAME = sha256(STORED).hexdigest()
CUT_SHORT = """
import resource, sys
from pathlib import Path
from app.base.faults import Fault
from app.store import files
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    files.put(Path(sys.argv[1]), bytes(range(256)) * 100)
except Fault as fault:
    print(fault.code)
"""


def test_a_file_lies_under_the_hash_of_its_bytes(tmp_path: Path) -> None:
    assert files.put(tmp_path, STORED) == NAME
    assert files.path_of(tmp_path, NAME) == tmp_path / "files" / NAME[:2] / NAME
    assert files.get(tmp_path, NAME) == STORED
    assert files.put(tmp_path, STORED) == NAME
    assert [one.name for one in (tmp_path / "files" / NAME[:2]).iterdir()] == [NAME]


@pytest.mark.req("R-AUD-07", "R-REC-17")
@pytest.mark.parametrize("at", range(len(STORED)))
def test_changed_bytes_are_never_handed_out(tmp_path: Path, at: int) -> None:
    files.put(tmp_path, STORED)
    path = files.path_of(tmp_path, NAME)
    path.write_bytes(STORED[:at] + bytes([STORED[at] ^ 1]) + STORED[at + 1 :])
    with pytest.raises(Fault) as caught:
        files.get(tmp_path, NAME)
    assert (caught.value.code, caught.value.about) == ("file.changed", {"file": NAME})


@pytest.mark.parametrize("left", [b"", STORED[:7], STORED + b"\0"])
def test_a_torn_file_is_not_handed_out_and_is_put_right(tmp_path: Path, left: bytes) -> None:
    files.put(tmp_path, STORED)
    files.path_of(tmp_path, NAME).write_bytes(left)
    with pytest.raises(Fault):
        files.get(tmp_path, NAME)
    files.put(tmp_path, STORED)
    assert files.get(tmp_path, NAME) == STORED


def test_what_a_killed_program_left_half_written_is_in_nobodys_way(tmp_path: Path) -> None:
    path = files.path_of(tmp_path, NAME)
    path.parent.mkdir(parents=True)
    path.with_suffix(".part").write_bytes(STORED[:5])
    with pytest.raises(Fault) as caught:
        files.get(tmp_path, NAME)
    assert caught.value.code == "file.missing"
    files.put(tmp_path, STORED)
    assert files.get(tmp_path, NAME) == STORED
    assert not path.with_suffix(".part").exists()


@pytest.mark.req("R-AUD-05")
def test_a_write_that_is_cut_short_leaves_no_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CUT_SHORT, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("disk.failed\n", "")
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("blocked", ["files", "files/00"])
def test_a_folder_that_can_not_be_made_is_a_failure_of_the_world(tmp_path: Path, blocked: str) -> None:
    stored = next(b"%d" % n for n in range(9999) if sha256(b"%d" % n).hexdigest().startswith("00"))
    (tmp_path / blocked).parent.mkdir(exist_ok=True)
    (tmp_path / blocked).write_bytes(b"")
    with pytest.raises(Fault) as caught:
        files.put(tmp_path, stored)
    assert caught.value.code == "disk.failed"


def test_a_file_of_64_mebibytes_is_taken_and_one_byte_more_is_not(tmp_path: Path) -> None:
    most = files.LIMIT + 28
    assert files.LIMIT == 64 * 2**20
    name = files.put(tmp_path, bytes(most))
    assert files.path_of(tmp_path, name).stat().st_size == most
    with pytest.raises(Fault) as caught:
        files.put(tmp_path, bytes(most + 1))
    assert (caught.value.code, caught.value.about) == ("file.too_large", {"limit": 64})
