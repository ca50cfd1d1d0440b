"""A proxy of the tests' that tears each connection at a place of its own, on its way up or down, and tells what it did.

- A connection takes the next planned cut when it is accepted, or goes through whole when none is left.
- Bytes are counted apart for each way, so that a cut on the way down comes after the whole question went up.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

UP, DOWN = "up", "down"
CHUNK = 16 * 1024
PATIENCE_S = 10.0


@dataclass(frozen=True)
class Cut:
    """Let `at` bytes through on one way, then nothing more on either."""

    way: str
    at: int


@dataclass
class Passage:
    """What went through one connection, and the cut that ended it."""

    cut: Cut | None
    up: int = 0
    down: int = 0
    torn: bool = False


class Tearing:
    """Listens on a loopback port and passes on to `to`."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._plan: deque[Cut] = deque()
        self.passages: list[Passage] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def plan(self, cuts: Iterable[Cut]) -> None:
        """The cuts of the next connections, in their order; forgets what was planned and seen before."""
        self._plan, self.passages = deque(cuts), []

    @property
    def torn(self) -> list[Cut]:
        """The cuts that really happened since the last plan."""
        return [one.cut for one in self.passages if one.torn and one.cut is not None]

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
                passage = Passage(self._plan.popleft() if self._plan else None)
                self.passages.append(passage)
                thread = threading.Thread(target=self._between, args=(near, passage), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _between(self, near: socket.socket, passage: Passage) -> None:
        with (
            near,
            suppress(OSError),
            socket.create_connection(("127.0.0.1", self._to)) as far,
            selectors.DefaultSelector() as both,
        ):
            both.register(near, selectors.EVENT_READ, (UP, far))
            both.register(far, selectors.EVENT_READ, (DOWN, near))
            while ready := both.select(PATIENCE_S):
                if not all(_pass(key.fileobj, *key.data, passage) for key, _ in ready):
                    return


def _pass(one: socket.socket, way: str, other: socket.socket, passage: Passage) -> bool:
    """Pass on what is there; False when that was the end, or the cut."""
    data, cut = one.recv(CHUNK), passage.cut
    if cut is not None and cut.way == way and getattr(passage, way) + len(data) >= cut.at:
        other.sendall(data[: cut.at - getattr(passage, way)])
        setattr(passage, way, cut.at)
        passage.torn = True
        return False
    other.sendall(data)
    setattr(passage, way, getattr(passage, way) + len(data))
    return bool(data)
