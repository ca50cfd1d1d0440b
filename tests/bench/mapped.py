"""When a window appears on an X server: the server's own word, without a poll (libX11 by ctypes).

- A window counts when it is mapped, a child of the root and at least 200 pixels wide: no tooltip, no splash of a pixel.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import select
import time
from collections.abc import Callable

MAP_NOTIFY, SUBSTRUCTURE_NOTIFY = 19, 1 << 19
LEAST = 200


class Screen:
    """One connection to the X server `name` (`:99`). Close it."""

    def __init__(self, name: str) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode("ascii")))
        if not self._display:
            raise OSError(f"no X server {name}")
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._x.XSelectInput(self._display, self._root, ctypes.c_long(SUBSTRUCTURE_NOTIFY))
        self._x.XSync(self._display, 1)

    def close(self) -> None:
        """Hang up."""
        self._x.XCloseDisplay(self._display)

    def next_window(self, start: Callable[[], object], seconds: float = 30) -> float:
        """Milliseconds from the call of `start` until a window is mapped. TimeoutError."""
        self._x.XSync(self._display, 1)
        began = time.perf_counter()
        start()
        event = (ctypes.c_long * 24)()
        while time.perf_counter() - began < seconds:
            if not self._x.XPending(self._display):
                select.select([self._x.XConnectionNumber(self._display)], [], [], 1)
                continue
            self._x.XNextEvent(self._display, ctypes.byref(event))
            now = time.perf_counter()
            kind = ctypes.cast(event, ctypes.POINTER(ctypes.c_int))[0]
            # XMapEvent: type, serial, send_event, display, event, window.
            if kind == MAP_NOTIFY and self._width(event[5]) >= LEAST:
                return (now - began) * 1000
        raise TimeoutError("no window")

    def _width(self, window: int) -> int:
        root, x, y = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_int()
        width, height, edge, depth = (ctypes.c_uint() for _ in range(4))
        told = self._x.XGetGeometry(
            self._display, ctypes.c_ulong(window), *map(ctypes.byref, (root, x, y, width, height, edge, depth))
        )
        return width.value if told else 0
