"""A proxy of the tests' that ends a connection after so many bytes, whichever way they go."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress

CHUNK = 512
PATIENCE_S = 5.0


class Cutter:
    """Listens on a loopback port and passes bytes on to `port`, until `left` are through; None: all of them."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.left: int | None = None
        self.passed = 0
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(2 * PATIENCE_S)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                thread = threading.Thread(target=self._between, args=(near,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _between(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as far:
            while True:
                ready, _, _ = select.select((near, far), (), (), PATIENCE_S)
                if not ready or not all(self._pass(one, far if one is near else near) for one in ready):
                    return

    def _pass(self, one: socket.socket, other: socket.socket) -> bool:
        """Pass on what is there; False when that was the end."""
        data = one.recv(CHUNK)
        allowed = self._allowed(len(data))
        other.sendall(data[:allowed])
        return 0 < allowed == len(data)

    def _allowed(self, count: int) -> int:
        with self._lock:
            if self.left is not None:
                count = min(count, self.left)
                self.left -= count
            self.passed += count
            return count
