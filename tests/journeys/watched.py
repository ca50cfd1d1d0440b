"""The window as its users start it, watched: `python -X faulthandler -m tests.journeys.watched --data DIR`.

Says on its standard error which module that stands on PySide6 is loaded on another thread than the screen's: a Qt class
is made when it is first named, and PySide6 ends the process now and then when two threads do so at once.
"""

from __future__ import annotations

import sys
import threading
from importlib.abc import MetaPathFinder
from runpy import run_module

OFF = "loaded off the screen's thread:"
KNOW_QT = {"ui", "PySide6", "shiboken6"}


class Watch(MetaPathFinder):
    """Finds nothing; is asked for every module that is not loaded yet."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Say it when the thread is not the screen's."""
        if name.partition(".")[0] in KNOW_QT and threading.current_thread() is not threading.main_thread():
            sys.stderr.write(f"{OFF} {name}\n")


if __name__ == "__main__":
    sys.meta_path.insert(0, Watch())
    run_module("ui", run_name="__main__", alter_sys=True)
