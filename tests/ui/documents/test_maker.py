"""The process that makes pictures of pages: what it can't do, what it makes, and how it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.ui.documents.papers import (
    BOMB,
    ENDLESS,
    HOSTILE,
    HUGE_BOX,
    MANY_PAGES,
    ORDINARY,
    THIN_BOX,
)
from ui.documents.maker import RENDERER, Made, PageMaker, Wish

pytestmark = pytest.mark.usefixtures("leaks_nothing")
SHUT = """
import ctypes, os, runpy, socket, subprocess, sys
held = runpy.run_path(sys.argv[1])
held["pdfium"].PdfDocument.new().close()
print(",".join(held["seal"]()), flush=True)
def tried(name, way):
    try:
        way()
        print(name, "done", flush=True)
    except (OSError, RuntimeError) as error:
        print(name, "refused", flush=True)
tried("read", lambda: open(sys.argv[2], "rb").read())
tried("write", lambda: open(sys.argv[2] + ".x", "wb"))
tried("list", lambda: os.listdir("/"))
tried("unlink", lambda: os.unlink(sys.argv[2]))
tried("socket", lambda: socket.socket())
tried("unix", lambda: socket.socket(socket.AF_UNIX))
tried("fork", os.fork)
tried("exec", lambda: os.execv("/bin/true", ["true"]))
tried("kill", lambda: os.kill(os.getppid(), 0))
libc = ctypes.CDLL(None)
def ptrace():
    if libc.ptrace(16, os.getppid(), 0, 0) != 0:
        raise OSError
tried("ptrace", ptrace)
"""


@pytest.fixture
def maker(qtbot: QtBot) -> Iterator[PageMaker]:
    made = PageMaker(patience=5_000)
    yield made
    made.close()
    made.deleteLater()


def first(qtbot: QtBot, maker: PageMaker, data: bytes, wish: Wish | None = None) -> Made:
    """The picture of a page of `data`."""
    with qtbot.waitSignal(maker.made, timeout=20_000) as told:
        maker.open(data)
        maker.ask(wish or Wish(page=0, fit=595))
    (made,) = told.args
    assert isinstance(made, Made)
    return made


def refusal(qtbot: QtBot, maker: PageMaker, data: bytes) -> str:
    """Why there is no picture."""
    with qtbot.waitSignal(maker.refused, timeout=30_000) as told:
        maker.open(data)
        maker.ask(Wish(page=0, fit=800))
    return str(told.args[0])


@pytest.mark.skipif(sys.platform != "linux", reason="what the kernel refuses is tried where it can")
@pytest.mark.req("R-SIG-07")
def test_a_sealed_process_reaches_no_file_no_network_and_no_other_process(demo_dir: Path) -> None:
    store = next(demo_dir.glob("*.db"), None) or next(demo_dir.rglob("*.db"))
    said = subprocess.run(
        [sys.executable, "-I", "-B", "-c", SHUT, str(RENDERER), str(store)],
        capture_output=True, text=True, check=True, timeout=60, env={},
    ).stdout.splitlines()  # fmt: skip
    assert said[0] == "files,network"
    assert len(said) == 11
    assert [line for line in said[1:] if not line.endswith("refused")] == []
    assert store.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells of open files and of the environment")
def test_the_process_is_given_three_pipes_and_nothing_else(qtbot: QtBot, maker: PageMaker) -> None:
    read, write = os.pipe()
    os.set_inheritable(read, True)
    os.environ["COUNTERSIGN_TEST"] = "a secret"
    try:
        first(qtbot, maker, ORDINARY)
        place = Path(f"/proc/{maker.process}")
        assert sorted(int(each.name) for each in (place / "fd").iterdir()) == [0, 1, 2]
        assert b"secret" not in (place / "environ").read_bytes()
        assert maker.sealed == {"files", "network"}
    finally:
        del os.environ["COUNTERSIGN_TEST"]
        os.close(read)
        os.close(write)


def test_a_page_looks_as_another_reader_shows_it(qtbot: QtBot, maker: PageMaker) -> None:
    made = first(qtbot, maker, ORDINARY)
    assert (made.page, made.wide, made.high, maker.pages) == (0, 595, 842, 3)
    page = pdfium.PdfDocument(ORDINARY)[0].render(scale=1).to_pil()
    image: QImage = made.image
    for spot in ((100, 400), (20, 20), (150, 350), (500, 800)):
        assert image.pixelColor(*spot).getRgb()[:3] == page.getpixel(spot)


def test_pages_are_told_apart_and_only_the_last_question_waits(qtbot: QtBot, maker: PageMaker) -> None:
    first(qtbot, maker, ORDINARY)
    seen: list[int] = []
    maker.made.connect(lambda made: seen.append(made.page))
    for page in (1, 2, 0, 2):
        maker.ask(Wish(page=page, fit=300))
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=10_000)
    qtbot.wait(100)
    assert seen == [1, 2]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_can_not_be_read_is_refused(qtbot: QtBot, maker: PageMaker, name: str) -> None:
    assert refusal(qtbot, maker, HOSTILE[name]) == ("password" if name == "password" else "broken")
    assert maker.process == 0


def test_ten_thousand_pages_are_counted_and_the_last_is_shown(qtbot: QtBot, maker: PageMaker) -> None:
    made = first(qtbot, maker, MANY_PAGES, Wish(page=9_999, fit=300))
    assert maker.pages == 10_000
    assert made.image.pixelColor(50, 400).blue() == 255


@pytest.mark.parametrize("data", [HUGE_BOX, THIN_BOX])
def test_a_page_of_any_size_is_a_picture_of_a_bounded_size(qtbot: QtBot, maker: PageMaker, data: bytes) -> None:
    made = first(qtbot, maker, data, Wish(page=0, scale=3.0))
    assert 0 < made.image.width() * made.image.height() <= 8_100_000


@pytest.mark.parametrize("data", [ENDLESS, BOMB])
def test_what_takes_too_long_or_too_much_ends_with_its_process(
    qtbot: QtBot, maker: PageMaker, data: bytes
) -> None:
    ends: list[str] = []
    maker.refused.connect(lambda code, _page: ends.append(code))
    maker.made.connect(lambda _made: ends.append("made"))
    maker.open(data)
    maker.ask(Wish(page=0, fit=800))
    qtbot.waitUntil(lambda: bool(ends), timeout=30_000)
    assert ends[0] in {"slow", "broken", "page", "made"}
    assert first(qtbot, maker, ORDINARY).page == 0


def test_a_process_that_is_gone_is_told(qtbot: QtBot, maker: PageMaker) -> None:
    first(qtbot, maker, ORDINARY)
    with qtbot.waitSignal(maker.refused) as told:
        os.kill(maker.process, 9)
    assert told.args[0] == "broken"
