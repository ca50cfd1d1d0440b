"""Evidence in quarantine is named by a verification, whatever its note says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.audit import kept
from app.audit.findings import Findings
from app.proof.batch import make_batch, read_batch
from app.proof.device import new_device
from app.work import quarantine

LOG = "countersign.example.org/site/dev2/0"
KEY = new_device(os.urandom).p256


def batch(n: int = 0) -> bytes:
    """A batch of LOG."""
    return make_batch([b'{"n":%d}' % n], id="b", log=LOG, first=n, prev=bytes(32), cp="-", region=None, key=KEY)


def told(folder: Path) -> list[tuple[str, str | None, int | None]]:
    """Code, log and entry of what is found."""
    found = Findings()
    kept.judge(folder, found)
    return [(one.code, one.log, one.seq) for one in found.rows()]


@pytest.mark.req("R-SYN-02")
def test_a_batch_and_a_forgery_are_named(tmp_path: Path) -> None:
    assert told(tmp_path) == []
    data = batch(7)
    assert quarantine.keep(tmp_path, read_batch(data).hash, data, "r", "BEFORE_MISMATCH", 7)
    assert quarantine.keep_forged(tmp_path, b"nothing", "r", "SIG_BAD")
    assert told(tmp_path) == [("BEFORE_MISMATCH", LOG, 7), ("SIG_BAD", None, None)]
    assert quarantine.held_logs(tmp_path) == {LOG}


@pytest.mark.parametrize("note", [b"", b"\xff", b"[]", b'{"code":"NONSENSE","seq":1}', b'{"code":7}'])
def test_a_damaged_note_hides_nothing(tmp_path: Path, note: bytes) -> None:
    data = batch()
    name = read_batch(data).hash
    quarantine.keep(tmp_path, name, data, "r", "SIG_BAD", 0)
    (tmp_path / "quarantine" / f"{name}.told").write_bytes(note)
    assert told(tmp_path) == [("CENTRE_FORK", LOG, None)]
    (tmp_path / "quarantine" / f"{name}.told").unlink()
    assert told(tmp_path) == [("CENTRE_FORK", LOG, None)]


def test_a_pipe_is_named_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "quarantine").mkdir()
    os.mkfifo(tmp_path / "quarantine" / "a.batch")
    os.mkfifo(tmp_path / "quarantine" / "a.told")
    assert told(tmp_path) == [("CENTRE_FORK", None, None)]


def test_there_is_room_for_so_many_and_always_for_the_first_of_a_log(tmp_path: Path) -> None:
    for n in range(quarantine.MOST):
        assert quarantine.keep(tmp_path, f"{n:064}", batch(n), "r")
    assert not quarantine.keep(tmp_path, "f" * 64, batch(99), "r")
    other = make_batch(
        [b"{}"], id="b", log=LOG.replace("dev2", "dev3"), first=0, prev=bytes(32), cp="-", region=None, key=KEY
    )
    assert quarantine.keep(tmp_path, "e" * 64, other, "r")
    big = os.urandom(quarantine.MOST_FORGED + 1)
    assert quarantine.keep_forged(tmp_path, big, "r" * 100_000, "SIG_BAD")
    sizes = {
        path.suffix: path.stat().st_size
        for path in (tmp_path / "quarantine").glob("*")
        if path.stem not in "ef"
    }
    assert sizes[".forged"] == quarantine.MOST_FORGED and sizes[".receipt"] <= quarantine.RECEIPT
