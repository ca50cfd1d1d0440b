"""Batches and receipts: as bytes on the wire, and as they lie in a site's store.

Clauses followed (formats.md): §6 batch (line 1, `sha256` over the lines, `prev`, `cp` of size to + 1, `cons`),
batch hash, receipt (both signatures, tail, batch), trust bundle; §5 leaf, `seen` logs; §9 codes.
A batch that does not begin a log needs the batches before it: without them it is CHAIN_GAP.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bundles import Bundle, centre_of, log_device
from checking import History
from opening import Findings, Json, b64u, parse, sha256, unb64u
from proofs import consistency_holds
from registry import Registry
from signed import Token, Tree, cosignature_holds, note_holds, read_note, read_token, token_holds
from stores import Store

MOST = 65_536
"""The most entries of one batch."""

BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)


def text_of(value: Json) -> str:
    """A token as text, however the store keeps it."""
    return (bytes(value).decode() if isinstance(value, (bytes, memoryview)) else str(value)).strip()


def batch_hash(line: str) -> str:
    """Hex SHA-256 of line 1 without its LF: the batch's name in URLs and receipts."""
    return sha256(line.encode()).hex()


def read_line(line: bytes) -> Token:
    """The token of line 1; ValueError for another form, or a receipt that no earlier batch can have."""
    token = read_token(line.decode("ascii"), "batch")
    rcpt = token.payload["rcpt"]
    if rcpt is not None and not 0 < rcpt <= token.payload["from"]:
        raise ValueError("rcpt")
    return token


# --- as bytes ---------------------------------------------------------------------------------------------


@dataclass
class Log:
    """What the batches so far say of one log: root at every size, leaf of every entry, line 1 by its `to`."""

    tree: Tree = field(default_factory=Tree)
    roots: list[bytes] = field(default_factory=lambda: [Tree().root()])
    leaves: list[bytes] = field(default_factory=list)
    lines: dict[int, str] = field(default_factory=dict)

    def last(self) -> bytes:
        """The leaf that the next entry follows; 32 zero bytes at the beginning."""
        return self.leaves[-1] if self.leaves else bytes(32)


class Wire:
    """Batches of one site, taken in the order of their logs, and the receipts for them."""

    def __init__(self, bundle: Bundle, found: Findings) -> None:
        self.bundle, self.found = bundle, found
        self.logs: dict[str, Log] = {}
        self.receipts = 0

    def batch(self, data: bytes) -> None:
        """Every rule of §6 for one batch; one that does not fit does not become part of its log."""
        line, _, body = data.partition(b"\n")
        try:
            token = read_line(line)
        except ValueError:
            self.found.add("SIG_BAD", note="line 1")
            return
        p, mark = token.payload, len(self.found.rows)
        device = log_device(self.bundle, p["log"])
        if device is None:
            self.found.add("LOG_UNKNOWN", log=p["log"], note="of a device that the bundle does not name")
            return
        if not token_holds(token, device["jwk"]):
            self.found.add("SIG_BAD", log=p["log"], seq=p["to"], note="batch")
        entries = body.split(b"\n", MOST + 1)
        whole = entries.pop() == b"" and MOST >= len(entries) == p["to"] - p["from"] + 1 > 0
        if not whole or b64u(sha256(body)) != p["sha256"]:
            self.found.add("RCPT_MISMATCH", log=p["log"], seq=p["to"], note="not the lines that line 1 names")
            return
        log = self._follow(p, entries)
        self._checkpoint(p, log, unb64u(device["ed25519"]))
        if len(self.found.rows) == mark:
            log.lines[p["to"]] = line.decode("ascii")
            self.logs[p["log"]] = log

    def _follow(self, p: dict[str, Json], entries: list[bytes]) -> Log:
        """The log with these entries behind it; CHAIN_* where one does not follow."""
        held = self.logs.get(p["log"], Log())
        if p["from"] > len(held.leaves):
            self.found.add("CHAIN_GAP", log=p["log"], seq=p["from"] - 1, note="the batches before are needed")
        log = Log(roots=held.roots[:1], lines=dict(held.lines))
        for leaf in held.leaves[: p["from"]]:
            self._grow(log, leaf)
        if p["prev"] != b64u(log.last()):
            self.found.add("CHAIN_BREAK", log=p["log"], seq=p["from"], note="prev of the batch")
        for seq, raw in enumerate(entries, p["from"]):
            self._link(p["log"], seq, raw, b64u(log.last()))
            self._grow(log, sha256(b"\x00" + raw))
            if held.leaves[seq : seq + 1] not in ([], log.leaves[-1:]):
                self.found.add("CHAIN_BREAK", log=p["log"], seq=seq, note="another entry came before")
        return log

    @staticmethod
    def _grow(log: Log, leaf: bytes) -> None:
        log.leaves.append(leaf)
        log.tree.add(leaf)
        log.roots.append(log.tree.root())

    def _link(self, log: str, seq: int, raw: bytes, prev: str) -> None:
        try:
            d = parse(raw) if len(raw) <= 65536 else {}
            fine = (d["log"], d["seq"], d["prev"]) == (log, seq, prev)
        except BROKEN:
            d, fine = {}, False
        if not fine:
            self.found.add("CHAIN_BREAK", log=log, seq=seq)
        elif (
            seq == 0 and d.get("act") == "site.genesis" and self.bundle["genesis"] != b64u(sha256(b"\0" + raw))
        ):
            self.found.add("CP_MISMATCH", log=log, seq=0, note="another genesis than the bundle's")

    def _checkpoint(self, p: dict[str, Json], log: Log, public: bytes) -> None:
        where = {"log": p["log"], "seq": p["to"]}
        try:
            note = read_note(p["cp"])
        except BROKEN:
            self.found.add("CP_BADSIG", **where, note="unparsable")
            return
        if not note_holds(note, p["log"], public):
            self.found.add("CP_BADSIG", **where)
        if (note.origin, note.size, note.root) != (p["log"], p["to"] + 1, log.roots[-1]):
            self.found.add("CP_MISMATCH", **where)
        if p["rcpt"] is not None and not self._continues(p, log):
            self.found.add("CP_MISMATCH", **where, note="the proof from the last receipt")

    @staticmethod
    def _continues(p: dict[str, Json], log: Log) -> bool:
        old, new = p["rcpt"], len(log.leaves)
        try:
            path = [unb64u(one) for one in p["cons"]]
            return consistency_holds(old, new, log.roots[old], log.roots[new], path)
        except BROKEN:
            return False

    def receipt(self, text: str) -> None:
        """RCPT_MISMATCH unless a centre of the bundle gave this receipt for one of the batches."""
        try:
            token = read_token(text.strip(), "receipt")
            p = token.payload
            log = self.logs.get(p["log"], Log())
            line = log.lines.get(p["to"])
            fine = (
                line is not None
                and p["site"] == self.bundle["site"]
                and receipt_holds(token, centre_of(self.bundle, [], token.kid), line, b64u(log.leaves[p["to"]]))
            )
        except BROKEN:
            fine, p = False, {"log": None, "to": None}
        self.receipts += fine
        if not fine:
            self.found.add("RCPT_MISMATCH", log=p["log"], seq=p["to"])


def receipt_holds(token: Token, centre: dict[str, Json] | None, line: str, tail: str) -> bool:
    """Whether both signatures of the centre are over this batch, whose last leaf is `tail`."""
    p, m = token.payload, read_token(line, "batch").payload
    told = (p["log"], p["from"], p["to"], p["tail"], p["batch"])
    if centre is None or told != (m["log"], m["from"], m["to"], tail, batch_hash(line)):
        return False
    public = unb64u(centre["ed25519"])
    cosigned = cosignature_holds(p["cosig"], centre["name"], public, read_note(m["cp"]))
    return cosigned and token_holds(token, centre["jwk"])


# --- as they lie in a store -------------------------------------------------------------------------------


class Stored:
    """The rows of `batch` and `receipt` against the entries that are held."""

    def __init__(
        self,
        store: Store,
        history: History,
        registry: Registry,
        roots: dict[str, list[bytes]],
        found: Findings,
    ) -> None:
        self.store, self.history, self.registry, self.roots = store, history, registry, roots
        self.found = found

    def check(self) -> list[dict[str, Json]]:
        """What each readable receipt says; findings for all that does not hold."""
        for row in self.store.batch:
            try:
                self._batch(row)
            except BROKEN:
                self.found.add("SIG_BAD", log=row["log"], seq=row["last"], note="batch")
        told = []
        for row in self.store.receipt:
            try:
                fine = self._receipt(row)
                told.append(read_token(text_of(row["note"]), "receipt").payload)
            except BROKEN:
                fine = False
            if not fine:
                self.found.add("RCPT_MISMATCH", log=row["log"], seq=row["n"] - 1)
        return told

    def _batch(self, row: dict[str, Json]) -> None:
        """The device signed the manifest; the entries, their `prev` and the checkpoint are those we hold."""
        log, where = row["log"], {"log": row["log"], "seq": row["last"]}
        token = read_token(text_of(row["manifest"]), "batch")
        p = token.payload
        if not any(token_holds(token, jwk) for jwk in self.registry.batch_keys(log, p["to"] + 1)):
            self.found.add("SIG_BAD", **where, note="batch")
        held = self.history.logs.get(log, {})
        entries = [held.get(seq) for seq in range(p["from"], p["to"] + 1)]
        lines = b"".join(e.raw + b"\n" for e in entries if e)
        first = entries[0].d["prev"] if entries and entries[0] and entries[0].d else None
        same = (p["log"], p["from"], p["to"], p["prev"], p["sha256"]) == (
            log,
            row["first"],
            row["last"],
            first,
            b64u(sha256(lines)),
        )
        if not same or None in entries:
            self.found.add("RCPT_MISMATCH", **where, note="batch is not of these entries")
        note = read_note(p["cp"])
        if note.size != p["to"] + 1 or self.roots[log][note.size : note.size + 1] != [note.root]:
            self.found.add("CP_MISMATCH", **where, note="batch")
        if not any(note_holds(note, log, public) for public in self.registry.note_keys(log, note.size)):
            self.found.add("CP_BADSIG", **where, note="batch")

    def _receipt(self, row: dict[str, Json]) -> bool:
        """Both signatures of the centre, the leaf, the batch. Returns whether all hold."""
        token = read_token(text_of(row["note"]), "receipt")
        p = token.payload
        centre = centre_of(self.registry.bundle, list(self.registry.centres.values()), token.kid)
        batch = next((b for b in self.store.batch if (b["log"], b["last"]) == (p["log"], p["to"])), None)
        last = self.history.logs.get(p["log"], {}).get(p["to"])
        if batch is None or last is None or (p["log"], p["to"] + 1) != (row["log"], row["n"]):
            return False
        return receipt_holds(token, centre, text_of(batch["manifest"]), last.h)
