"""The process that makes pictures of a PDF's pages: whatever the file does to it, it does in here.

- Started by its path, alone: it imports nothing of Countersign, has no environment, no arguments, no open file but
  three pipes, and before the first byte of the PDF is looked at it gives up files, network and new processes for good.
- In: eight bytes of length, the PDF, then one line of JSON for each page that is asked for. Out: one line of JSON each,
  and after a page's line its pixels, 32 bits each, as Qt's Format_RGB32 takes them.
- It tries its doors and says which are shut (`sealed`); whoever started it tells the reader.
"""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import json
import os
import platform
import socket
import struct
import sys
from typing import Any, BinaryIO

import pypdfium2 as pdfium  # type: ignore[import-untyped]

with contextlib.suppress(ImportError):  # no such thing on Windows
    import resource

MOST_PIXELS = 8_000_000
MOST_SIDE = 12_000
LEAST_SIDE = 16
MEMORY = 1 << 30
SECONDS = 900
MOST_BYTES = 1 << 28
MOST_WORDS = 20_000

NEW_USER, NEW_NET = 0x10000000, 0x40000000
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, ANSWER = 0x20, 0x15, 0x06
ALLOW, DENY = 0x7FFF0000, 0x00050000 | 1
CALLS = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28, 35, 60, 131, 202, 228, 230, 231, 318),
    ),
    "aarch64": (
        0xC00000B7,
        (57, 62, 63, 64, 73, 80, 93, 94, 98, 101, 113, 115, 124, 132, 134, 135, 139, 214, 215, 216, 222, 226, 233, 278),
    ),
}  # fmt: skip
"""The kernel's number of a machine, and the calls that stay there: read, write, memory, clocks, own signals, the end."""


# ---- shutting the doors


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def seal() -> list[str]:
    """Give up what a page needs nothing of; answers what is refused now, each tried: `files`, `network`."""
    for way in (_leave_network, _limit, _allow_few_calls):
        with contextlib.suppress(OSError, ValueError, NameError, AttributeError, KeyError):
            way()
    tries = (("files", _open_itself), ("network", _open_socket))
    return [name for name, can in tries if not can()]


def _open_itself() -> bool:
    try:
        os.close(os.open(__file__, os.O_RDONLY))
    except OSError:
        return False
    return True


def _open_socket() -> bool:
    try:
        socket.socket().close()
    except OSError:
        return False
    return True


def _limit() -> None:
    """No new file or socket, no file that grows, no new process, so much memory and time."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    for each, most in limits.items():
        resource.setrlimit(each, (most, most))


def _leave_network() -> None:
    """Go where no network is. OSError where the platform does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_USER | NEW_NET) and libc.unshare(NEW_NET):
        raise OSError(ctypes.get_errno(), "unshare")


def _allow_few_calls() -> None:
    """From now on the kernel refuses every call but those of `CALLS`. OSError, KeyError where it can't."""
    machine, calls = CALLS[platform.machine()]
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), (ANSWER, 0, 0, DENY), (LOAD, 0, 0, 0)]
    steps += [(EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    steps += [(ANSWER, 0, 0, DENY), (ANSWER, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(SECCOMP, FILTER, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "prctl")


# ---- pages


def opened(data: bytes) -> pdfium.PdfDocument | str:
    """The document, or why there is none: `password`, `broken`, `empty`."""
    try:
        document = pdfium.PdfDocument(data)
        return document if len(document) else "empty"
    except pdfium.PdfiumError as error:
        return "password" if "password" in str(error).casefold() else "broken"


def picture(document: pdfium.PdfDocument, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes, bytes]:
    """One page at `scale` (pixels to a point), or as wide as `fit` pixels, within the bounds of this module: what is said
    of it, its pixels, its words.
    """
    page = document[int(asked["page"])]
    try:
        wide, high = (max(side, 1.0) for side in page.get_size())
        scale = float(asked["fit"]) / wide if asked.get("fit") else float(asked["scale"])
        scale = max(scale, LEAST_SIDE / wide, LEAST_SIDE / high)
        scale = min(scale, MOST_SIDE / wide, MOST_SIDE / high, (MOST_PIXELS / (wide * high)) ** 0.5)
        made = page.render(scale=scale, prefer_bgrx=True, no_smoothtext=False)
        words = page.get_textpage().get_text_range().encode("utf-8", "replace")[:MOST_WORDS]
        about = {
            "page": int(asked["page"]), "width": made.width, "height": made.height, "stride": made.stride,
            "points": [wide, high],
        }  # fmt: skip
        return about, bytes(made.buffer), words
    finally:
        page.close()


def serve(given: BinaryIO, answer: BinaryIO, sealed: list[str], found: list[int]) -> None:
    """Take one PDF, then answer for its pages until nobody asks any more."""
    (size,) = struct.unpack(">Q", given.read(8))
    document = opened(given.read(size)) if size <= MOST_BYTES else "large"
    about = {"sealed": sealed, "found": found, "env": sorted(os.environ)}
    if isinstance(document, str):
        _say(answer, {**about, "refused": document})
        return
    _say(answer, {**about, "pages": len(document)})
    for line in given:
        asked = json.loads(line)
        try:
            told, pixels, words = picture(document, asked)
        except (pdfium.PdfiumError, MemoryError, ValueError, OverflowError, ctypes.ArgumentError):
            _say(answer, {"page": asked["page"], "refused": "page"})
            continue
        _say(answer, {**told, "size": len(pixels), "words": len(words)}, pixels + words)


def _say(answer: BinaryIO, told: dict[str, Any], more: bytes = b"") -> None:
    answer.write(json.dumps(told).encode("ascii") + b"\n")
    answer.write(more)
    answer.flush()


def inherited() -> list[int]:
    """The open files beyond the three pipes; they are closed before this answers."""
    found = []
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            os.close(number)
            found.append(number)
    os.closerange(256, 65536)
    return found


def main() -> None:
    """What the process does."""
    found = inherited()
    os.environ.clear()
    blank = pdfium.PdfDocument.new()  # whatever is still loaded at a first page, is loaded now
    blank.new_page(20, 20)
    codecs.lookup("utf-16-le")
    json.loads(json.dumps(picture(blank, {"page": 0, "scale": 1.0})[0]))
    blank.close()
    serve(sys.stdin.buffer, sys.stdout.buffer, seal(), found)


if __name__ == "__main__":
    main()
