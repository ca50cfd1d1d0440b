"""What the tests of paper stand on: the text of a PDF as outside programs extract it, and its pages as pictures."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

TURNS = dict.fromkeys(range(0x202A, 0x202F))
"""Poppler marks where it turned a line round."""


@pytest.fixture
def text_of(tmp_path: Path) -> Callable[[bytes], str]:
    """The text of a PDF by poppler, blanks and line ends made one blank each."""

    def text(pdf: bytes) -> str:
        path = tmp_path / "read.pdf"
        path.write_bytes(pdf)
        out = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
        return " ".join(out.stdout.translate(TURNS).split())

    return text


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[bytes], list[Path]]:
    """The pages of a PDF as grey pictures at 150 dpi."""

    def render(pdf: bytes) -> list[Path]:
        path = tmp_path / "drawn.pdf"
        path.write_bytes(pdf)
        subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", path, tmp_path / "page"], check=True)
        return sorted(tmp_path.glob("page-*.png"))

    return render
