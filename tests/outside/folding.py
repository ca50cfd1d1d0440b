"""The state that the entries make, against the rows as they lie in the store.

Clauses followed (formats.md): §4 rows; §5 changes, rivals, `base`, `post`; the fold against the live tables, both ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checking import History
from entries import OWN, Entry, Row
from opening import Findings, Json, b64u, jcs, parse, sha256


def row_hash(row: Row) -> str:
    return b64u(sha256(b"cs/row/v1\n" + jcs(row)))


@dataclass
class Node:
    entry: Entry
    row: Row
    base: list[str]


class Fold:
    """The state that the entries make: per entity the graph of its changes."""

    def __init__(self, history: History, found: Findings) -> None:
        self.history, self.found = history, found
        self.nodes: dict[tuple[str, str], dict[str, Node]] = {}

    def heads(self, key: tuple[str, str], seen_by: Entry | None = None) -> dict[str, Node]:
        nodes = self.nodes.get(key, {})
        visible = {h: n for h, n in nodes.items() if seen_by is None or self.history.before(n.entry, seen_by)}
        passed = {h for n in visible.values() for h in n.base}
        return {h: n for h, n in visible.items() if h not in passed}

    def row(self, kind: str, ident: str, seen_by: Entry) -> Row | None:
        return next((n.row for n in self.heads((kind, ident), seen_by).values()), None)

    def step(self, e: Entry) -> tuple[Row | None, Row | None]:
        """Row before and after this entry; BEFORE_MISMATCH and POST_MISMATCH."""
        assert e.d is not None
        if e.d["act"] in OWN:  # no row and base [], even where such an entity has a row too
            return None, None
        key, base, where = (e.d["ent"]["t"], e.d["ent"]["id"]), e.d["ent"]["base"], self._where(e)
        heads = self.heads(key, e)
        if sorted(heads) != base:
            self.found.add("BEFORE_MISMATCH", **where, note="base is not the heads")
        held = [heads[h].row for h in base if h in heads] or [n.row for n in heads.values()]
        before = held[0] if held else None
        if not e.d["chg"]:
            return before, before
        row = dict(before or {"id": e.d["ent"]["id"]})
        named = {column for column, _, _ in e.d["chg"]}
        if any(jcs(r.get(c)) != jcs(held[0].get(c)) for r in held for c in {*r, *held[0]} - named):
            self.found.add("BEFORE_MISMATCH", **where, note="a column of the rivals is not named")
        for column, was, becomes in e.d["chg"]:
            values = [r.get(column) for r in held]
            expected = values if len(base) > 1 else values[0] if values else None
            if jcs(was) != jcs(expected):
                self.found.add("BEFORE_MISMATCH", **where, note=column)
            row[column] = becomes
        row = {column: value for column, value in row.items() if value is not None}
        if row_hash(row) != e.d["post"]:
            self.found.add("POST_MISMATCH", **where)
        self.nodes.setdefault(key, {})[e.h] = Node(e, row, list(heads))
        return before, row

    def _where(self, e: Entry) -> dict[str, Any]:
        return {"log": e.log, "seq": e.seq, "entity": e.entity}

    def compare(self, state: dict[str, list[Row]], site_id: Json) -> None:
        """The live rows against the fold, both ways."""
        live = {}
        for kind, rows in state.items():
            for raw in rows:
                key = (kind, raw["id"])
                if raw["site_id"] != site_id or key not in self.nodes:
                    self.found.add("STATE_EXTRA", entity=f"{kind}/{raw['id']}")
                else:
                    live[key] = live_row(raw)
        for key in self.nodes:
            heads = list(self.heads(key).values())
            where = self._where(heads[-1].entry)
            if len(heads) > 1:
                self.found.add("CONFLICT", **where)
            if key not in live:
                self.found.add("STATE_MISSING", **where)
                continue
            columns = set(live[key]).union(*(n.row for n in heads))
            wrong = sorted(
                c for c in columns if jcs(live[key].get(c)) not in {jcs(n.row.get(c)) for n in heads}
            )
            if wrong:
                self.found.add("STATE_DIFF", **where, note=", ".join(wrong))


def live_row(raw: Row) -> Row:
    """§4: id and every non-null column but site_id and `_…`; `…_j` parsed. Foreign values show as text."""
    row: Row = {}
    for column, value in raw.items():
        if value is None or column == "site_id" or column.startswith("_"):
            continue
        if column.endswith("_j"):
            try:
                parsed = parse(value)
                value = parsed if jcs(parsed).decode() == value else f"not canonical: {value}"
            except (ValueError, TypeError, AttributeError):
                value = f"not JSON: {value!r}"
        row[column] = value if not isinstance(value, (bytes, float)) else f"not INTEGER or TEXT: {value!r}"
    return row
