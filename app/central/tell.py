"""What the centre tells: where it stands, the feed, receipts, and how a device's heads compare with its own.

- Batches leave as they came: line 1 and the exact entry bytes. Whoever reads them verifies them again.
- An answer is bounded: so many batches, so many bytes; `more` says that there is more.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.codec import b64u, pack
from app.base.moment import utc_text
from app.base.words import Json, Value
from app.central.admit import Centre
from app.central.pool import Lent
from app.central.receive import FORBIDDEN, No
from app.proof.chain import leaf
from app.store import arrivals
from app.store.arrivals import Arrival
from app.store.tx import Tx

PAGE = 50
PAGE_BYTES = 8 * 1024 * 1024
RECEIPTS = 500
PROTOCOL = 1
LIMITS = {"batch_bytes": 4 * 1024 * 1024, "batch_entries": 5000}

UNKNOWN = No(status=FORBIDDEN, code="site_unknown")


class Page(Value, frozen=True):
    """A run of the feed behind place `after`: its batches by name, the feed's last place, the incarnation."""

    arrivals: tuple[Arrival, ...]
    after: int
    last: int
    inc: str

    def end(self, reached: int) -> bytes:
        """The last line of a page whose last batch was number `reached`."""
        return pack({"next": reached, "more": reached < self.last, "inc": self.inc}) + b"\n"


def hello(centre: Centre, site: str, log: str) -> dict[str, Json] | No:
    """The centre's name, region, limits and where the log stands."""
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        counter = arrivals.counter(tx)
        if counter is None:
            return UNKNOWN
        return {
            "protocol": PROTOCOL,
            "centre": centre.keys.name,
            "region": centre.keys.region,
            "head": _head(tx, log),
            "feed": counter[0],
            "inc": _incarnation(lent, counter),
            "utc": utc_text(centre.now()),
            "limits": LIMITS,
        }


def feed(centre: Centre, site: str, after: int, limit: int) -> Page | No:
    """Which batches lie behind position `after`, at most `limit`; their bytes are read one by one as they leave."""
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        counter = arrivals.counter(tx)
        if counter is None:
            return UNKNOWN
        found = tuple(arrivals.page(tx, after, min(limit, PAGE)))
        return Page(arrivals=found, after=after, last=counter[0], inc=_incarnation(lent, counter))


def delivered(centre: Centre, site: str, one: Arrival) -> tuple[bytes, bytes]:
    """The line before a batch of the feed, and the batch. Faults of the database."""
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        batch = batch_of(tx, one)
    return pack({"pos": one.pos, "bytes": len(batch), "receipt": one.receipt}) + b"\n", batch


def receipts(centre: Centre, site: str, log: str, after: int) -> bytes | No:
    """Line 1 and receipt of every batch whose last entry is number `after` or later, one JSON object a line."""
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        if arrivals.counter(tx) is None:
            return UNKNOWN
        found = arrivals.of_log(tx, log, after, RECEIPTS)
    return b"".join(pack({"line": one.line, "receipt": one.receipt}) + b"\n" for one in found)


def reconcile(centre: Centre, site: str, heads: Mapping[str, tuple[int, str | None]]) -> dict[str, Json] | No:
    """How the heads that a device has of each log, (size, leaf of the last), compare with what is held here."""
    with centre.pool.store(site) as lent, lent.store.read() as tx:
        counter = arrivals.counter(tx)
        if counter is None:
            return UNKNOWN
        logs = {
            log: _compared(tx, log, *heads.get(log, (0, None))) for log in sorted({*heads, *arrivals.logs(tx)})
        }
        return {"inc": _incarnation(lent, counter), "feed": counter[0], "logs": logs}


def batch_of(tx: Tx, one: Arrival) -> bytes:
    """The bytes of a batch as they came."""
    entries = b"".join(b + b"\n" for _, b in arrivals.run(tx, one.log, one.first, one.last))
    return one.line.encode("ascii") + b"\n" + entries


def reachable(centre: Centre) -> None:
    """Faults `centre.database` when the database can't be reached."""
    with centre.pool.store("") as lent, lent.store.read() as tx:
        arrivals.counter(tx)


def _head(tx: Tx, log: str) -> dict[str, Json]:
    newest = arrivals.end(tx, log)
    return {"n": 0, "h": None} if newest is None else {"n": newest[0] + 1, "h": b64u(leaf(newest[1]))}


def _compared(tx: Tx, log: str, n: int, h: str | None) -> dict[str, Json]:
    head = _head(tx, log)
    ours: int = head["n"]
    state = "same" if n == ours else "push" if n > ours else "pull"
    # A head beyond our own end can't be compared here; the batch that follows shows whether it fits.
    if 0 < n <= ours:
        entry = next(arrivals.run(tx, log, n - 1, n - 1), None)
        if entry is None or b64u(leaf(entry[1])) != h:
            state = "fork"
    return {**head, "state": state}


def _incarnation(lent: Lent, counter: tuple[int, str]) -> str:
    return f"{counter[1]}{lent.timeline}"
