"""The history as bytes, and the state that follows from it. No keys of people are needed here.

Clauses followed (formats.md):
- §1 JCS, times, clear strings, limits;
- §5 entries: members, leaf, prev, changes, rivals, acts with their own body, `seen`, *before*, checkpoints;
- §4 rows: the fold of `chg` against the live state tables, both ways; §9 CHAIN_GAP only for a missing seq.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opening import Findings, Json, Store, b64u, jcs, parse, sha256
from signed import ANY, H32, OFF, UTC, Tree, fits, note_holds, read_note

Row = dict[str, Any]
HLC = re.compile(r"(\d+)\.([0-9a-f]{4})")
ACT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
IDENT = re.compile(r"[^|/\s]+")
PART = r"[a-z0-9][a-z0-9._-]*"
ORIGIN = re.compile(rf"countersign\.{PART}/{PART}/({PART})/(\d+)")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ENTRY = {
    "v": int,
    "log": ORIGIN,
    "seq": int,
    "prev": H32,
    "ts": {"utc": UTC, "off": OFF, "zone": (str,), "hlc": HLC, "boot": (str,), "up": (int,), "clk": str},
    "by": {"uid": IDENT, "sess": (IDENT,), "role": NAME},
    "scope": {"site": str, "dept": (str,)},
    "act": ACT,
    "ent": {"t": NAME, "id": IDENT, "base": list},
    "chg": (list,),
    "post": (H32,),
    "body": (dict,),
    "why": ({"code": re.compile(r"[A-Z][A-Z0-9_]{0,23}"), "text": ANY},),
    "sig": (str,),
    "app": str,
    "sch": int,
}
OWN = {  # act → (ent.t, members that its body must have)
    "site.genesis": ("site", "site domain vault root recovery device people pop appr"),
    "recovery.used": ("site", "recovery appr"),
    "log.restore": ("site", "old lost appr"),
    "hold.ack": ("site", "log n h code appr"),
    "clock.jump": ("site", "from to"),
    "clock.ack": ("site", "n"),
    "anchor.lag": ("site", "n h"),
    "db.rekey": ("site", "k e"),
    "backup.ok": ("site", "sha256 n h"),
    "sync.blocked": ("site", "centre code"),
    "device.enrol": ("device", "id log jwk ed25519 pop"),
    "device.key": ("device", "id log jwk ed25519 pop"),
    "device.revoke": ("device", "id log last_n"),
    "key.enrol": ("key", "uid pid jwk jkt hpk idv from pop appr"),
    "key.retire": ("key", "uid jkt"),
    "key.reset": ("account", "uid pid hpk appr"),
    "code.reset": ("account", "uid"),
    "auth.fail": ("account", "slot kind utc up"),
    "auth.lock_reset": ("account", "slot"),
    "rbac.denied": ("account", "act code"),
    "role.grant": ("role", "uid role scope from to grade"),
    "role.revoke": ("role", "uid role scope from to grade"),
    "person.key": ("person", "pid ver commit"),
    "person.erase": ("person", "pid basis appr"),
    "session.open": ("session", "sess seen ccp"),
    "session.close": ("session", "sess reason"),
    "centre.descriptor": ("centre", "jws"),
}
WHY = {"key.retire", "key.reset", "person.erase", "clock.ack", "hold.ack", "log.restore", "recovery.used"}


def tidy(value: Json, depth: int = 1) -> bool:
    """Depth ≤ 16, |n| < 2^53, ASCII member names, NFC strings without controls."""
    if isinstance(value, dict):
        return depth <= 16 and all(name.isascii() and tidy(inner, depth + 1) for name, inner in value.items())
    if isinstance(value, list):
        return depth <= 16 and all(tidy(inner, depth + 1) for inner in value)
    if isinstance(value, str):
        return not HIDDEN.search(value) and unicodedata.is_normalized("NFC", value)
    return not isinstance(value, int) or abs(value) < 2**53


@dataclass
class Entry:
    log: str
    seq: int
    raw: bytes
    d: dict[str, Json] | None = None

    def __post_init__(self) -> None:
        self.leaf = sha256(b"\x00" + self.raw)
        self.h = b64u(self.leaf)

    @property
    def entity(self) -> str | None:
        return f"{self.d['ent']['t']}/{self.d['ent']['id']}" if self.d else None

    def hlc(self) -> tuple[int, int]:
        match = HLC.fullmatch(self.d["ts"]["hlc"]) if self.d else None
        if match is None or len(match[1]) > 15:
            return 0, 0
        return int(match[1]), int(match[2], 16)


def _utc_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _change_faults(d: dict[str, Json]) -> Iterator[str]:
    chg, base = d["chg"] or [], d["ent"]["base"]
    if not all(isinstance(c, list) and len(c) == 3 and fits(c[0], NAME) for c in chg):
        yield "chg"
        return
    names = [c[0] for c in chg]
    if names != sorted(set(names)) or any(jcs(c[1]) == jcs(c[2]) for c in chg):
        yield "chg not sorted, twice, or without change"
    if any(c[0] == "done" and c[2] is not None and not fits(c[2], UTC) for c in chg):
        yield "done"
    if (d["post"] is None) != (not chg):
        yield "post"
    if not all(fits(leaf, H32) for leaf in base) or base != sorted(set(base)):
        yield "base"


def _seen_fits(body: dict[str, Json]) -> bool:
    seen = body.get("seen", {})
    return isinstance(seen, dict) and all(fits(head, {"n": int, "h": (H32,)}) for head in seen.values())


def _own_faults(d: dict[str, Json]) -> Iterator[str]:
    act, body = d["act"], d["body"]
    if act in OWN:
        kind, members = OWN[act]
        if d["ent"]["t"] != kind or d["ent"]["base"] or d["chg"]:
            yield "an act with its own body has no row and no base"
        if not isinstance(body, dict) or not set(members.split()) <= set(body) or not _seen_fits(body):
            yield "body"
    needs = act in WHY or act.split(".")[0] in ("role", "device")
    if needs and d["why"] is None:
        yield "why is missing"
    text = d["why"]["text"] if d["why"] else None
    if text is not None and not (isinstance(text, dict) and "$e" in text):
        yield "why.text is not an envelope"


def schema_faults(d: Json) -> Iterator[str]:
    if not fits(d, ENTRY):
        yield "members"
        return
    if d["v"] != 1 or not tidy(d):
        yield "version, depth, numbers or strings"
    yield from _change_faults(d)
    yield from _own_faults(d)


class History:
    """All logs of a store: parsed entries, an order that respects *before*, and the findings of the chain."""

    def __init__(self, store: Store, found: Findings) -> None:
        self.found = found
        self.logs: dict[str, dict[int, Entry]] = {}
        for row in sorted(store.entry, key=lambda r: (str(r["log"]), r["seq"])):
            entry = self._read(row, store.site_id())
            self.logs.setdefault(entry.log, {})[entry.seq] = entry
        for log in self.logs:
            self._chain(log)
        self.seen: dict[str, list[tuple[int, dict[str, Json]]]] = {
            log: [
                (e.seq, e.d["body"]["seen"])
                for e in entries.values()
                if e.d and e.d["act"] == "session.open" and isinstance(e.d["body"]["seen"], dict)
            ]
            for log, entries in self.logs.items()
        }
        self.order = list(self._merge())

    def _read(self, row: Row, site_id: Json) -> Entry:
        entry = Entry(str(row["log"]), row["seq"], bytes(row["b"]))
        where = {"log": entry.log, "seq": entry.seq}
        try:
            value = parse(entry.raw) if len(entry.raw) <= 65536 else None
            faults = list(schema_faults(value))
            canonical = jcs(value) == entry.raw
        except (ValueError, TypeError, RecursionError):
            self.found.add("ENTRY_SCHEMA", **where, note="unparsable")
            if not _links(entry.raw):
                self.found.add("CHAIN_BREAK", **where, note="no members to link by")
            return entry
        if "members" not in faults and "chg" not in faults and "body" not in faults:
            entry.d = {**value, "chg": value["chg"] or []}
        if faults:
            self.found.add("ENTRY_SCHEMA", **where, entity=entry.entity, note="; ".join(faults))
        if not canonical:
            self.found.add("ENTRY_NONCANON", **where, entity=entry.entity)
        if entry.d and ((value["log"], value["seq"]) != (entry.log, entry.seq) or row["site_id"] != site_id):
            self.found.add("CHAIN_BREAK", **where, entity=entry.entity, note="members differ from columns")
        return entry

    def _chain(self, log: str) -> None:
        entries = self.logs[log]
        last, latest = (-1, -1), 0
        for seq, entry in entries.items():
            before = entries.get(seq - 1)
            if before is None and seq > 0:
                self.found.add("CHAIN_GAP", log=log, seq=seq - 1)
            if entry.d is None:
                continue
            prev = b64u(bytes(32)) if seq == 0 else before.h if before else entry.d["prev"]
            if entry.d["prev"] != prev:
                self.found.add("CHAIN_BREAK", log=log, seq=seq, entity=entry.entity, note="prev")
            if entry.hlc() <= last or entry.d["ts"]["clk"] not in ("ok", "unsync", "jump", "back"):
                self.found.add("CLOCK_BACK", log=log, seq=seq, entity=entry.entity)
            told, ms = entry.d["ts"], _utc_ms(entry.d["ts"]["utc"])
            if ms > entry.hlc()[0] or (ms < latest - 300_000 and told["clk"] != "back"):
                self.found.add("CLOCK_BACK", log=log, seq=seq, entity=entry.entity)
            last, latest = max(last, entry.hlc()), max(latest, ms)

    def _merge(self) -> Iterator[Entry]:
        waiting = {log: list(entries.values())[::-1] for log, entries in self.logs.items()}
        while any(waiting.values()):
            log = min((log for log in waiting if waiting[log]), key=lambda one: (waiting[one][-1].hlc(), one))
            yield waiting[log].pop()

    def before(self, one: Entry, other: Entry) -> bool:
        """§5: the same log and earlier, or some entry of the other's log up to it has seen past it."""
        if one.log == other.log:
            return one.seq < other.seq
        return any(
            seq <= other.seq and seen.get(one.log, {}).get("n", 0) > one.seq
            for seq, seen in self.seen.get(other.log, [])
        )

    def check_seen(self) -> None:
        for log, rows in self.seen.items():
            for seq, held, head in ((seq, held, head) for seq, seen in rows for held, head in seen.items()):
                last = self.logs.get(held, {}).get(head["n"] - 1)
                if head["n"] and (last is None or last.h != head["h"]):
                    code = "CHAIN_GAP" if last is None else "CENTRE_FORK"
                    self.found.add(code, log=held, seq=head["n"] - 1, note=f"seen by {log} {seq}")


def roots(entries: dict[int, Entry]) -> list[bytes]:
    """Root at each size from 0 up to the first missing entry."""
    tree = Tree()
    result = [tree.root()]
    for seq in range(len(entries)):
        if seq not in entries:
            break
        tree.add(entries[seq].leaf)
        result.append(tree.root())
    return result


def _links(raw: bytes) -> bool:
    """Whether log, seq and prev can be read at all."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get("prev"), str) and "log" in told and "seq" in told


def check_checkpoints(
    history: History, rows: list[Row], keys_for: Callable[[str, int], list[bytes]], found: Findings
) -> dict[str, list[bytes]]:
    """CP_*; returns the roots of each log by size."""
    all_roots = {log: roots(entries) for log, entries in history.logs.items()}
    sizes = {(row["log"], row["n"]) for row in rows}
    for row in rows:
        where = {"log": row["log"], "seq": row["n"] - 1}
        if row["log"] not in history.logs:
            found.add("CP_MISMATCH", **where, note="of a log that is not held")
            continue
        try:
            note = read_note(row["note"])
        except ValueError:
            found.add("CP_BADSIG", **where, note="unparsable")
            continue
        if not any(note_holds(note, row["log"], public) for public in keys_for(row["log"], row["n"])):
            found.add("CP_BADSIG", **where)
        known = all_roots.get(row["log"], [])
        gap = len(known) <= len(history.logs.get(row["log"], {}))
        if (
            (note.origin, note.size) != (row["log"], row["n"])
            or (note.size >= len(known) and not gap)
            or (note.size < len(known) and known[note.size] != note.root)
        ):
            found.add("CP_MISMATCH", **where)
    for entry in history.order:
        if entry.d and entry.d["sig"] and (entry.log, entry.seq + 1) not in sizes:
            found.add("CP_MISSING", log=entry.log, seq=entry.seq, entity=entry.entity)
    return all_roots


# --- the fold ---------------------------------------------------------------------------------------------


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
