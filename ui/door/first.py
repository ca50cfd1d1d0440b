"""The first run: no site lies here yet. Look around in a demo, found a site, or name one that lies elsewhere.

- The demo is made by the command, in a process of its own that can be stopped; its steps are counted as they come.
- A demo that was stopped half-way is no site: the next attempt makes it anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.base.say import say
from ui.kit.banner import Banner
from ui.kit.buttons import Button, button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, card, column, row
from ui.kit.logo import Logo
from ui.kit.progress import Progress
from ui.kit.text import label

if TYPE_CHECKING:
    from ui.door.behind import Behind

STEP = re.compile(r"^\s*(\d+)  \S")
STEPS = 27
"""How many steps the demo tells; more or fewer only move the bar."""
ROOT = Path(__file__).resolve().parents[2]


class First(QWidget):
    """The three ways. Emits `chosen` with the folder of a site that is ready, `found` to found one."""

    chosen = Signal(object)
    found = Signal()

    def __init__(self, behind: Behind) -> None:
        super().__init__()
        self._behind = behind
        self._process: QProcess | None = None
        self._told = ""
        self.banner = Banner("bad", "triangle-alert", "")
        self.progress = Progress(say("ui.first.making"))
        self.demo = button(say("ui.first.demo_do"), "primary")
        self.site = button(say("ui.first.found_do"), "plain")
        self.other = button(say("ui.first.other"), "link", "folder")
        self.demo.clicked.connect(self.make_demo)
        self.site.clicked.connect(self.found)
        self.other.clicked.connect(self._choose)
        self.progress.cancelled.connect(self.stop)
        self.setLayout(
            column(
                row(Logo(40), label(say("ui.door.product"), "h2"), STRETCH, gap=12), 12,
                label(say("ui.first.title"), "h1"),
                label(say("ui.first.intro"), "body", "text2", wrap=True), 4, self.banner,
                way("graduation-cap", "demo", self.demo), way("landmark", "found", self.site),
                self.progress, row(self.other, STRETCH), gap=12,
            )
        )  # fmt: skip
        self.banner.hide()
        self.progress.hide()

    def make_demo(self) -> None:
        """Make the demo beside the folder, or take the one that is whole already."""
        folder = demo_folder(self._behind.data)
        self._busy(on=True)
        self._told = ""
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", str(ROOT))
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(lambda code, _status: self._ended(folder, code))
        again = ["--fresh"] if self._behind.other(folder).is_founded() else []
        process.start(sys.executable, ["-m", "app.cli", "--data", str(folder), "demo", "--headless", *again])

    def stop(self) -> None:
        """Stop making the demo; what was made of it counts for nothing."""
        if self._process is not None:
            self._process.kill()

    def refuse(self, title: str, text: str) -> None:
        """Say what went wrong; every way is open again."""
        self._busy(on=False)
        self.banner.set(title, text)
        self.banner.show()

    def _busy(self, *, on: bool) -> None:
        self.banner.hide()
        self.progress.setVisible(on)
        self.progress.show_done(0, STEPS)
        for each in (self.demo, self.site, self.other):
            each.setEnabled(not on)
        (self.progress.stop if on else self.demo).setFocus()

    def _read(self) -> None:
        if self._process is None:
            return
        for line in bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace").splitlines():
            found = STEP.match(line)
            if found:
                done = int(found[1])
                self.progress.show_done(done, max(done, STEPS), line[found.end() - 1 :].strip())

    def _ended(self, folder: Path, code: int) -> None:
        process, self._process = self._process, None
        told = (
            bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip() if process else ""
        )
        if code == 0:
            self._busy(on=False)
            self.chosen.emit(folder)
            return
        self.refuse(say("ui.first.stopped"), told or say("ui.first.stopped_text"))

    def _choose(self) -> None:
        named = QFileDialog.getExistingDirectory(self, say("ui.first.other"), str(self._behind.data.parent))
        if not named:
            return
        if self._behind.other(Path(named)).is_founded():
            self.chosen.emit(Path(named))
        else:
            self.refuse(say("ui.first.no_site"), say("ui.first.no_site_text", {"folder": Path(named).name}))


def way(icon: str, name: str, do: Button) -> QWidget:
    """One of the ways: what it is, what it takes, its button."""
    words = column(
        label(say(f"ui.first.{name}"), "h3", wrap=True),
        label(say(f"ui.first.{name}_text"), "dense", "text2", wrap=True), gap=4,
    )  # fmt: skip
    return card(row(Icon(icon, 28, "accent"), (words, 1), do, gap=16), margins=20)


def demo_folder(data: Path) -> Path:
    """Where the demo is made: beside the site that this account would have, or in the folder that was named."""
    return data.with_name("demo") if data.name == "site" else data
