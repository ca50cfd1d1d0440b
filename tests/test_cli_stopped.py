"""Ctrl+C while a centre keeps a device waiting: told in words, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from app.proof.tls import make_server
from app.work.clocks import SystemClock
from tests.calling import CALL, ROOT
from tests.placed import Placed
from tests.test_cli_centre import introduced


@pytest.mark.req("R-SYN-05")
def test_a_meeting_that_is_stopped_leaves_everything_on_the_device(tmp_path: Path) -> None:
    site = Placed(tmp_path / "one")
    introduced(site, tmp_path / "centre")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"https://localhost:{mute.getsockname()[1]}"
        # Any authority will do: the server never says a word.
        ca = authority(tmp_path)
        # A test runner in the background ignores the interrupt, and a program would inherit that.
        command = [
            "env",
            "--default-signal=INT",
            *CALL,
            "--json",
            "--secrets-stdin",
            "--data",
            str(site.folder),
            "sync",
            "--to",
            address,
            "--ca",
            ca,
        ]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env=os.environ,
        ) as process:  # fmt: skip
            assert process.stdin is not None
            process.stdin.write(site.lines("carla"))
            process.stdin.flush()
            mute.settimeout(60)
            connection, _ = mute.accept()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            connection.close()
    told = json.loads(out)
    assert (process.returncode, told["stopped"], told["received"]) == (1, True, 0)
    assert told["here"] > 5 and "stay on this device" in err
    after = site.say("carla", "sync", "--state")
    assert (after.code, after.json["here"]) == (0, told["here"] + 1)


def authority(folder: Path) -> str:
    """A PEM file with an authority."""
    path = folder / "ca.pem"
    path.write_bytes(make_server(["localhost"], SystemClock("UTC").now().instant.ms).ca)
    return str(path)
