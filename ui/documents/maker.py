"""The other end of the renderer: starts the process, hands it one PDF, and brings its pictures to the screen.

- Never waits: what the process answers comes as signals; what it never answers ends with it after `PATIENCE_MS`.
- One page is asked for at a time; of the questions that came meanwhile only the last is asked.
- Bytes from the process are believed no more than the PDF was: sizes are checked before a picture is made.
"""

from __future__ import annotations

import json
import struct
import sys
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtGui import QImage

from app.base.words import Value

PATIENCE_MS = 10_000
MOST_LINE, MOST_PAGES, MOST_PIXELS, MOST_POINTS, MOST_WORDS = 4096, 1_000_000, 1 << 25, 1e9, 20_000
RENDERER = Path(__file__).with_name("renderer.py")
REFUSALS = frozenset({"password", "broken", "empty", "large", "page"})


class Wish(Value, frozen=True):
    """A page (from 0), as wide as `fit` pixels, or with `scale` pixels to a point where `fit` is 0."""

    page: int
    fit: int = 0
    scale: float = 1.0


class Made(Value, frozen=True):
    """A picture of a page: which page, how many points wide and high it is, and its words (the first 20,000 bytes)."""

    page: int
    image: Any
    wide: float
    high: float
    words: str


class PageMaker(QObject):
    """One PDF in one process. `counted` tells its pages, `made` a picture, `refused` a code (and the page, or -1)."""

    counted = Signal(int)
    made = Signal(object)
    refused = Signal(str, int)

    def __init__(self, parent: QObject | None = None, patience: int = PATIENCE_MS) -> None:
        super().__init__(parent)
        self.sealed: frozenset[str] = frozenset()
        self._process: QProcess | None = None
        self._running: list[QProcess] = []
        self._asked: Wish | None = None
        self._next: Wish | None = None
        self._head: dict[str, Any] | None = None
        self._pages = 0
        self._patience = QTimer(self, singleShot=True, interval=patience)
        self._patience.timeout.connect(self._give_up)
        self.destroyed.connect(partial(_end_all, self._running))

    @property
    def pages(self) -> int:
        """How many pages there are; 0 as long as nobody knows."""
        return self._pages

    @property
    def process(self) -> int:
        """The id of the process; 0 when there is none."""
        return 0 if self._process is None else self._process.processId()

    def open(self, data: bytes) -> None:
        """Start a process for `data`; the one before ends."""
        self.close()
        self._process = process = _prepared(self)
        self._running[:] = [process]
        process.readyReadStandardOutput.connect(self._read)
        process.errorOccurred.connect(self._ended)
        process.finished.connect(self._ended)
        process.start(sys.executable, ["-I", "-B", str(RENDERER)])
        process.write(QByteArray(struct.pack(">Q", len(data))))
        process.write(QByteArray(data))
        self._patience.start()

    def ask(self, wish: Wish) -> None:
        """Ask for a page; one that nobody has begun with is forgotten."""
        self._next = wish
        self._send()

    def close(self) -> None:
        """End the process."""
        self._patience.stop()
        process, self._process = self._process, None
        self._pages, self._asked, self._next, self._head = 0, None, None, None
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._read)
        process.errorOccurred.disconnect(self._ended)
        process.finished.disconnect(self._ended)
        _end_all(self._running)
        process.deleteLater()

    # ---- asking

    def _send(self) -> None:
        if self._process is None or not self._pages or self._asked is not None or self._next is None:
            return
        self._asked, self._next = self._next, None
        line = {"page": self._asked.page, "fit": self._asked.fit, "scale": self._asked.scale}
        self._process.write(QByteArray(json.dumps(line).encode("ascii") + b"\n"))
        self._patience.start()

    # ---- hearing

    def _read(self) -> None:
        process = self._process
        while process is not None and process is self._process:
            if self._head is not None:
                if process.bytesAvailable() < self._head["size"] + self._head["words"]:
                    return
                self._take_picture(process)
            elif process.canReadLine():
                self._take_line(bytes(process.readLine(MOST_LINE).data()))
            else:
                if process.bytesAvailable() > MOST_LINE:
                    self._fail("broken")
                return

    def _take_line(self, line: bytes) -> None:
        told = _read_line(line)
        if not self._pages:
            self._take_opening(told)
        elif told.get("refused") and self._asked is not None:
            page, self._asked = self._asked.page, None
            self._patience.stop()
            self.refused.emit("page", page)
            self._send()
        elif self._asked is not None and _is_picture(told, self._asked):
            self._head = told
        else:
            self._fail("broken")

    def _take_opening(self, told: dict[str, Any]) -> None:
        self.sealed = frozenset(str(name) for name in told.get("sealed", ()))
        pages = told.get("pages")
        if isinstance(pages, int) and 0 < pages < MOST_PAGES:
            self._pages = pages
            self._patience.stop()
            self.counted.emit(pages)
            self._send()
        else:
            self._fail(str(told.get("refused", "broken")))

    def _take_picture(self, process: QProcess) -> None:
        head, self._head, self._asked = self._head, None, None
        assert head is not None
        self._patience.stop()
        pixels = process.read(head["size"]).data()
        form = QImage.Format.Format_RGB32
        # A copy, for the picture only borrows the bytes it was made of.
        image = QImage(pixels, head["width"], head["height"], head["stride"], form).copy()
        wide, high = head["points"]
        words = bytes(process.read(head["words"]).data()).decode("utf-8", "replace")
        self.made.emit(Made(page=head["page"], image=image, wide=wide, high=high, words=words))
        self._send()

    # ---- ending

    def _ended(self, *_how: object) -> None:
        if self._process is not None:
            self._fail("broken")

    def _give_up(self) -> None:
        self._fail("slow")

    def _fail(self, code: str) -> None:
        page = -1 if self._asked is None else self._asked.page
        self.close()
        self.refused.emit(code if code in REFUSALS or code == "slow" else "broken", page)


def _end_all(running: list[QProcess], *_gone: object) -> None:
    """End what runs; a process outlives nobody who started it."""
    while running:
        process = running.pop()
        process.kill()
        process.waitForFinished(1000)


def _prepared(parent: QObject) -> QProcess:
    """A process with nothing of ours: no environment, no open files, nobody hears what it complains of."""
    process = QProcess(parent)
    process.setProcessEnvironment(QProcessEnvironment())
    process.setStandardErrorFile(QProcess.nullDevice())
    process.setWorkingDirectory(str(RENDERER.parent))
    if sys.platform != "win32":
        given = process.unixProcessParameters()
        given.flags = QProcess.UnixProcessFlag.CloseFileDescriptors | QProcess.UnixProcessFlag.CreateNewSession
        process.setUnixProcessParameters(given)
    return process


def _read_line(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _is_picture(told: dict[str, Any], wish: Wish) -> bool:
    """Whether a line announces a picture of the page that was asked for, of a size that can be."""
    sizes = [told.get(name) for name in ("width", "height", "stride", "size")]
    words = told.get("words")
    if not (isinstance(words, int) and 0 <= words <= MOST_WORDS) or told.get("page") != wish.page:
        return False
    if not all(isinstance(each, int) and each > 0 for each in sizes):
        return False
    width, height, stride, size = (int(each or 0) for each in sizes)
    points = told.get("points")
    whole = (
        isinstance(points, list)
        and len(points) == 2
        and all(isinstance(one, float | int) and 0 < one < MOST_POINTS for one in points)
    )
    return whole and stride >= 4 * width and size == stride * height and width * height <= MOST_PIXELS
