"""Codes in a picture: the only importer of zxingcpp and, for opening pictures, Pillow.

- A picture is opened by its content, at most 100 million pixels; what is no picture has no codes.
"""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image, UnidentifiedImageError

MOST = 100_000_000


def codes_in(path: Path) -> list[str]:
    """The text of every QR code in the picture, in no particular order; empty when it is no picture or holds none."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MOST:
                return []
            grey = picture.convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        return []
    return [
        found.text
        for found in zxingcpp.read_barcodes(
            grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
    ]
