"""What is not believed is kept as it came, and its log is remembered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.proof.batch import make_batch, read_batch
from app.proof.device import new_device
from app.work import quarantine

LOG = "countersign.example.org/site/dev2/0"


@pytest.mark.req("R-SYN-02")
def test_evidence_is_kept_whole(tmp_path: Path) -> None:
    key = new_device(os.urandom).p256
    data = make_batch(
        [b"{}"], id="b", log=LOG, first=0, prev=bytes(32), cp="no checkpoint", region=None, key=key
    )
    name = read_batch(data).hash
    assert quarantine.held_logs(tmp_path) == frozenset()
    quarantine.keep(tmp_path, name, data, "no receipt – at all")
    assert (tmp_path / "quarantine" / f"{name}.batch").read_bytes() == data
    assert (tmp_path / "quarantine" / f"{name}.receipt").read_text() == "no receipt – at all"
    assert quarantine.held_logs(tmp_path) == {LOG}


def test_what_is_no_batch_names_no_log(tmp_path: Path) -> None:
    quarantine.keep(tmp_path, "0" * 64, b"no batch", "")
    assert quarantine.held_logs(tmp_path) == frozenset()
