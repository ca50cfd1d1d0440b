"""The history as bytes: logs, their chains, their checkpoints. No keys of people are needed here.

Clauses followed (formats.md):
- §5 leaf, prev, hlc, `seen`, *before*, checkpoints; §9 CHAIN_GAP only for a missing seq.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from entries import Entry, Row, schema_faults, utc_ms
from opening import Findings, Json, b64u, jcs, parse
from signed import Tree, note_holds, read_note
from stores import Store


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
            told, ms = entry.d["ts"], utc_ms(entry.d["ts"]["utc"])
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
