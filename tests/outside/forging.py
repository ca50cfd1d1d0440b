"""The tools of an attacker who has a copy of the folder: store key, device keys, SQL, no other password.

Used by attacks.py. Append-only tables are first written to naively and must refuse; then the triggers go.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import opening
import sqlcipher3
import stores
from checking import History
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from entries import Entry
from folding import Fold, row_hash
from opening import Findings, Json, b64u, jcs, parse, sha256
from signed import Tree, key_id

VERDICT = ("record", "qualification", "certificate", "waiver", "equivalence", "document")
FIXED = {"id", "pid", "dept", "void", "sha256", "ver"}
GUARDED = ("entry", "checkpoint", "batch", "receipt")
NAIVE = (
    "UPDATE {0} SET site_id = site_id",
    "DELETE FROM {0}",
    "INSERT OR REPLACE INTO {0} SELECT * FROM {0} LIMIT 1",
)


def keys_of(site: Path, secrets: dict[str, Json]) -> opening.Opened:
    """What the first person's own password gives: every active user has the store keys."""
    device = opening.load_device(opening.secret_file(secrets))
    vault = opening.read_vault(site, device["ds"], Findings())
    person = secrets["people"][0]
    return opening.sign_in(vault, device["ds"], person["username"], person["password"], Findings())


@contextmanager
def writing(path: Path, key: bytes) -> Iterator[sqlcipher3.Connection]:
    """A connection that writes; everything is in the main file when it closes."""
    con = sqlcipher3.connect(str(path), isolation_level=None)
    try:
        stores.unlock(con, key)
        con.execute("PRAGMA ignore_check_constraints = ON")
        con.execute("BEGIN IMMEDIATE")
        yield con
        con.execute("COMMIT")
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        con.close()


def unguard(con: sqlcipher3.Connection) -> None:
    """See that naive writing is refused wherever there are triggers, then drop every trigger."""
    triggers = con.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for table in GUARDED:
        rows = con.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        if rows and any(name == table for _, name in triggers):
            for naive in NAIVE:
                try:
                    con.execute(naive.format(table))
                except sqlcipher3.Error:
                    continue
                raise AssertionError(f"the triggers let pass: {naive.format(table)}")
    for name, _ in triggers:
        con.execute(f'DROP TRIGGER "{name}"')


def insert_like(con: sqlcipher3.Connection, table: str, template: dict[str, Json], **changes: Json) -> None:
    row = {**template, **changes}
    names = ", ".join(f'"{name}"' for name in row)
    con.execute(f'INSERT INTO "{table}"({names}) VALUES({", ".join("?" * len(row))})', list(row.values()))


class Forger:
    """One opened copy: the device's own log as a list of entry dicts, the rows that follow from it."""

    def __init__(self, con: sqlcipher3.Connection, device: dict[str, Json], log: str) -> None:
        self.con, self.log = con, log
        self.ed = Ed25519PrivateKey.from_private_bytes(device["ed25519"])
        self.store = stores.Store(**{name: stores.rows_of(con, name) for name in stores.FIXED})
        self.found = Findings()
        self.history = History(self.store, self.found)
        self.fold = Fold(self.history, self.found)
        for e in self.history.order:
            self.fold.step(e)
        self.entries: list[Entry] = list(self.history.logs[log].values())
        self.dicts = [parse(e.raw) for e in self.entries]

    def newest(self, fine: Callable[[dict[str, Json]], Any]) -> int:
        """Position of the newest entry of which `fine` holds."""
        return next(seq for seq in reversed(range(len(self.dicts))) if fine(self.dicts[seq]))

    def is_head(self, d: dict[str, Json]) -> bool:
        heads = self.fold.heads((d["ent"]["t"], d["ent"]["id"]))
        return self.entries[d["seq"]].h in heads

    def row(self, kind: str, ident: str) -> dict[str, Any] | None:
        return next((n.row for n in self.fold.heads((kind, ident)).values()), None)

    def following(self, **members: Json) -> dict[str, Json]:
        """A new last entry: the members of the present last one, a little later, with these changes."""
        last = self.dicts[-1]
        d = copy.deepcopy(last)
        millis, _, counter = last["ts"]["hlc"].partition(".")
        d["ts"]["hlc"] = f"{millis}.{int(counter, 16) + 1:04x}"
        plain = {
            "chg": type(last["chg"])() if last["chg"] is not None else None,
            "post": None,
            "body": None,
            "why": None,
            "sig": None,
        }
        return {**d, **plain, "seq": len(self.dicts), "prev": b64u(sha256(b"\x00" + jcs(last))), **members}

    # --- writing ------------------------------------------------------------------------------------------

    def rechain(self, start: int = 0) -> None:
        """Renumber and link everything from `start` on; the bases follow the new leaves, the tokens stay."""
        moved: dict[str, str] = {}
        hashes = {e.seq: e.h for e in self.entries}
        for seq in range(start, len(self.dicts)):
            d = self.dicts[seq]
            old = hashes.get(d["seq"])
            d["seq"] = seq
            d["prev"] = b64u(sha256(b"\x00" + jcs(self.dicts[seq - 1]))) if seq else b64u(bytes(32))
            d["ent"]["base"] = sorted(moved.get(leaf, leaf) for leaf in d["ent"]["base"])
            if old:
                moved[old] = b64u(sha256(b"\x00" + jcs(d)))

    def save(self, since: int) -> None:
        """Write the log anew from there, checkpoints signed by the device's own key; receipts beyond go."""
        rows = [row for row in self.store.entry if row["log"] == self.log]
        notes = [row for row in self.store.checkpoint if row["log"] == self.log]
        self.cut(since)
        tree = Tree()
        for seq, d in enumerate(self.dicts):
            raw = jcs(d)
            tree.add(sha256(b"\x00" + raw))
            if seq >= since:
                insert_like(self.con, "entry", rows[min(seq, len(rows) - 1)], seq=seq, b=raw)
            if seq >= since and (d["sig"] or seq == len(self.dicts) - 1):
                note: Json = self.note(seq + 1, tree.root())
                note = note if isinstance(notes[0]["note"], str) else note.encode()
                insert_like(self.con, "checkpoint", notes[0], n=seq + 1, note=note)

    def note(self, size: int, root: bytes) -> str:
        text = f"{self.log}\n{size}\n{base64.b64encode(root).decode()}\n"
        key = key_id(self.log, 1, self.ed.public_key().public_bytes_raw())
        return f"{text}\n— {self.log} {base64.b64encode(key + self.ed.sign(text.encode())).decode()}\n"

    def set_row(self, kind: str, ident: str, row: dict[str, Any] | None) -> None:
        """Make the live row be this one (bookkeeping columns stay as they are)."""
        if row is None:
            self.con.execute(f"DELETE FROM s_{kind} WHERE id = ?", (ident,))
            return
        columns = [c[1] for c in self.con.execute(f"PRAGMA table_info(s_{kind})")]
        for column in columns:
            if column in ("site_id", "id") or column.startswith("_"):
                continue
            value = row.get(column)
            cell = jcs(value).decode() if column.endswith("_j") and value is not None else value
            self.con.execute(f'UPDATE s_{kind} SET "{column}" = ? WHERE id = ?', (cell, ident))

    def change(self, d: dict[str, Json], row: dict[str, Any]) -> None:
        """Let this entry make its entity that row, and the live row follow."""
        d["post"] = row_hash(row)
        self.set_row(d["ent"]["t"], d["ent"]["id"], row)

    def cut(self, n: int) -> None:
        """Delete everything of this log from position n on, as if it had never been."""
        self.con.execute("DELETE FROM entry WHERE log = ? AND seq >= ?", (self.log, n))
        self.con.execute("DELETE FROM checkpoint WHERE log = ? AND n > ?", (self.log, n))
        self.con.execute("DELETE FROM receipt WHERE log = ? AND n > ?", (self.log, n))
        self.con.execute("DELETE FROM batch WHERE log = ? AND last >= ?", (self.log, n))
        if self.con.execute("SELECT 1 FROM sqlite_master WHERE name = 'landmark'").fetchone():
            self.con.execute("DELETE FROM landmark WHERE log = ? AND seq >= ?", (self.log, n))

    def last_session(self) -> int:
        return self.newest(lambda d: d["act"] == "session.open")


@contextmanager
def forging(site: Path, secrets: dict[str, Json]) -> Iterator[Forger]:
    """main.db of the copy, unlocked and without its triggers."""
    device_file = opening.secret_file(secrets)
    log = parse(device_file.with_name(device_file.name + ".anchor").read_bytes())["log"]
    key = keys_of(site, secrets).newest("db")[0]
    with writing(site / "main.db", key) as con:
        unguard(con)
        yield Forger(con, opening.load_device(device_file), log)


# --- choosing what to damage ----------------------------------------------------------------------


def other(value: Json) -> Json:
    """A value like this one, but another."""
    if isinstance(value, int):
        return value + 1
    return value[:-1] + ("1" if value[-1] != "1" else "2")


def plain_columns(row: dict[str, Any]) -> list[str]:
    return [c for c, v in row.items() if c not in FIXED and not c.endswith("_j") and v not in (None, "")]


def verdict_row(f: Forger) -> tuple[str, dict[str, Any]]:
    """(type, row as the fold has it) of the newest changed entity that carries a verdict."""

    def fine(d: dict[str, Json]) -> bool:
        return (
            d["ent"]["t"] in VERDICT
            and bool(d["chg"])
            and bool(plain_columns(f.row(d["ent"]["t"], d["ent"]["id"]) or {}))
        )

    d = f.dicts[f.newest(fine)]
    return d["ent"]["t"], dict(f.row(d["ent"]["t"], d["ent"]["id"]) or {})
