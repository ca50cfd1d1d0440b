"""What unlocking needs to import, beside a bare PySide6 process: from the start of the process to the first paint.

Both open the same small window on the same screen (an own Xvfb where it is installed, else Qt's offscreen platform) and
end at their first paint. Launches taken in turn, none left out. Target: at most 1.2 x the bare process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.table import paired, show, spread

LAUNCHES = 15
TARGET = 1.2
WINDOW = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        QApplication.instance().exit(0)
application = QApplication(sys.argv)
window = Window()
window.resize(400, 300)
window.show()
sys.exit(application.exec())
"""
UNLOCK = "import app.work.unlock, app.store.vault\n"
ROOT = Path(__file__).parents[2]


@contextmanager
def screen(cache: str) -> Iterator[dict[str, str]]:
    """An environment with a screen and a place for bytecode."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # An installed program has its bytecode beside it; here the first, uncounted pair makes it.
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": cache}
    if shutil.which("Xvfb") is None:
        yield {**environment, "QT_QPA_PLATFORM": "offscreen"}
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, pass_fds=[write], stderr=log) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        try:
            yield {**environment, "QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
        finally:
            server.terminate()


def launch(code: str, environment: dict[str, str]) -> float:
    """Milliseconds from the start of the process to its first paint and end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, timeout=60)
    return (time.perf_counter() - began) * 1000


def main() -> int:
    """Measure, print the table; 0 if the target is met."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as cache, screen(cache) as environment:
        for number in range(LAUNCHES + 1):
            mine, theirs = launch(UNLOCK + WINDOW, environment), launch(WINDOW, environment)
            if number:  # the first pair fills the caches
                ours.append(mine)
                bare.append(theirs)
    ratios = paired(ours, bare)
    show(
        f"From process start to first paint, ms ({environment['QT_QPA_PLATFORM']}, {LAUNCHES} launches each)",
        ("side", "median (min–max)"),
        (
            ("with what unlocking needs", spread(ours)),
            ("bare PySide6", spread(bare)),
            (f"ratio, pair by pair (target ≤ {TARGET})", f"{sorted(ratios)[len(ratios) // 2]:.2f}"),
        ),
    )
    return 0 if sorted(ratios)[len(ratios) // 2] <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
