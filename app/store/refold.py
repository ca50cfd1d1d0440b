"""Making the state tables anew from history (architecture §6: rebuild, don't migrate).

- The same changes, applied in the order of the log, must give the rows that are there.
- Of several logs the order does not matter: a change stands on what it names (weave.py).
- Done in the caller's transaction: the old tables are gone only when the new ones are complete.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from app.base.codec import b64u
from app.base.entry import read
from app.base.words import Row
from app.store import history
from app.store.append import index
from app.store.fences import fence_state
from app.store.schema import STATE, books, state
from app.store.state import Held, add, all_held, doubts, traced, with_doubts
from app.store.tx import Tx
from app.store.weave import Weave

Leaf = Callable[[bytes], bytes]
Apply = Callable[[Row | None, str, list[tuple[str, object, object]]], Row]


def fold(tx: Tx, leaf: Leaf, apply: Apply) -> dict[tuple[str, str], Held]:
    """Every row that history makes, by (type, id). Holds all rows in memory."""
    logs = history.logs(tx)
    if len(logs) > 1:
        woven = Weave()
        for log in logs:
            for _, b in history.entries(tx, log):
                woven.take(read(b), b64u(leaf(b)))
        return woven.rows()
    rows: dict[tuple[str, str], Held] = {}
    for log in logs:
        for _, b in history.entries(tx, log):
            entry = read(b)
            if entry.chg:
                key = (entry.ent.t, entry.ent.id)
                before = rows.get(key)
                row = apply(None if before is None else before.row, entry.ent.id, [tuple(c) for c in entry.chg])
                trace = traced("" if before is None else before.trace, log, entry.seq)
                rows[key] = Held(row=row, heads=(b64u(leaf(b)),), utc=entry.ts.utc, trace=trace)
    return rows


def refold(tx: Tx, dialect: str, leaf: Leaf, apply: Apply) -> int:
    """Drop every state table and index, make them anew from history; returns how many rows there are now."""
    rows = fold(tx, leaf, apply)
    # Whether an entry had the right to was judged when it came; what was found in doubt stays so.
    for noun in STATE:
        for held in all_held(tx, noun):
            key, doubtful = (noun, held.row["id"]), doubts(held.trace)
            if doubtful and key in rows:
                rows[key] = replace(rows[key], trace=with_doubts(rows[key].trace, doubtful))
    for table in (*state.sorted_tables, *books.sorted_tables):
        tx.script(f"DROP TABLE {table.name}")
    tx.create(state, books)
    fence_state(tx, dialect)
    for noun in STATE:
        add(tx, noun, (held for (t, _), held in sorted(rows.items()) if t == noun))
    for log in history.logs(tx):
        index(tx, log, [seq for seq, b in history.entries(tx, log) if not read(b).chg])
    return len(rows)
