"""The centre's endpoints, HTTPS only; the only importer of starlette.

- Each endpoint's request and answers stand in its own docstring; JSON unless said; base path `/sync/v1`.
- `n` is a size, `h` the b64u leaf of entry n - 1 (null at 0); `{log}` in a path is b64u of the origin.
- Errors are `{"code","say",...}`: 409 `gap` {need}, `fork` {at}, `overlap` {need} · 422 `signature`, `chain`, `count`,
  `truncated`, `url_mismatch` · 403 `site_unknown`, `device_unknown`, `device_revoked` · 451 `region` {region} ·
  413 `too_large` · 415 `encoding` · 408 `slow` · 400 `request` · 404 and 405 `path` · 426 `protocol` ·
  429 `rate`, 503 `busy` and 503 `database`, these three with `Retry-After` in seconds.
- Bodies and long answers are bounded in size, time and number, also for one address; a body is taken in only for a log
  that the site's bundle names; work is done by a bounded number of threads, off the loop.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any, TypeAlias, TypeVar

import anyio
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from app.base.codec import NotCanonical, pack, parse, unb64u
from app.base.faults import Fault
from app.base.say import say
from app.base.words import Json
from app.central import tell
from app.central.admit import Centre, admit, refuse_stranger
from app.central.flow import PIECE, Flowing, whole
from app.central.gates import Gate, Limits, Said
from app.central.inflate import ENCODINGS, Cut, TooLarge, unpacked, wire_limit
from app.central.rate import Rate
from app.central.receive import No
from app.central.registry import SITE, origin_of

T = TypeVar("T")
Log: TypeAlias = Callable[..., object]
"""Takes an event's name and its members; nothing in them is about a person."""
Answer: TypeAlias = Response | Flowing
Handler: TypeAlias = Callable[[Request], Awaitable[Answer]]

BASE = "/sync/v1"
JSON, JOSE = "application/json", "application/jose"
LINES, FEED = "application/x-ndjson", "application/vnd.countersign.feed"
SMALL = 256 * 1024
"""The largest JSON question."""
POLL = 2.0
"""Seconds after which a waiting reader looks again, whoever received the batch."""
LONGEST = 25.0
DRAIN = 64 * 1024 * 1024
"""How much of a refused body is still taken in."""
AGAIN = 5


class Desk:
    """The endpoints over one centre."""

    def __init__(self, centre: Centre, limits: Limits, log: Log) -> None:
        self.centre, self.limits, self.log = centre, limits, log
        self.rate = Rate(limits.burst, limits.every, time.monotonic)
        self._workers = anyio.CapacityLimiter(limits.workers)
        self._uploads, self._readers = (Gate(most, limits.each, 1) for most in (limits.uploads, limits.readers))
        self._waiting = Gate(limits.waiting, limits.polls, AGAIN)
        self._arrived: dict[str, anyio.Event] = {}

    async def hello(self, request: Request) -> Response:
        """POST /sync/v1/hello `{"site","log","protocols":[1]}`, further members are ignored.

        200 `{"protocol":1,"centre":NAME,"region","head":{"n","h"},"feed":POS,"inc","utc",
        "limits":{"batch_bytes","batch_entries"}}`: where the log stands here, and the site's feed.
        """
        asked = await _question(request, self.limits.body_s)
        if tell.PROTOCOL not in _member(asked, "protocols", list):
            raise Said(No(status=426, code="protocol"))
        site, log = _site(_member(asked, "site", str)), _log(_member(asked, "log", str))
        answer = await self._work(tell.hello, self.centre, site, log)
        return _json(200, _yes(answer))

    async def put_batch(self, request: Request) -> Response:
        """PUT /sync/v1/sites/{site}/logs/{log}/batches/{hex}, a batch; Content-Encoding none, zstd or gzip.

        201, and 200 whenever the same batch comes again: `application/jose`, the receipt's JWS and a LF, always the
        same bytes. Every code of the list above.
        """
        site, log = _named(request), _origin(request)
        encoding = request.headers.get("content-encoding", "").strip().lower()
        if encoding not in ENCODINGS:
            raise Said(No(status=415, code="encoding"))
        stranger = await self._work(refuse_stranger, self.centre, site, log)
        if stranger is not None:
            raise Said(stranger)
        with self._uploads.place(_address(request)):
            packed = await _body(request, wire_limit(encoding), self.limits.body_s)
            data = _yes(await self._work(_unpack, packed, encoding))
            del packed
            hash = request.path_params["hash"]
            answer = _yes(await self._work(admit, self.centre, site, log, hash, data))
        self.log("batch", site=site, log=log, hash=hash, bytes=len(data), new=answer.new)
        if answer.new:
            self._arrived.pop(site, anyio.Event()).set()
        return Response(answer.receipt + "\n", 201 if answer.new else 200, media_type=JOSE)

    async def receipts(self, request: Request) -> Answer:
        """GET /sync/v1/sites/{site}/logs/{log}/receipts?after=N, default 0.

        200 `application/x-ndjson`: one `{"line","receipt"}` for each batch whose last entry is number N or later,
        oldest first, at most 500. Ask again from the last receipt's `to` + 1.
        """
        site, after = _named(request), _number(request, "after", 0)
        found = _yes(await self._work(tell.receipts, self.centre, site, _origin(request), after))
        return (
            self._flowing(request, LINES, whole(found))
            if len(found) > PIECE
            else Response(found, media_type=LINES)
        )

    async def feed(self, request: Request) -> Answer:
        """GET /sync/v1/sites/{site}/feed?after=POS&limit=N&wait=S, defaults 0, 50 (the most), 0 (at most 25 s).

        200 `application/vnd.countersign.feed`: for each batch a line `{"bytes":B,"pos":POS,"receipt":JWS}` and then
        exactly B bytes of batch; at the end a line `{"inc","more":true|false,"next":POS}`.
        """
        site, after = _named(request), _number(request, "after", 0)
        limit, wait = max(_number(request, "limit", tell.PAGE), 1), min(_number(request, "wait", 0), LONGEST)
        page = _yes(await self._work(tell.feed, self.centre, site, after, limit))
        if wait > 0 and not page.arrivals:
            with self._waiting.place(_address(request)):
                page = await self._awaited(request, site, page, limit, wait)
        if not page.arrivals:
            return Response(page.end(after), media_type=FEED)
        return self._flowing(request, FEED, self._batches(request, site, page))

    async def _awaited(
        self, request: Request, site: str, page: tell.Page, limit: int, wait: float
    ) -> tell.Page:
        """The page once there is something in it, or `wait` seconds have passed, or nobody waits any more."""
        until = anyio.current_time() + wait
        while not page.arrivals and (left := until - anyio.current_time()) > 0:
            with anyio.move_on_after(min(left, POLL)):
                await self._arrived.setdefault(site, anyio.Event()).wait()
            if await request.is_disconnected():
                break
            page = _yes(await self._work(tell.feed, self.centre, site, page.after, limit))
        return page

    async def _batches(self, request: Request, site: str, page: tell.Page) -> AsyncIterator[bytes]:
        """The page as it is sent; each batch is read when the one before has left."""
        size, reached = 0, page.after
        for one in page.arrivals:
            if await request.is_disconnected():
                return
            line, batch = await self._work(tell.delivered, self.centre, site, one)
            if size and size + len(batch) > tell.PAGE_BYTES:
                break
            yield line
            yield batch
            size, reached = size + len(batch), one.pos
        yield page.end(reached)

    async def reconcile(self, request: Request) -> Answer:
        """POST /sync/v1/sites/{site}/reconcile `{"heads":{LOG:{"n","h"}}}`: after another incarnation was seen.

        200 `{"inc","feed":POS,"logs":{LOG:{"n","h","state"}}}` for every log of the site or of the question, with
        the centre's own head; state `same`, `push` (it has less), `pull` (it has more), `fork` (other bytes).
        """
        told = _member(await _question(request, self.limits.body_s), "heads", dict)
        heads = {_log(log): (_member(head, "n", int), head.get("h")) for log, head in told.items()}
        data = pack(_yes(await self._work(tell.reconcile, self.centre, _named(request), heads)))
        return (
            self._flowing(request, JSON, whole(data)) if len(data) > PIECE else Response(data, media_type=JSON)
        )

    async def health(self, request: Request) -> Response:
        """GET /health: 200 `{"ok":true}`; 503 `database` when the database can't be reached."""
        del request
        await self._work(tell.reachable, self.centre)
        return _json(200, {"ok": True})

    def slow_down(self, request: Request) -> None:
        """Refuse 429 `rate` when this address asks too often."""
        wait = self.rate.wait(_address(request))
        if wait > 0:
            raise Said(No(status=429, code="rate"), retry=wait)

    def _flowing(self, request: Request, kind: str, pieces: AsyncIterator[bytes]) -> Flowing:
        """A long answer with its place at the gate. Raises Said 503 `busy`."""
        held = ExitStack()
        held.enter_context(self._readers.place(_address(request)))

        def broke(fault: Fault) -> None:
            self.log("fault", what="flowing", code=fault.code)

        return Flowing(kind, pieces, held, self.limits.answer_s, broke)

    async def _work(self, verb: Callable[..., T], *values: Any) -> T:
        return await run_sync(partial(verb, *values), limiter=self._workers)


def application(centre: Centre, limits: Limits, log: Log) -> Starlette:
    """The ASGI application over `centre`."""
    desk = Desk(centre, limits, log)
    site = BASE + "/sites/{site}"
    routes = [
        ("POST", f"{BASE}/hello", desk.hello),
        ("PUT", site + "/logs/{log}/batches/{hash}", desk.put_batch),
        ("GET", site + "/logs/{log}/receipts", desk.receipts),
        ("GET", site + "/feed", desk.feed),
        ("POST", site + "/reconcile", desk.reconcile),
        ("GET", "/health", desk.health),
    ]
    return Starlette(
        routes=[Route(path, _guarded(desk, handler), methods=[verb]) for verb, path, handler in routes],
        exception_handlers={HTTPException: _no_such_path},
    )


def _guarded(desk: Desk, handler: Handler) -> Handler:
    """The endpoint with its rate, its refusals as JSON and its line in the log."""

    async def answer(request: Request) -> Answer:
        began = time.monotonic()
        response: Answer
        try:
            desk.slow_down(request)
            response = await handler(request)
        except Said as out:
            await _drain(request, desk.limits.drain_s)
            response = _error(out.no, out.retry)
            desk.log("refused", what=handler.__name__, code=out.no.code, status=out.no.status)
        except Fault as fault:
            response = _error(No(status=503, code="database"), AGAIN)
            desk.log("fault", what=handler.__name__, code=fault.code)
        desk.log(
            "answered",
            what=handler.__name__,
            status=response.status_code,
            ms=round(1000 * (time.monotonic() - began)),
        )
        return response

    answer.__name__ = handler.__name__
    return answer


async def _body(request: Request, most: int, seconds: float) -> bytes:
    """The body as it came. 413, 408, and 400 when the client goes away."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        raise Said(No(status=413, code="too_large"))
    found = bytearray()
    try:
        with anyio.fail_after(seconds):
            async for chunk in request.stream():
                found += chunk
                if len(found) > most:
                    raise Said(No(status=413, code="too_large"))
    except TimeoutError:
        request.state.over = True
        raise Said(No(status=408, code="slow")) from None
    except ClientDisconnect:
        request.state.over = True
        raise Said(No(status=400, code="request")) from None
    request.state.over = True
    return bytes(found)


async def _question(request: Request, seconds: float) -> Json:
    try:
        return parse(await _body(request, SMALL, seconds))
    except NotCanonical:
        raise Said(No(status=400, code="request")) from None


async def _drain(request: Request, seconds: float) -> None:
    """Take in and forget what is left of a refused body: a client that is cut off while it sends hears no answer."""
    if getattr(request.state, "over", False):
        return
    left = DRAIN
    with anyio.move_on_after(seconds), suppress(ClientDisconnect):
        async for chunk in request.stream():
            left -= len(chunk)
            if left < 0:
                break


def _unpack(data: bytes, encoding: str) -> bytes | No:
    try:
        return unpacked(data, encoding)
    except TooLarge:
        return No(status=413, code="too_large")
    except Cut:
        return No(status=422, code="truncated")


def _yes(answer: T | No) -> T:
    if isinstance(answer, No):
        raise Said(answer)
    return answer


def _json(status: int, members: Mapping[str, Json]) -> Response:
    return Response(pack(dict(members)), status, media_type=JSON)


def _error(no: No, retry: float | None = None) -> Response:
    response = _json(no.status, {"code": no.code, "say": say(f"answer.{no.code}", no.about), **no.about})
    # What is left of a refused body is not waited for.
    response.headers["Connection"] = "close"
    if retry is not None:
        response.headers["Retry-After"] = str(max(1, round(retry)))
    return response


async def _no_such_path(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error(No(status=error.status_code, code="path"))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _site(name: str) -> str:
    """The name of a site; 400 `request` for another form, before a database hears of it."""
    if SITE.fullmatch(name) is None:
        raise Said(No(status=400, code="request"))
    return name


def _log(name: str) -> str:
    """The name of a log; 400 `request` for another form."""
    if origin_of(name) is None:
        raise Said(No(status=400, code="request"))
    return name


def _named(request: Request) -> str:
    return _site(request.path_params["site"])


def _origin(request: Request) -> str:
    try:
        return _log(unb64u(request.path_params["log"]).decode("ascii"))
    except (NotCanonical, UnicodeDecodeError):
        raise Said(No(status=400, code="request")) from None


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise Said(No(status=400, code="request"))
    return int(text)


def _member(told: Json, name: str, kind: type[T]) -> T:
    value = told.get(name) if type(told) is dict else None
    if type(value) is not kind:
        raise Said(No(status=400, code="request"))
    return value
