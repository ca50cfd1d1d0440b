"""How batches reach a centre and receipts come back: over HTTPS; the only importer of httpx2 (R-SYN-01).

- TLS 1.2 or newer; the server is who a named CA file says; no other CA, no proxy from the environment, no redirect.
- There is no way around it: an address without https is refused before anything is sent.
- What may pass by itself (no answer, 5xx, 429) is tried again with full jitter, and not before `Retry-After`.
- Answers are bounded in size and never inflated; what is no answer of a centre is a Fault, a "no" of one a Refused.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

import httpx2
from zstandard import ZstdCompressor

from app import __version__
from app.base.codec import b64u, pack
from app.base.faults import CannotDecide, Fault
from app.base.ids import Random
from app.base.words import Refused, Value
from app.work.post import Greeting, Page, greeting_of, page_of, refusal

MIB = 1024 * 1024
ANSWER = 64 * 1024
PAGE = 32 * MIB
SMALL, LEVEL = 1024, 3
"""Batches longer than this many bytes travel packed (zstd), at this level."""
TIMES = httpx2.Timeout(30.0, connect=10.0)
EXPIRED, OTHER_HOST = {9, 10}, {62, 64}
"""OpenSSL's X509_V_ERR numbers: not yet valid, expired; another host name, another address."""
AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE,
         HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.INTERNAL_SERVER_ERROR}  # fmt: skip

LONGEST = 3600.0
"""No centre makes a device wait longer than this many seconds."""

Wait = Callable[[float], object]
"""Waits that many seconds."""


class Patience(Value, frozen=True):
    """How often something is tried, and how long at most is waited before the next time (seconds)."""

    tries: int = 6
    base: float = 0.5
    cap: float = 300.0


class HttpsCourier:
    """A centre behind an https address."""

    def __init__(
        self,
        address: str,
        ca: Path,
        *,
        random: Random,
        wait: Wait | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Faults `centre.plain` for an address without https; CannotDecide `centre.no_ca` for an unusable CA file."""
        if not address.startswith("https://"):
            raise Fault("centre.plain", address=address)
        self._address = address.rstrip("/")
        self._random = random
        self._wait: Wait = wait or threading.Event().wait
        self._patience = patience or Patience()
        self._client = httpx2.Client(
            verify=trusting(ca), trust_env=False, follow_redirects=False, timeout=TIMES,
            headers={"Accept-Encoding": "identity", "User-Agent": f"countersign/{__version__}"},
        )  # fmt: skip

    def __enter__(self) -> HttpsCourier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections up."""
        self._client.close()

    @property
    def address(self) -> str:
        """See Courier."""
        return self._address

    def hello(self, site: str, log: str) -> Greeting | Refused | None:
        """See Courier."""
        asked = pack({"site": site, "log": log, "protocols": [1], "client": __version__})
        got = self._ask("POST", "/sync/v1/hello", asked, "application/json")
        return got if isinstance(got, Refused) else greeting_of(got)

    def send(self, site: str, log: str, name: str, batch: bytes) -> str | Refused | None:
        """See Courier."""
        path = f"/sync/v1/sites/{site}/logs/{b64u(log.encode())}/batches/{name}"
        got = self._ask("PUT", path, batch, "application/vnd.countersign.batch", packed=len(batch) > SMALL)
        return got if isinstance(got, Refused) else _text(got)

    def feed(self, site: str, after: int, most: int = 50) -> Page | Refused:
        """See Courier."""
        path = f"/sync/v1/sites/{site}/feed?after={after}&limit={most}&wait=0"
        got = self._ask("GET", path, None, "", most=PAGE)
        return got if isinstance(got, Refused) else page_of(got)

    def _ask(
        self, verb: str, path: str, body: bytes | None, kind: str, *, most: int = ANSWER, packed: bool = False
    ) -> bytes | Refused:
        """One question, asked again while that may help. Faults `centre.*`."""
        headers = {"Content-Type": kind} if kind else {}
        if packed and body is not None:
            body, headers["Content-Encoding"] = ZstdCompressor(level=LEVEL).compress(body), "zstd"
        pause = 0.0
        for attempt in range(1, self._patience.tries + 1):
            if pause:
                self._wait(pause)
            try:
                code, got, later = self._once(verb, path, body, headers, most)
            except Fault as fault:
                if fault.code != "centre.unreachable" or attempt == self._patience.tries:
                    raise
                pause = self._jitter(attempt)
                continue
            if code not in AGAIN:
                return got if code in (HTTPStatus.OK, HTTPStatus.CREATED) else refusal(code, got)
            pause = max(self._jitter(attempt), later)
        raise Fault("centre.busy")

    def _jitter(self, attempt: int) -> float:
        """Anything between nothing and the full pause, so that devices that failed together don't come back together."""
        full = min(self._patience.cap, self._patience.base * (1 << attempt))
        return full * int.from_bytes(self._random(4)) / 2**32

    def _once(
        self, verb: str, path: str, body: bytes | None, headers: Mapping[str, str], most: int
    ) -> tuple[int, bytes, float]:
        """(status, body, seconds to wait). Faults for what is no centre's answer."""
        try:
            with self._client.stream(verb, self._address + path, content=body, headers=headers) as answer:
                if answer.is_redirect:
                    raise Fault("centre.redirect")
                if answer.headers.get("Content-Encoding", "identity") != "identity":
                    raise Fault("centre.answer")
                return int(answer.status_code), _bounded(answer.iter_raw(), most), _seconds(answer.headers)
        except httpx2.TransportError as error:
            raise failure_of(error) from error


def trusting(ca: Path) -> ssl.SSLContext:
    """A context that believes the CAs of that file and nobody else. CannotDecide `centre.no_ca`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cafile=ca)
    except (OSError, ssl.SSLError):
        raise CannotDecide("centre.no_ca", file=ca.name) from None
    return context


def failure_of(error: Exception) -> Fault:
    """What a transport error means: whose certificate it was, no TLS at all, or nobody there."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in EXPIRED:
                return Fault("centre.expired")
            return Fault("centre.other_host" if cause.verify_code in OTHER_HOST else "centre.untrusted")
        if isinstance(cause, ssl.SSLError) and cause.reason in ("WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL"):
            return Fault("centre.no_tls")
        cause = cause.__cause__ or cause.__context__
    return Fault("centre.unreachable")


def _text(got: bytes) -> str:
    try:
        return got.decode("ascii").strip()
    except UnicodeDecodeError:
        raise Fault("centre.answer") from None


def _bounded(chunks: Iterator[bytes], most: int) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > most:
            raise Fault("centre.answer")
    return bytes(whole)


def _seconds(headers: Mapping[str, str]) -> float:
    text = str(headers.get("Retry-After", ""))
    return min(float(text), LONGEST) if text.isdecimal() and text.isascii() else 0.0
