"""`open` and the window of `demo`: on a screen a real window, without one a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.wiring.window import has_screen, home_folder
from tests.calling import call


def test_without_a_screen_nothing_is_opened_and_that_is_said(
    demo_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert not has_screen()
    assert call("--json", "--data", str(demo_dir), "open").json["fault"] == "window.no_screen"
    said = call("--data", str(demo_dir), "demo")
    assert said.code == 0 and "no window was opened" in said.out


def test_an_accounts_own_folder_follows_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home_folder() == tmp_path / "countersign"
