"""Bodies as they come over the wire: plain, zstd or gzip, never larger than allowed once unpacked.

- Unpacked in steps, so that a bomb is noticed at the limit and not in memory.
- What can't be unpacked to its end was cut on the way.
"""

from __future__ import annotations

import io
import zlib
from gzip import BadGzipFile, GzipFile
from typing import Any

from zstandard import ZstdDecompressor, ZstdError

CAP = 32 * 1024 * 1024
"""The largest batch, unpacked."""
WIRE = 16 * 1024 * 1024
"""The largest packed body."""
WINDOW = 8 * 1024 * 1024
ENCODINGS = ("", "identity", "zstd", "gzip")


class TooLarge(Exception):
    """More than CAP when unpacked."""


class Cut(Exception):
    """Not a whole packed body."""


def wire_limit(encoding: str) -> int:
    """How many bytes of body may come with that Content-Encoding."""
    return CAP if encoding in ("", "identity") else WIRE


def unpacked(data: bytes, encoding: str) -> bytes:
    """The body of a request. Raises TooLarge or Cut; `encoding` is one of ENCODINGS."""
    reader: Any
    if encoding == "zstd":
        reader = ZstdDecompressor(max_window_size=WINDOW).stream_reader(data, read_across_frames=True)
    elif encoding == "gzip":
        reader = GzipFile(fileobj=io.BytesIO(data))
    else:
        return data
    try:
        with reader:
            found: bytes = reader.read(CAP + 1)
    except (ZstdError, BadGzipFile, EOFError, zlib.error) as error:
        raise Cut from error
    if len(found) > CAP:
        raise TooLarge
    return found
