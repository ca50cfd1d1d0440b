"""`open`, and the window of `demo`: the window is a process of its own, so that `app` never imports `ui` (decision 4).

- Where no screen is, that is told, and nothing waits for one.
- Without --data the window opens the site of this operating-system account.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.base.faults import Fault
from app.wiring.calling import run
from app.wiring.terminal import FOUND, OK

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def show(folder: Path | None = None) -> int:
    """Open the window on DIR, else on --data, else on this account's own site. Fault `window.no_screen`."""
    data = folder or run().data
    given = ["--data", str(data)] if data != Path() else []
    if run().secret_file is not None:
        given += ["--device-secret-file", str(run().secret_file)]
    return open_window(given)


def open_window(given: list[str]) -> int:
    """Run the window with these arguments until it is closed; the exit code. Fault `window.no_screen`."""
    if not has_screen():
        raise Fault("window.no_screen")
    root = Path(__file__).resolve().parents[2]
    # A checkout is not always installed; the window's package lies beside this one.
    paths = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-m", "ui", *given]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, check=False)  # noqa: S603  (our own module)
    return OK if done.returncode == 0 else FOUND


def has_screen() -> bool:
    """Whether there is something to open a window on."""
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in SCREENS)


def home_folder() -> Path:
    """Where this account's own data lies; the window's first run makes the site in it."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base else Path.home() / ".local" / "share") / "countersign"
