"""The centre on the network: uvicorn with TLS always, limits on patience, a log without personal values.

- There is no way to serve without a certificate; TLS 1.2 is the oldest spoken.
- A client has so many seconds to say what it wants, so many for the whole of one request, and so many to take in what
  waits for it: one that reads nothing is cut off, and little of its answer is held meanwhile.
- The log is JSON, one event a line: sites, logs, hashes, codes, sizes and times; never an address or a body.
- Runs in the foreground (`serve`) or in a thread beside the caller (`start`), on a port that the system may choose.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

import structlog
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.base.faults import Fault
from app.base.words import Value
from app.central.admit import Centre
from app.central.gates import Limits
from app.central.routes import Log, application

HEAD_S, REQUEST_S, IDLE_S = 10.0, 150.0, 15
"""Seconds for the head of a request, for a whole request, and between two of them."""
STALL_S, UNREAD = 15.0, 64 * 1024
"""How many bytes may wait for a client that does not read, and for how many seconds."""
CONNECTIONS = 512
START_S, STOP_S = 20.0, 10


class Listen(Value, frozen=True):
    """Where to listen, and the PEM files of the certificate chain and its key."""

    host: str
    port: int
    chain: Path
    key: Path


class Impatient(H11Protocol):
    """A connection that ends when its client takes too long."""

    _clock: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of the first request."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=UNREAD)
        self._wait(HEAD_S)

    def data_received(self, data: bytes) -> None:
        """Wait for the rest of the head, or of the request."""
        inside = self._inside()
        super().data_received(data)
        if self._inside() and not inside:
            self._wait(REQUEST_S)
        elif not self._inside() and self._clock is None:
            self._wait(HEAD_S)

    def on_response_complete(self) -> None:
        """Done: from here on uvicorn's own idle time counts."""
        self._stop()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not take in what it is sent: wait so long and no longer, also when all of it is written."""
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(STALL_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It did; the request has its whole time again."""
        self._unstall()
        if self._clock is not None and self._inside():
            self._wait(REQUEST_S)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._stop()
        self._unstall()
        super().connection_lost(exc)

    def _inside(self) -> bool:
        cycle: Any = self.cycle  # None until the first request, whatever uvicorn's annotation says
        return cycle is not None and not cycle.response_complete

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._clock = self.loop.call_later(seconds, self.transport.abort)

    def _unstall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()


class Serving:
    """A centre that answers on `port`, until `stop`."""

    def __init__(self, centre: Centre, listen: Listen, limits: Limits, log: Log) -> None:
        tls = _tls(listen)
        self._socket = _bound(listen)
        self.port: int = self._socket.getsockname()[1]
        self._server = _Server(_config(centre, tls, limits, log))
        self._thread = threading.Thread(target=self.run, name="centre", daemon=True)

    def start(self) -> Serving:
        """Begin to answer. Faults `centre.port` when it does not within 20 s."""
        self._thread.start()
        if not self._server.answering.wait(START_S):
            raise Fault("centre.port", host="", port=self.port)
        return self

    @property
    def alive(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Answer what was begun, then end."""
        self._server.should_exit = True
        self._thread.join(2 * STOP_S)

    def run(self) -> None:
        """Answer here, until `stop` or until the process is told to end."""
        self._server.run(sockets=[self._socket])


def serve(centre: Centre, listen: Listen, limits: Limits | None = None, log: Log | None = None) -> None:
    """Answer until the process is told to end. Faults `centre.tls`, `centre.port`."""
    Serving(centre, listen, limits or Limits(), log or json_log(sys.stderr)).run()


def start(centre: Centre, listen: Listen, limits: Limits | None = None, log: Log | None = None) -> Serving:
    """Answer from a thread beside the caller's. Faults `centre.tls`, `centre.port`."""
    return Serving(centre, listen, limits or Limits(), log or json_log(sys.stderr)).start()


def json_log(file: TextIO) -> Log:
    """A log of one JSON object a line into `file`."""
    logger = structlog.wrap_logger(
        structlog.WriteLogger(file),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.BoundLogger,
    )

    def log(event: str, **members: Any) -> None:
        logger.info(event, **members)

    return log


def _config(centre: Centre, tls: ssl.SSLContext, limits: Limits, log: Log) -> uvicorn.Config:
    return uvicorn.Config(
        application(centre, limits, log),
        http=Impatient,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=STOP_S,
        ssl_context_factory=lambda _config, _default: tls,
    )


def _tls(listen: Listen) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(listen.chain, listen.key)
    except (OSError, ssl.SSLError):
        raise Fault("centre.tls", name=listen.chain.name) from None
    return context


def _bound(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((listen.host, listen.port))
        found.listen()
    except OSError:
        found.close()
        raise Fault("centre.port", host=listen.host, port=listen.port) from None
    return found
