"""What the shell's tests stand on: a device-secret file, readings of a clock, a home with a real keyring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.base.moment import Reading, instant_at
from app.proof.device import Device
from app.work.demo.stage import Stage
from app.work.secretfile import FileSecrets, create_file
from tests.work.keyrings import Home, missing_programs
from tests.work.onstage import copied

DS = bytes(range(32))
DEVICE = Device(bytes(31) + b"\x07", bytes(range(32, 64)))
NOON = 1_795_608_000_000


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """An empty data folder."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def file_secrets(tmp_path: Path, data_folder: Path) -> FileSecrets:
    """A device-secret file beside the data folder."""
    return create_file(tmp_path / "device-secret", "v-1", DS, DEVICE, data_folder)


@pytest.fixture
def at() -> Callable[..., Reading]:
    """`at(minutes, boot="one", wall=0)`: a reading so many minutes after boot, the wall clock moved by `wall` ms."""

    def reading(minutes: float, boot: str = "one", wall: int = 0) -> Reading:
        up = round(minutes * 60_000)
        return Reading(instant=instant_at(NOON + up + wall, "Europe/Amsterdam"), boot=boot, up=up)

    return reading


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh account's home."""
    if lacking := missing_programs():
        pytest.fail(f"not installed: {', '.join(lacking)}: run installers/test.sh once")
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return Home(folder)


@pytest.fixture
def stage(demo_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    """The demo's site, copied; nobody is signed in."""
    made = copied(demo_dir, tmp_path)
    yield made
    made.close()
