"""Codes in pictures."""

from __future__ import annotations

import zlib

import pytest
from PIL import Image

from app.report.qr import symbol
from app.report.scan import codes_in


def picture(text: str, module: int = 3) -> Image.Image:
    rows = symbol(text)
    grey = Image.new("L", (len(rows), len(rows)))
    grey.putdata([0 if dark else 255 for row in rows for dark in row])
    return grey.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST)


@pytest.mark.parametrize("kind", ["png", "jpg", "tiff"])
def test_a_code_is_read_from_usual_pictures(tmp_path, kind):
    picture("CSG1:HELLO").save(tmp_path / f"a.{kind}")
    assert codes_in(tmp_path / f"a.{kind}") == ["CSG1:HELLO"]


def test_a_picture_that_claims_billions_of_pixels_is_not_opened(tmp_path):
    size = (60_000).to_bytes(4, "big")
    head = b"IHDR" + size + size + bytes([8, 0, 0, 0, 0])
    chunk = (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
    assert codes_in(tmp_path / "a.png") == []


def test_what_is_no_picture_has_no_code(tmp_path):
    (tmp_path / "a.png").write_bytes(b"no picture")
    Image.new("L", (40, 40), 255).save(tmp_path / "b.png")
    assert codes_in(tmp_path / "a.png") == codes_in(tmp_path / "b.png") == codes_in(tmp_path / "c.png") == []
