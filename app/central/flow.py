"""Long answers, sent as fast as their reader takes them in and no faster.

- What is made of an answer at once is one piece of it; the next is made when the one before has gone to the transport.
- A place at the gate is held until the end, however it comes: read to the end, given up, gone, or too slow.
- An answer that breaks off in the middle is not ended, so that nobody takes a part for the whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import ExitStack
from typing import Any

import anyio

from app.base.faults import Fault

PIECE = 64 * 1024
"""How much is handed to the transport at once, in bytes."""
OK = 200

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Flowing:
    """An answer 200 of media type `kind` made of `pieces`, in at most `seconds`; `held` is closed at its end."""

    status_code = OK

    def __init__(
        self, kind: str, pieces: AsyncIterator[bytes], held: ExitStack, seconds: float,
        broke: Callable[[Fault], None],
    ) -> None:  # fmt: skip
        self._kind, self._pieces, self._held, self._seconds, self._broke = kind, pieces, held, seconds, broke

    async def __call__(self, _scope: object, _receive: object, send: Send) -> None:
        """Send it: the call of ASGI."""
        with self._held, anyio.move_on_after(self._seconds):
            try:
                await self._send(send)
            except Fault as fault:
                self._broke(fault)

    async def _send(self, send: Send) -> None:
        kind = self._kind.encode("ascii")
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": [(b"content-type", kind)]}
        )
        async for piece in self._pieces:
            for at in range(0, len(piece), PIECE):
                part = piece[at : at + PIECE]
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def whole(data: bytes) -> AsyncIterator[bytes]:
    """An answer that is there already, as its only piece."""
    yield data
