"""vault.json under crashes and failing disks: at every moment one genuine file is there."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.proof import vaultfile
from app.proof.vaultfile import NAME, read, write
from tests.smalldisk import may_mount

ROOT = Path(__file__).parents[2]
DS = bytes(range(32))
EPOCHS = {kind: {"epoch": 1} for kind in ("db", "pk", "site")}
EMPTY = vaultfile.Vault(vault="5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01", gen=0, epochs=EPOCHS)


WRITER = """
    import os, sys
    from pathlib import Path
    from app.base.faults import Fault
    from app.proof.vaultfile import read, write
    folder, ds, stop = Path(sys.argv[1]), bytes(range(32)), int(sys.argv[2])
    seen = 0
    def watch(event, given):
        # The interpreter itself tells of every open, remove and rename: die before the one that is asked for.
        global seen
        if event in ("open", "os.rename", "os.remove") and str(folder) in str(given[0]):
            seen += 1
            if seen == stop:
                os._exit(9)
    found = read(folder, ds).vault
    sys.addaudithook(watch)
    write(folder, found, ds, twice=len(sys.argv) > 3)
    print(seen)
"""


def run(script: str, *given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(script), *given]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.req("R-SEC-06", "R-REC-10")
@pytest.mark.parametrize("twice", [(), ("twice",)])
def test_killed_before_any_step_one_genuine_file_is_there(tmp_path, twice):
    whole = tmp_path / "whole"
    whole.mkdir()
    write(whole, write(whole, EMPTY, DS), DS)
    steps = int(run(WRITER, str(shutil.copytree(whole, tmp_path / "count")), "0", *twice).stdout)
    assert steps >= 8
    for stop in range(1, steps + 1):
        folder = shutil.copytree(whole, tmp_path / f"killed{stop}")
        assert run(WRITER, str(folder), str(stop), *twice).returncode == 9
        found = read(folder, DS)
        assert found.vault.gen in (2, 3, 4)
        assert found.used == NAME
        again = write(folder, found.vault, DS)
        assert read(folder, DS).vault == again
        assert not list(folder.glob("*.tmp"))


FULL = """
    import resource, sys
    from pathlib import Path
    from msgspec.structs import replace
    from app.base.faults import Fault
    from app.proof.vaultfile import read, write
    folder, ds = Path(sys.argv[1]), bytes(range(32))
    if sys.argv[2] == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    found = read(folder, ds).vault
    try:
        write(folder, replace(found, more={"bulk": "x" * 50_000}), ds)
    except Fault as fault:
        print(fault.code)
    assert read(folder, ds).vault == found
"""


@pytest.mark.skipif(os.name == "nt", reason="limits are POSIX's")
def test_a_write_that_breaks_off_is_a_fault_and_the_old_file_stays(tmp_path):
    before = write(tmp_path, EMPTY, DS)
    done = run(FULL, str(tmp_path), "limit")
    assert (done.returncode, done.stdout.strip()) == (0, "disk.failed"), done.stderr
    assert read(tmp_path, DS).vault == before


@pytest.mark.skipif(sys.platform != "linux", reason="the tiny disk is a tmpfs")
def test_a_full_disk_is_a_fault_and_the_old_file_stays(tmp_path):
    """A real file system of 16 KiB in a mount namespace of its own."""
    before = write(tmp_path, EMPTY, DS)
    kept = shutil.copytree(tmp_path, tmp_path / "kept")
    script = 'mount -t tmpfs -o size=16k none "$1" && cp "$0/vault.json" "$1" && "$2" -c "$3" "$1" real'
    script += '; told=$?; umount --lazy "$1" && exit $told'
    disk = tmp_path / "disk"
    disk.mkdir()
    program = [sys.executable, textwrap.dedent(FULL)]
    command = [*may_mount(), "sh", "-c", script, str(kept), str(disk), *program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "disk.full"), done.stderr
    assert read(kept, DS).vault == before


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk.full"), (errno.EDQUOT, "disk.full"), (errno.EACCES, "store.read_only"),
     (errno.EPERM, "store.read_only"),
     (errno.EROFS, "store.read_only"), (errno.EIO, "disk.failed"), (errno.EFBIG, "disk.failed")],
)  # fmt: skip
def test_every_error_of_a_disk_has_its_sentence(number, code):
    fault = vaultfile.disk_fault(OSError(number, "x"))
    assert fault.code == code
    assert fault.plain() and fault.what_to_do()


def test_a_file_that_can_not_be_put_there_is_a_fault(tmp_path):
    with pytest.raises(Fault) as found:
        write(tmp_path / "none", EMPTY, DS)
    assert found.value.code == "disk.failed"
    (tmp_path / NAME / "taken").mkdir(parents=True)
    with pytest.raises(Fault):
        vaultfile.replace_file(tmp_path / NAME, b"x")


def test_what_a_crash_left_beside_it_is_no_hindrance(tmp_path):
    (tmp_path / f"{NAME}.tmp").write_bytes(b"half a file")
    write(tmp_path, EMPTY, DS)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
