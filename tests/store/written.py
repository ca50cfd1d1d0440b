"""What the store's tests write: entries in the form of formats §5, and the rows that they make, as the shell does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.base.codec import b64u, pack
from app.base.moment import Instant, utc_ms, utc_text
from app.domain import wire
from app.proof.chain import leaf
from app.store import state
from app.store.append import Line, append
from app.store.engines import found_main, sqlcipher_store, sqlite_store
from app.store.postgres import postgresql_store
from app.store.state import Held, traced
from app.store.tx import Store, Tx

LOG = "countersign.local.invalid/leiden/d1/0"
KEY = bytes(range(32))
START = utc_ms("2026-11-20T08:00:00.000Z")


def minute(number: int) -> Instant:
    """So many minutes after eight."""
    return Instant(ms=START + number * 60_000)


def entry_bytes(
    seq: int, noun: str, id: str, chg: list[Any], at: int = 0, log: str = LOG, base: Sequence[str] = ()
) -> bytes:
    """One entry that changes a row; with empty `chg`, one that has a body instead."""
    return pack(
        {
            "v": 1, "log": log, "seq": seq, "prev": "-", "act": f"{noun}.set", "post": None, "why": None, "sig": None,
            "ts": {"utc": utc_text(START + at * 60_000), "off": "+00:00", "zone": "UTC", "hlc": f"{seq}.0000",
                   "boot": "b", "up": seq, "clk": "ok"},
            "by": {"uid": "u_qa", "sess": None, "role": "qa"}, "scope": {"site": "leiden", "dept": None},
            "ent": {"t": noun, "id": id, "base": sorted(base)}, "chg": chg, "body": None if chg else {"sess": id},
            "app": "0", "sch": 1,
        }
    )  # fmt: skip


def tell(tx: Tx, seq: int, noun: str, id: str, columns: Mapping[str, Any], at: int = 0) -> bool:
    """Write one entry and the row it leaves; False when it would change nothing."""
    held = state.held(tx, noun, id)
    before = None if held is None else held.row
    chg = wire.difference(before, columns, lambda column, envelope: None)
    if not chg:
        return False
    b = entry_bytes(seq, noun, id, [list(one) for one in chg], at, base=() if held is None else held.heads)
    append(tx, LOG, [Line(seq=seq, b=b, rowless=False)])
    trace = traced("" if held is None else held.trace, LOG, seq)
    row = wire.apply(before, id, chg)
    after = Held(row=row, heads=(b64u(leaf(b)),), utc=minute(at).utc, trace=trace)
    (state.add if held is None else state.change)(tx, noun, [after])
    return True


def in_memory(site: str = "leiden") -> Store:
    """An empty store that ends with the test."""
    store = sqlite_store(Path(":memory:"), site)
    found_main(store)
    return store


def beside(store: Store, site: str) -> Store:
    """The same database, opened for another site."""
    make = postgresql_store if store.dialect.name == "postgresql" else sqlcipher_store
    return make(store.connection, site)


def rows_of(tx: Tx, noun: str, *rows: Mapping[str, Any]) -> None:
    """Write rows without history: for readers that ask nothing of it."""
    state.add(tx, noun, [Held(row=row, heads=("h",), utc=minute(0).utc, trace=f"{LOG} 0") for row in rows])
