"""How much the centre takes on at once, and how a refusal leaves in the middle of the work.

- A gate has so many places, and fewer for one address; who finds none is told to come again, at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.base.words import Value
from app.central.receive import No

UNAVAILABLE = 503


class Limits(Value, frozen=True):
    """How much at once.

    `workers` threads and connections, `uploads` bodies held, `readers` long answers under way, `each` of these two for
    one address; `waiting` long polls, `polls` for one address; seconds that a body may take, a long answer, and the
    rest of a refused body; for each address `burst` requests and one more every `every` seconds.
    """

    workers: int = 4
    uploads: int = 8
    readers: int = 8
    each: int = 4
    waiting: int = 256
    polls: int = 64
    body_s: float = 60.0
    answer_s: float = 600.0
    drain_s: float = 10.0
    burst: int = 200
    every: float = 0.02


class Said(Exception):
    """A refusal on its way out; `retry` is when to ask again, in seconds."""

    def __init__(self, no: No, retry: float | None = None) -> None:
        super().__init__(no.code)
        self.no, self.retry = no, retry


class Gate:
    """`most` places, `each` for one address; `again` is what whoever finds none is told to wait, in seconds."""

    def __init__(self, most: int, each: int, again: float) -> None:
        self._free, self._each, self._again = most, each, again
        self._taken: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """A place until the end of the block. Raises Said 503 `busy`."""
        if self._free <= 0 or self._taken[address] >= self._each:
            raise Said(No(status=UNAVAILABLE, code="busy"), retry=self._again)
        self._free -= 1
        self._taken[address] += 1
        try:
            yield
        finally:
            self._free += 1
            self._taken -= Counter((address,))
