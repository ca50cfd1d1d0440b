"""Events that wait: their form, their MAC, cuts and edits that are seen, and the one old-file limit that is not."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.base.moment import Reading
from app.work.pending import Pending, count_in_anchor, unmoved
from app.work.secretfile import FileSecrets
from tests.work.conftest import DS
from tests.work.keyrings import ROOT

At = Callable[..., Reading]
SLOT = "0123456789abcdef" * 2


@pytest.fixture
def three(data_folder: Path, at: At) -> Pending:
    """Three events that wait."""
    pending = Pending(data_folder, DS)
    for minute, kind in enumerate(("auth.password", "auth.code", "auth.password")):
        pending.append(kind, SLOT, at(minute))
    return pending


def lines_of(folder: Path) -> list[bytes]:
    """The file's lines with their line feeds."""
    return (folder / "pending.ndjson").read_bytes().splitlines(keepends=True)


def put(folder: Path, lines: list[bytes]) -> Pending:
    """Write these lines and open the file as a new process would."""
    (folder / "pending.ndjson").write_bytes(b"".join(lines))
    return Pending(folder, DS)


@pytest.mark.req("R-AUD-12")
def test_a_line_is_the_one_of_the_format(three: Pending, data_folder: Path) -> None:
    line = lines_of(data_folder)[1]
    members = json.loads(line)
    mac = members.pop("mac")
    key = hmac.digest(DS, b"cs/pending/v1" + b"\x01", "sha256")
    text = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    assert mac == hmac.new(key, text, hashlib.sha256).hexdigest()
    assert (
        text
        == b'{"i":2,"kind":"auth.code","slot":"%b","up":60000,"utc":"2026-11-25T12:01:00.000Z","v":1}'
        % SLOT.encode()
    )


def test_events_come_back_in_order_and_in_a_new_process(three: Pending, data_folder: Path) -> None:
    again = Pending(data_folder, DS)
    assert again.count == three.count == 3
    assert [(line.i, line.kind) for line in again.read()] == [
        (1, "auth.password"),
        (2, "auth.code"),
        (3, "auth.password"),
    ]
    assert again.findings(3) == again.findings(2) == []


@pytest.mark.req("R-AUD-12", "R-AUD-13")
@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_missing_line_is_seen(three: Pending, data_folder: Path, gone: int) -> None:
    lines = lines_of(data_folder)
    del lines[gone]
    assert put(data_folder, lines).findings(3) == ["PENDING_LOST"]


def test_a_missing_file_is_seen(three: Pending, data_folder: Path) -> None:
    (data_folder / "pending.ndjson").unlink()
    assert Pending(data_folder, DS).findings(3) == ["PENDING_LOST"]
    assert Pending(data_folder, DS).findings(0) == []


def test_any_changed_byte_is_seen(three: Pending, data_folder: Path) -> None:
    whole = b"".join(lines_of(data_folder))
    for place in range(len(whole)):
        changed = bytes([whole[place] ^ 1])
        assert put(data_folder, [whole[:place], changed, whole[place + 1 :]]).findings(3) == ["PENDING_LOST"]


def test_reordered_doubled_and_foreign_lines_are_seen(
    three: Pending, data_folder: Path, tmp_path: Path, at: At
) -> None:
    one, two, last = lines_of(data_folder)
    Pending(tmp_path, DS[::-1]).append("auth.code", SLOT, at(9))
    for lines in (
        [two, one, last],
        [one, two, two],
        [one, two, last, last],
        [one, two, last, *lines_of(tmp_path)],
    ):
        assert put(data_folder, lines).findings(3) == ["PENDING_LOST"]


@pytest.mark.parametrize("text", [b"\n", b"{}\n", b"[]\n", b"null\n", b"\xff\n", b'{"v":1}\n'])
def test_rubbish_between_is_seen_and_the_rest_is_read(three: Pending, data_folder: Path, text: bytes) -> None:
    one, two, last = lines_of(data_folder)
    found = put(data_folder, [one, two, text, last])
    assert found.findings(3) == ["PENDING_LOST"] and found.count == len(found.read()) == 3


def test_a_line_cut_by_a_power_failure_accuses_nobody(three: Pending, data_folder: Path, at: At) -> None:
    one, two, last = lines_of(data_folder)
    found = put(data_folder, [one, two, last[:40]])
    assert found.findings(2) == [] and found.findings(3) == ["PENDING_LOST"]
    found.append("auth.code", SLOT, at(5))
    assert [line.i for line in found.read()] == [1, 2, 3] and found.findings(3) == []


@pytest.mark.req("R-AUD-13")
def test_an_attempt_after_a_cut_does_not_hide_the_cut(
    three: Pending, data_folder: Path, file_secrets: FileSecrets, at: At
) -> None:
    file_secrets.write("anchor", '{"n":5,"pd":3}')
    found = put(data_folder, lines_of(data_folder)[:1])
    found.append("auth.password", SLOT, at(7))
    count_in_anchor(file_secrets, found)
    pd = json.loads(file_secrets.read("anchor") or "")["pd"]
    assert pd == 4 and Pending(data_folder, DS).findings(pd) == ["PENDING_LOST"]


def test_the_anchor_catches_up_after_a_kill_between_line_and_anchor(
    three: Pending, file_secrets: FileSecrets
) -> None:
    file_secrets.write("anchor", '{"n":5,"pd":1}')
    count_in_anchor(file_secrets, three)
    assert file_secrets.read("anchor") == '{"n":5,"pd":3}'


def test_without_an_anchor_none_is_invented(three: Pending, file_secrets: FileSecrets) -> None:
    count_in_anchor(file_secrets, three)
    assert file_secrets.read("anchor") is None


def test_clear_puts_the_file_away_and_numbers_begin_anew(three: Pending, data_folder: Path, at: At) -> None:
    three.clear()
    assert three.count == 0 and three.read() == [] and not (data_folder / "pending.ndjson").exists()
    three.clear()
    three.append("auth.code", SLOT, at(8))
    assert [line.i for line in three.read()] == [1]


def test_a_kill_between_commit_and_anchor_loses_and_doubles_nothing(three: Pending) -> None:
    bodies = [{"slot": line.slot, "kind": line.kind, "utc": line.utc, "up": line.up} for line in three.read()]
    assert unmoved(three.read(), bodies[:2]) == three.read()[2:]
    three.clear()
    assert three.findings(3, moved=3) == [] and three.findings(3, moved=2) == ["PENDING_LOST"]


def test_an_old_file_put_back_is_the_honest_limit(three: Pending, data_folder: Path, at: At) -> None:
    old = lines_of(data_folder)
    three.clear()
    three.append("auth.code", SLOT, at(60))
    found = put(data_folder, old[:1])
    assert found.findings(1) == [], "the file alone can't tell"
    moved = [{"slot": SLOT, "kind": "auth.password", "utc": at(0).instant.utc, "up": 0}]
    assert unmoved(found.read(), moved) == [], "the chain can: it holds that line already"


ODD = [("Auth", SLOT), ("auth.", SLOT), ("", SLOT), ("auth.code", "bram"), ("auth.code", SLOT.upper())]


@pytest.mark.parametrize(("kind", "slot"), ODD)
def test_only_kinds_and_slots(data_folder: Path, at: At, kind: str, slot: str) -> None:
    with pytest.raises(ValueError, match="not an event"):
        Pending(data_folder, DS).append(kind, slot, at(0))
    assert not (data_folder / "pending.ndjson").exists()


def test_an_unreadable_place_is_a_fault(data_folder: Path) -> None:
    (data_folder / "pending.ndjson").mkdir()
    with pytest.raises(Fault) as caught:
        Pending(data_folder, DS)
    assert caught.value.code == "store.unreadable"


WRITER = """
import resource, signal, sys
from pathlib import Path
from app.base.faults import Fault
from app.base.moment import Instant, Reading
from app.work.pending import Pending
limit = int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
pending = Pending(Path(sys.argv[1]), bytes(range(32)))
try:
    while True:
        pending.append("auth.code", "0" * 32, Reading(instant=Instant(ms=0), boot="b", up=0))
        print(pending.count, flush=True)
except Fault as fault:
    print(fault.code, pending.count)
"""


@pytest.mark.req("R-SEC-06")
def test_a_disk_that_refuses_keeps_whole_lines_only(data_folder: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(data_folder), "1000"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    code, count = done.stdout.splitlines()[-1].split()
    data = (data_folder / "pending.ndjson").read_bytes()
    assert code == "disk.failed" and data.endswith(b"}\n") and data.count(b"\n") == int(count) > 0
    assert Pending(data_folder, DS).findings(int(count)) == []


@pytest.mark.req("R-AUD-12")
def test_a_killed_writer_loses_nothing_that_it_reported(data_folder: Path) -> None:
    for turn in range(10):
        command = [sys.executable, "-c", WRITER, str(data_folder), str(10**9)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            first = writer.stdout.readline()
            time.sleep(random.Random(turn).uniform(0, 0.02))
            writer.send_signal(signal.SIGKILL)
            told = (first + writer.stdout.read()).split()
        found = Pending(data_folder, DS)
        assert found.findings(int(told[-1])) == [] and found.count - int(told[-1]) in (0, 1)
