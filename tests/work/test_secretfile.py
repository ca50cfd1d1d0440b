"""The device-secret file: who may read it, where it may lie, damage, and writes that are whole or not at all."""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base.codec import b64u
from app.base.faults import Fault
from app.proof.device import new_device
from app.work.secretfile import FileSecrets, create_file
from tests.work.conftest import DEVICE, DS
from tests.work.keyrings import ROOT


def code_of(work: Callable[[], object]) -> str:
    """The code of the Fault that `work` ends in, which must have its sentences."""
    with pytest.raises(Fault) as caught:
        work()
    assert caught.value.plain() and caught.value.what_to_do()
    return caught.value.code


def test_the_file_is_the_one_of_the_format(file_secrets: FileSecrets) -> None:
    p256, ed25519 = b64u(bytes(31) + b"\x07"), b64u(bytes(range(32, 64)))
    written = f'{{"dk":{{"ed25519":"{ed25519}","p256":"{p256}"}},"ds":"{b64u(DS)}","v":1,"vault":"v-1"}}'
    assert file_secrets.path.read_text() == written


@pytest.mark.req("R-SEC-01", "R-SEC-03")
def test_nobody_else_may_read_it_whatever_the_umask(tmp_path: Path, data_folder: Path) -> None:
    before = os.umask(0)
    try:
        secrets = create_file(tmp_path / "f", "v-1", DS, DEVICE, data_folder)
        secrets.write("anchor", "{}")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("f", "f.anchor")}
    assert modes == {0o600}


@pytest.mark.req("R-SEC-03")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o610, 0o666])
def test_a_file_open_to_others_is_refused(file_secrets: FileSecrets, data_folder: Path, mode: int) -> None:
    file_secrets.path.chmod(mode)
    assert code_of(lambda: FileSecrets.found(file_secrets.path, data_folder)) == "secret_file.open_to_others"
    assert code_of(lambda: file_secrets.read("ds")) == "secret_file.open_to_others"


def test_an_anchor_that_others_may_write_is_refused(file_secrets: FileSecrets) -> None:
    file_secrets.write("anchor", "{}")
    beside = file_secrets.path.with_name("device-secret.anchor")
    beside.chmod(0o644)
    assert file_secrets.read("anchor") == "{}"
    beside.chmod(0o622)
    assert code_of(lambda: file_secrets.read("anchor")) == "secret_file.open_to_others"


@pytest.mark.req("R-SEC-03")
def test_a_file_of_another_account_is_refused(file_secrets: FileSecrets, data_folder: Path) -> None:
    path = file_secrets.path
    if os.geteuid() == 0:
        os.chown(path, 65534, -1)
    else:
        path = Path("/etc/passwd")
    assert code_of(lambda: FileSecrets.found(path, data_folder)) == "secret_file.not_own"


def test_a_pipe_or_a_folder_in_its_place_is_refused_at_once(tmp_path: Path, data_folder: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert code_of(lambda: FileSecrets.found(tmp_path / "pipe", data_folder)) == "secret_file.damaged"
    assert code_of(lambda: FileSecrets.found(tmp_path, data_folder)) == "secret_file.damaged"


@pytest.mark.req("R-SEC-01")
def test_inside_the_data_folder_is_refused(data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(data_folder)
    for path in (
        data_folder / "f",
        data_folder / "deep" / "f",
        tmp_path / "way" / "f",
        tmp_path / "site/../site/f",
    ):
        assert code_of(lambda p=path: create_file(p, "v", DS, DEVICE, data_folder)) == "secret_file.inside"
        assert code_of(lambda p=path: FileSecrets.found(p, data_folder)) == "secret_file.inside"
    assert list(data_folder.iterdir()) == []


def test_a_present_file_is_never_overwritten(file_secrets: FileSecrets, data_folder: Path) -> None:
    before = file_secrets.path.read_bytes()
    other = new_device(os.urandom)
    code = code_of(lambda: create_file(file_secrets.path, "v-2", DS[::-1], other, data_folder))
    assert code == "secret_file.exists" and file_secrets.path.read_bytes() == before


def test_a_missing_file_and_a_missing_folder_are_told(tmp_path: Path, data_folder: Path) -> None:
    assert code_of(lambda: FileSecrets.found(tmp_path / "f", data_folder)) == "secret_file.missing"
    code = code_of(lambda: create_file(tmp_path / "no" / "f", "v", DS, DEVICE, data_folder))
    assert code == "secret_file.no_folder"


def test_another_sites_file_is_told(file_secrets: FileSecrets, data_folder: Path) -> None:
    assert FileSecrets.found(file_secrets.path, data_folder, "v-1").vault == "v-1"
    code = code_of(lambda: FileSecrets.found(file_secrets.path, data_folder, "v-2"))
    assert code == "secret_file.other_vault"


def test_a_file_cut_short_anywhere_is_damaged(file_secrets: FileSecrets, data_folder: Path) -> None:
    whole = file_secrets.path.read_bytes()
    for size in range(len(whole)):
        file_secrets.path.write_bytes(whole[:size])
        assert code_of(lambda: FileSecrets.found(file_secrets.path, data_folder)) == "secret_file.damaged"


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": None},
        {"vault": 5},
        {"ds": b64u(DS[:31])},
        {"ds": "not base64url!"},
        {"dk": []},
        {"dk": {"p256": b64u(DS)}},
        {"dk": {"p256": b64u(bytes(32)), "ed25519": b64u(DS)}},
        {"more": 1},
    ],
)
def test_other_members_are_damage(
    file_secrets: FileSecrets, data_folder: Path, change: dict[str, object]
) -> None:
    members = json.loads(file_secrets.path.read_bytes()) | change
    file_secrets.path.write_text(json.dumps(members, separators=(",", ":"), sort_keys=True))
    assert code_of(lambda: FileSecrets.found(file_secrets.path, data_folder)) == "secret_file.damaged"


def test_only_the_four_items(file_secrets: FileSecrets) -> None:
    for work in (lambda: file_secrets.read("../x"), lambda: file_secrets.write("../x", "")):
        with pytest.raises(ValueError, match="not an item"):
            work()


WRITER = """
import sys
from pathlib import Path
from app.work.secretfile import FileSecrets
secrets = FileSecrets(Path(sys.argv[1]), "v-1")
n = 0
while True:
    secrets.write("anchor", str(n) * 200)
    print(n, flush=True)
    n = (n + 1) % 10
"""


@pytest.mark.req("R-SEC-06")
def test_a_killed_writer_leaves_a_whole_anchor(file_secrets: FileSecrets) -> None:
    for turn in range(10):
        command = [sys.executable, "-c", WRITER, str(file_secrets.path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(random.Random(turn).uniform(0, 0.01))
            writer.send_signal(signal.SIGKILL)
            told = int(writer.stdout.read().split()[-1:][0] if writer.stdout.peek() else 0)
        text = file_secrets.read("anchor")
        assert text in (str(told) * 200, str((told + 1) % 10) * 200)
        file_secrets.write("anchor", "0")


FULL = """
import resource, signal, sys
from pathlib import Path
from app.base.faults import Fault
from app.work.secretfile import FileSecrets
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    FileSecrets(Path(sys.argv[1]), "v-1").write("anchor", "y" * 200)
except Fault as fault:
    print(fault.code)
"""


@pytest.mark.req("R-SEC-06")
def test_a_write_that_the_disk_refuses_keeps_the_old_anchor(file_secrets: FileSecrets) -> None:
    file_secrets.write("anchor", "x" * 200)
    command = [sys.executable, "-c", FULL, str(file_secrets.path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "disk.failed\n" and file_secrets.read("anchor") == "x" * 200
