"""What is remembered: by site and account, nothing personal in the name, a damaged file is as good as none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths

from ui.shell.memory import MOST, Remembered, memory_of

pytestmark = pytest.mark.usefixtures("look", "leaks_nothing")


def test_what_was_set_comes_back(tmp_path: Path) -> None:
    made = Remembered(tmp_path / "a" / "seen.json")
    made.set("people.widths", {"name": 200})
    made.keep()
    assert made.path.stat().st_mode & 0o777 == 0o600
    again = Remembered(made.path)
    assert again.get("people.widths") == {"name": 200}
    assert again.get("nothing", 7) == 7


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff\xfe\x00", b'{"a":1}trailing', b"9" * (MOST + 1)])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "seen.json"
    path.write_bytes(damage)
    made = Remembered(path)
    assert made.get("a") is None
    made.set("a", 2)
    made.keep()
    assert Remembered(path).get("a") == 2


def test_what_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_bytes(b"")
    made = Remembered(tmp_path / "in the way" / "seen.json")
    made.set("a", 1)
    made.keep()
    assert made.get("a") == 1


def test_accounts_and_sites_are_apart_and_unnamed() -> None:
    QStandardPaths.setTestModeEnabled(True)
    paths = {memory_of(site, uid).path for site in ("leiden", "lyon") for uid in ("", "muphaus")}
    assert len(paths) == 4
    assert not any("leiden" in path.name or "muphaus" in path.name for path in paths)
