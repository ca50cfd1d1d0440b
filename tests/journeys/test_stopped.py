"""Ctrl+C at a prompt: one sentence and an exit code, no trace and no silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.typing import Typist


@pytest.mark.parametrize("command", [("status", "HB10032"), ("report", "file", "HB10032", "--out", "a.pdf")])
def test_ctrl_c_is_answered_in_words(tmp_path: Path, command: tuple[str, ...]) -> None:
    with Typist("--data", str(tmp_path), *command) as person:
        person.read("User name: ")
        assert "Nothing of this step was recorded" in person.interrupt("is kept.")
        assert person.ended() == 1
